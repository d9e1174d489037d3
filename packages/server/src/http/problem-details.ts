import type { WireResponse } from '../dialect/wire.js'

/** Faults that no dialect answers: below no dialect's path, or before there is a request to hand to one. */
const PROBLEMS = {
  'bad-request': [400, 'Bad Request'],
  unauthorized: [401, 'Unauthorized'],
  'not-found': [404, 'Not Found'],
  'method-not-allowed': [405, 'Method Not Allowed'],
  'request-timeout': [408, 'Request Timeout'],
  'expectation-failed': [417, 'Expectation Failed'],
  'headers-too-large': [431, 'Request Header Fields Too Large'],
  unavailable: [503, 'Service Unavailable'],
} as const

export type HttpProblem = keyof typeof PROBLEMS

/**
 * Problem details of our own. `type` is `urn:rekey:` and the code; nothing of the request is repeated.
 * Source: RFC 9457 section 3.
 */
export function problemDetails(code: HttpProblem, headers: Readonly<Record<string, string>> = {}) {
  const [status, title] = PROBLEMS[code]
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
    body: { type: `urn:rekey:${code}`, title, status },
  } satisfies WireResponse
}
