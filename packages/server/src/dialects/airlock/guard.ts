import { header, type WireRequest, type WireResponse } from '../../dialect/wire.js'
import { errorDocument } from './document.js'
import type { Place } from './place.js'

/**
 * Refuses what a foreign page could have made a browser send. A request that changes something must not say that it comes from another
 * site; where the browser names an origin, it is ours or a configured one. Clients that are no browsers name neither.
 * Source: vendor documentation, CSRF protection (`X-Same-Domain` on every call); Fetch Metadata request headers.
 */
export function refuseForgery({ settings, site }: Place, request: WireRequest): WireResponse | undefined {
  const refusal = () => errorDocument(403, 'CSRF_PROTECTION', request)
  if (settings.csrfHeader && !request.headers.has('x-same-domain')) return refusal()
  if (request.method === 'GET') return undefined
  const fetchSite = request.headers.get('sec-fetch-site')
  if (fetchSite !== undefined && !(fetchSite.length === 1 && OWN_SITES.includes(fetchSite[0] ?? ''))) return refusal()
  if (!request.headers.has('origin')) return undefined
  const origin = header(request, 'origin')
  // A browser that says `same-origin` has compared for us, also where nobody has configured the address that people use.
  const ours =
    origin !== undefined && (fetchSite?.[0] === 'same-origin' || origin === originOf(site.publicUrl) || settings.origins.includes(origin))
  return ours ? undefined : refusal()
}

/** `none` is a person at the keyboard, `same-site` a neighbour whose origin is compared below. */
const OWN_SITES: readonly string[] = ['same-origin', 'same-site', 'none']

function originOf(url: string): string {
  return new URL(url).origin
}
