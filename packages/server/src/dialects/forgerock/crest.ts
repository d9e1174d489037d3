import type { WireRequest } from '../../dialect/wire.js'

/** The rules of ForgeRock's common REST that stand before any process: verbs, parameters, versions. */

export type Parameter = { readonly is: 'none' } | { readonly is: 'one'; readonly value: string } | { readonly is: 'many' }

/** A reserved query parameter, by its name in lower case: it is read in any letter case, its value as it stands. */
export function parameter({ query }: WireRequest, name: string): Parameter {
  let found: Parameter = NONE
  for (const [given, value] of query) {
    if (given.toLowerCase() !== name) continue
    if (found.is !== 'none') return MANY
    found = { is: 'one', value }
  }
  return found
}

const NONE: Parameter = Object.freeze({ is: 'none' })
const MANY: Parameter = Object.freeze({ is: 'many' })

/**
 * The verb that counts: on POST the one that `X-HTTP-Method-Override` names, everywhere else the method itself. A doubled override is
 * a verb that nobody serves.
 */
export function verbOf(request: WireRequest): string {
  const override = request.headers.get('x-http-method-override')
  if (request.method !== 'POST' || override === undefined) return request.method
  return override.length === 1 ? (override[0] ?? '').trim().toUpperCase() : 'MANY'
}

/** True for a GET that asks for a list and not for a resource. */
export function isListQuery(request: WireRequest): boolean {
  return ['_queryid', '_queryfilter', '_queryexpression'].some((name) => parameter(request, name).is !== 'none')
}

export type Protocol = { readonly is: 'version'; readonly version: string | undefined } | { readonly is: 'fault'; readonly message: string }

const SUPPORTED = ['1.0', '2.0', '2.1']
const UNSAID: Protocol = Object.freeze({ is: 'version', version: undefined })
const VERSION_PART = /^(protocol|resource)=(\d{1,3})(?:\.(\d{1,3}))?$/

/** The protocol version of `Accept-API-Version`, `1.0` for `protocol=1`; undefined when the header names none. */
export function protocolOf(request: WireRequest): Protocol {
  const values = request.headers.get('accept-api-version')
  if (values === undefined) return UNSAID
  const seen = new Map<string, string>()
  for (const part of values.flatMap((value) => value.split(','))) {
    const [, name, major, minor] = VERSION_PART.exec(part.trim().toLowerCase()) ?? []
    if (name === undefined || seen.has(name)) return { is: 'fault', message: 'Invalid Accept-API-Version header' }
    seen.set(name, `${Number(major)}.${Number(minor ?? '0')}`)
  }
  const version = seen.get('protocol')
  if (version !== undefined && !SUPPORTED.includes(version)) return { is: 'fault', message: `Unsupported protocol version: ${version}` }
  return { is: 'version', version }
}
