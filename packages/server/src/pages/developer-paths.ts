import { isLoopback } from '../config/loopback.js'
import { header, type WireRequest } from '../dialect/wire.js'

/**
 * Whether a request names a path of the aids of development and may not know that there are any: one that came through a proxy, or under a
 * host name that is not this machine's. A web page could let a name of its own lead here, and its script would read the mailbox like
 * something of its own origin (DNS rebinding): the name in `Host` gives it away.
 */
export function isForeignToDevelopment(request: WireRequest): boolean {
  return isBelowDev(request.path) && !(isLoopback(hostNamed(request)) && !cameThroughProxy(request))
}

function isBelowDev(path: string): boolean {
  return /^\/dev(?:\/|$)/i.test(path)
}

/** The host without its port; empty when there is none. */
function hostNamed(request: WireRequest): string {
  return (header(request, 'host') ?? '').replace(/:\d*$/, '')
}

function cameThroughProxy({ headers }: WireRequest): boolean {
  return [...headers.keys()].some((name) => name === 'forwarded' || name.startsWith('x-forwarded-'))
}
