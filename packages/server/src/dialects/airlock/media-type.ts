import type { WireRequest } from '../../dialect/wire.js'

export const JSON_API = 'application/vnd.api+json'
export const PLAIN_JSON = 'application/json'

/** What lets us answer in the vendor's own type. */
const ADMITS_JSON_API: readonly string[] = [JSON_API, 'application/*', '*/*']

/**
 * The type of an answer: the vendor's, unless `Accept` names `application/json` and nothing that the vendor's would fit. Nobody is ever told
 * 406: clients of this wire send all sorts of lists, and none.
 * Source: RFC 9110 section 12.5.1; requests of known clients.
 */
export function mediaTypeFor(request: WireRequest): string {
  const accepted = (request.headers.get('accept') ?? [])
    .flatMap((header) => header.split(','))
    .filter((range) => !/;\s*q=0(?:\.0*)?\s*(?:;|$)/i.test(range))
    .map((range) => (range.split(';')[0] ?? '').trim().toLowerCase())
  const onlyPlain = accepted.includes(PLAIN_JSON) && !accepted.some((range) => ADMITS_JSON_API.includes(range))
  return onlyPlain ? PLAIN_JSON : JSON_API
}
