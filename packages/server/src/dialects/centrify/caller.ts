import { parseAcceptLanguage, Secret, type RequestValues } from '@rekey/core'
import { allowedOrigin } from '../../dialect/cors.js'
import type { Site } from '../../dialect/dialect.js'
import { header, type WireRequest, type WireResponse } from '../../dialect/wire.js'
import { refusal } from './envelope.js'
import type { CentrifySettings } from './settings.js'

/** The cookie of a login session. */
export const SESSION_COOKIE = '.ASPXAUTH'

/** The older and the newer name; any value counts. */
const NATIVE_HEADERS = ['x-centrify-native-client', 'x-idap-native-client']

/** Refuses a call without the header of a client that is no browser, where it is demanded. Source: vendor's support article on release 20.2. */
export function refuseStranger(settings: CentrifySettings, request: WireRequest): WireResponse | undefined {
  if (!settings.requireNativeHeader || NATIVE_HEADERS.some((name) => request.headers.has(name))) return undefined
  return unauthorized(request)
}

/** The answer to a protected call without good credentials: the one outcome that is no 200. */
export function unauthorized(request: WireRequest): WireResponse {
  return refusal(request, { status: 401, result: null, message: 'You are not authorized to do this. Please sign in and try again.' })
}

/** What every intent knows of its request. */
export function requestValues(request: WireRequest): RequestValues {
  return {
    languages: parseAcceptLanguage(request.headers.get('accept-language')?.join(', ')),
    address: request.address,
    requestId: request.requestId,
  }
}

/**
 * The credential of a login session: `Authorization: Bearer`, or the cookie's value when there is no such header. A browser sends the cookie
 * along with a foreign page's request too, so the cookie does not count there, unless the page's origin is configured.
 * @returns undefined when there is none, or several.
 */
export function bearerOf(settings: CentrifySettings, site: Site, request: WireRequest): Secret | undefined {
  if (request.headers.has('authorization')) {
    const token = /^Bearer +([!-~]+)$/i.exec(header(request, 'authorization') ?? '')?.[1]
    return token === undefined ? undefined : new Secret(token)
  }
  if (fromForeignPage(settings, site, request)) return undefined
  const [value, another] = cookiesOf(request).flatMap(([name, text]) => (name === SESSION_COOKIE && text !== '' ? [text] : []))
  return value === undefined || another !== undefined ? undefined : new Secret(value)
}

function fromForeignPage(settings: CentrifySettings, site: Site, request: WireRequest): boolean {
  if (allowedOrigin(settings, request) !== undefined) return false
  const origins = request.headers.get('origin') ?? []
  const own = new URL(site.publicUrl).origin
  return origins.some((origin) => origin !== own) || (request.headers.get('sec-fetch-site') ?? []).includes('cross-site')
}

function cookiesOf(request: WireRequest): readonly (readonly [name: string, value: string])[] {
  return (request.headers.get('cookie') ?? [])
    .flatMap((line) => line.split(';'))
    .map((pair) => {
      const at = pair.indexOf('=')
      return at < 0 ? [pair.trim(), ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
    })
}

/** The cookie as it is set: not sent along with requests of other sites, and unreadable to scripts. */
export function sessionCookie(site: Site, value: string, maxAgeSeconds: number | undefined): string {
  return [
    `${SESSION_COOKIE}=${value}`,
    'Path=/',
    ...(maxAgeSeconds === undefined ? [] : [`Max-Age=${maxAgeSeconds}`]),
    'HttpOnly',
    'SameSite=Lax',
    ...(new URL(site.publicUrl).protocol === 'https:' ? ['Secure'] : []),
  ].join('; ')
}

/** Forgets the cookie. */
export function clearedCookie(site: Site): string {
  return sessionCookie(site, '', 0)
}
