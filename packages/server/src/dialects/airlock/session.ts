import { parseAcceptLanguage, Secret, type Act, type Intent, type RequestValues } from '@rekey/core'
import { header, type WireRequest, type WireResponse } from '../../dialect/wire.js'
import { cookieIn, tokenIn } from './cookie.js'
import { errorDocument } from './document.js'
import { areaOf, optionsIn, type Place } from './place.js'

/** An intent about the conversation of the session; which flow that is stands in its token. @returns undefined without a session. */
export function intentOf(place: Place, request: WireRequest, act: Act): Intent | undefined {
  const carried = tokenIn(place, request)
  return carried === undefined
    ? undefined
    : { act, dialect: 'airlock', flow: '', carried, ...keptApart(place, request), answers: [], request: requestValues(place, request) }
}

/** A session exists in its own area only, and in the protected one for its person only. What a flow began that is served no more ends in either. */
export function keptApart(place: Place, request: WireRequest): Pick<Intent, 'speaks' | 'toItsPerson'> {
  const area = areaOf(place, request)
  const other = area === 'public' ? 'protected' : 'public'
  return { speaks: (as) => optionsIn(place, other, as) === undefined, toItsPerson: area === 'protected' }
}

/** The values of a request beside its answers. Public calls bring no log-in: one that came along must not decide anything. */
export function requestValues(place: Place, request: WireRequest): RequestValues {
  const bearer = bearerIn(place, request)
  return {
    languages: parseAcceptLanguage(request.headers.get('accept-language')?.join(', ')),
    address: request.address,
    requestId: request.requestId,
    ...(bearer && { bearer }),
  }
}

/**
 * What a call without a living session is answered with: missing, forged, expired, spent and ended look the same. In the protected area nobody
 * gets that far without a log-in.
 */
export function lostSession(place: Place, request: WireRequest): WireResponse {
  return refuseStranger(place, request) ?? errorDocument(400, 'UNEXPECTED_CALL', request)
}

/** Refuses a protected call without a log-in. Whether the log-in is good is for the flow to say. */
export function refuseStranger(place: Place, request: WireRequest): WireResponse | undefined {
  if (areaOf(place, request) === 'public' || bearerIn(place, request)) return undefined
  return errorDocument(401, 'AUTHENTICATION_REQUIRED', request, { headers: CHALLENGE })
}

/** Source: RFC 9110 section 11.6.1, a 401 names what it wants. */
export const CHALLENGE = { 'WWW-Authenticate': 'Bearer' } as const

/** The token of the log-in: `Authorization: Bearer`, else the configured cookie. A doubled header is bent and brings none. */
function bearerIn(place: Place, request: WireRequest): Secret | undefined {
  if (areaOf(place, request) === 'public') return undefined
  const { loginCookieName } = place.settings
  const token = request.headers.has('authorization')
    ? BEARER.exec(header(request, 'authorization') ?? '')?.[1]
    : loginCookieName === undefined
      ? undefined
      : cookieIn(request, loginCookieName)
  return token === undefined ? undefined : new Secret(token)
}

/** Source: RFC 6750 section 2.1. */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i
