import { parseAcceptLanguage, Secret, type RequestValues } from '@rekey/core'
import { header, type WireRequest } from '../../dialect/wire.js'

const BEARER = /^Bearer +([!-~]+)$/i

/**
 * The access token: of `Authorization`, or of the header `access_token` that the mobile clients send. Where `Authorization` is there it alone
 * counts, good or bad; a token in the query or in the body is never looked at.
 */
export function bearerOf(request: WireRequest): Secret | undefined {
  const token = request.headers.has('authorization')
    ? BEARER.exec((header(request, 'authorization') ?? '').trim())?.[1]
    : header(request, 'access_token')?.trim()
  return token === undefined || token === '' ? undefined : new Secret(token)
}

/** What the flow may know of a request; mobile clients name the language in a header of their own. */
export function requestValues(request: WireRequest): RequestValues {
  const bearer = bearerOf(request)
  const languages = request.headers.get('accept-language') ?? request.headers.get('acceptlanguage')
  return {
    languages: parseAcceptLanguage(languages?.join(', ')),
    address: request.address,
    requestId: request.requestId,
    ...(bearer && { bearer }),
  }
}
