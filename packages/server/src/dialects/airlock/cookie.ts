import type { WireRequest } from '../../dialect/wire.js'
import type { Place } from './place.js'

/**
 * The value of a cookie; undefined when it is absent, empty, or stands more than once with different values: a page on a neighbouring host
 * may have planted one of them, and nobody decides which.
 * Source: RFC 6265 section 5.4.
 */
export function cookieIn(request: WireRequest, name: string): string | undefined {
  const values = new Set<string>()
  for (const header of request.headers.get('cookie') ?? []) {
    for (const pair of header.split(';')) {
      const equals = pair.indexOf('=')
      if (equals > 0 && pair.slice(0, equals).trim() === name) values.add(pair.slice(equals + 1).trim())
    }
  }
  const [value = '', another] = values
  return value === '' || another !== undefined ? undefined : value
}

/** The token of the conversation that a request belongs to. */
export function tokenIn({ settings }: Place, request: WireRequest): string | undefined {
  return cookieIn(request, settings.cookieName)
}

/** Hands out the token of a version. The cookie ends with the browser; how long the token lives stands in itself. */
export function carrying(place: Place, token: string): Readonly<Record<string, string>> {
  return { 'Set-Cookie': `${place.settings.cookieName}=${token}; ${attributes(place)}` }
}

/** Takes the cookie away: the conversation is over. */
export function cleared(place: Place): Readonly<Record<string, string>> {
  return { 'Set-Cookie': `${place.settings.cookieName}=; Max-Age=0; ${attributes(place)}` }
}

function attributes({ settings, site }: Place): string {
  const secure = site.publicUrl.startsWith('https:') ? '; Secure' : ''
  return `Path=${settings.cookiePath}; HttpOnly; SameSite=Lax${secure}`
}
