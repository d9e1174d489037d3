import { timingSafeEqual } from 'node:crypto'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { bytesOf, type Credentials } from './credentials.js'
import { errorDocument } from './document.js'
import type { ForgerockSettings } from './settings.js'

/** Headers that a foreign page cannot send without the browser asking first. The last one is AM's. */
const NOT_FROM_A_FORM = ['x-requested-with', 'authorization', 'x-openidm-username', 'accept-api-version']

/**
 * Refuses a caller who brings wrong credentials, or none where they are demanded.
 * @param reading a reading request needs no credentials, as the vendor's own examples send none.
 * @returns undefined when the caller may go on.
 * Source: OpenIDM, authentication filter and `router-authz.js`.
 */
export function refuseCaller(request: WireRequest, settings: ForgerockSettings, reading: boolean): WireResponse | undefined {
  if (settings.credentials === 'off') return undefined
  const given = credentialsOf(request)
  if (given === 'none' && reading) return undefined
  const good = typeof given === 'object' && timingSafeEqual(bytesOf(given), settings.credentials.pair)
  return good ? undefined : errorDocument(401, 'Access Denied', request)
}

/** Refuses a writing request that a foreign page could have sent. Source: OpenIDM, `router-authz.js`. */
export function refuseForgery(request: WireRequest, settings: ForgerockSettings): WireResponse | undefined {
  if (!settings.csrf || NOT_FROM_A_FORM.some((name) => request.headers.has(name))) return undefined
  return errorDocument(403, 'Access denied', request)
}

/** The `X-OpenIDM-*` pair, or else Basic. A doubled header is bent: nobody decides which of two counts. */
function credentialsOf(request: WireRequest): Credentials | 'none' | 'bent' {
  const userName = request.headers.get('x-openidm-username')
  const password = request.headers.get('x-openidm-password')
  if (userName !== undefined || password !== undefined) {
    if (userName?.length !== 1 || password?.length !== 1) return 'bent'
    return { userName: userName[0] ?? '', password: password[0] ?? '' }
  }
  const authorization = request.headers.get('authorization')
  if (authorization === undefined) return 'none'
  const basic = authorization.length === 1 ? /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization[0] ?? '')?.[1] : undefined
  if (basic === undefined) return 'bent'
  const pair = Buffer.from(basic, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  return colon < 0 ? 'bent' : { userName: pair.slice(0, colon), password: pair.slice(colon + 1) }
}
