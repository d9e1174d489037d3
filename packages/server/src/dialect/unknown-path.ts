import type { WireResponse } from './wire.js'

/**
 * What the server answers below no dialect's path: problem details of our own. A dialect that must not be found by strangers answers with it
 * too, so that nothing tells the two apart. Source: RFC 9457 section 3.
 */
export function unknownPath() {
  return {
    status: 404,
    headers: { 'Content-Type': 'application/problem+json' },
    body: { type: 'urn:rekey:not-found', title: 'Not Found', status: 404 },
  } satisfies WireResponse
}
