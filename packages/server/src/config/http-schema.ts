import { durationSeconds, type Properties } from '@rekey/core'
import { DEFAULT_LIMITS, type HttpLimits } from '../http/limits.js'

/** What one caller may take of the server. */
export const HTTP_PROPERTIES = {
  bodyBytes: {
    type: 'integer',
    minimum: 1_024,
    maximum: 1_048_576,
    default: DEFAULT_LIMITS.bodyBytes,
    description: 'Longest body of a request; a longer one is answered as the dialect answers bad input.',
  },
  headerBytes: {
    type: 'integer',
    minimum: 1_024,
    maximum: 65_536,
    default: DEFAULT_LIMITS.headerBytes,
    description: 'Longest start of a request: its target and all headers together; a longer one is answered with 431.',
  },
  headers: {
    type: 'integer',
    minimum: 10,
    maximum: 2_000,
    default: DEFAULT_LIMITS.headers,
    description: 'Most headers of a request; more are answered with 431.',
  },
  headersTimeout: {
    type: 'string',
    format: 'duration',
    default: '10s',
    description: 'How long the headers of a request may take to come.',
  },
  requestTimeout: {
    type: 'string',
    format: 'duration',
    default: '20s',
    description: 'How long a whole request may take to come; not less than `headersTimeout`.',
  },
  idleTimeout: {
    type: 'string',
    format: 'duration',
    default: '60s',
    description:
      'How long nothing may move on a connection, as when its client reads no answer. The time that an answer is in the making does not count.',
  },
  keepAliveTimeout: {
    type: 'string',
    format: 'duration',
    default: '10s',
    description:
      'How long a connection is kept open between two requests. Behind a proxy that keeps connections open it must be longer than there.',
  },
  connections: {
    type: 'integer',
    minimum: 1,
    maximum: 1_000_000,
    default: DEFAULT_LIMITS.connections,
    description: 'Most connections that are open at once; more are dropped.',
  },
  connectionsPerAddress: {
    type: 'integer',
    minimum: 1,
    maximum: 1_000_000,
    default: DEFAULT_LIMITS.connectionsPerAddress,
    description: 'Most of them from one network address (IPv6: from one /64). Those of `trustedProxies` are not counted.',
  },
  requestsPerConnection: {
    type: 'integer',
    minimum: 1,
    maximum: 1_000_000,
    default: DEFAULT_LIMITS.requestsPerConnection,
    description: 'Requests after which a connection is closed.',
  },
  requestsAtWork: {
    type: 'integer',
    minimum: 1,
    maximum: 10_000,
    default: DEFAULT_LIMITS.requestsAtWork,
    description:
      'Most requests that are worked on at once; more wait for their turn, first come, first served. With many thousands the store would have answered some long before this process comes to read it, and they would count as timed out.',
  },
  requestsAtOnce: {
    type: 'integer',
    minimum: 1,
    maximum: 100_000,
    default: DEFAULT_LIMITS.requestsAtOnce,
    description:
      'Most requests that are worked on or wait for their turn; more are answered as unavailable in the words of the dialect, before anything is asked or stored.',
  },
  answersEveryMs: {
    type: 'integer',
    minimum: 0,
    maximum: 1_000,
    default: DEFAULT_LIMITS.answersEveryMs,
    description:
      'Answers of dialects go at ticks of so many milliseconds, the first of which comes by chance one to two of them after the request: what one person costs more than another is not seen from outside. Longer than most answers take hides most; 0 lets them go at once.',
  },
} as const satisfies Properties

/** A configuration of HTTP with its defaults, durations as text. */
type FilledHttp = {
  readonly [K in keyof typeof HTTP_PROPERTIES]: (typeof HTTP_PROPERTIES)[K]['type'] extends 'string' ? string : number
}

/** Limits of a configuration whose durations have been checked. */
export function httpLimits(filled: FilledHttp): Partial<HttpLimits> {
  const { headersTimeout, requestTimeout, idleTimeout, keepAliveTimeout, ...counts } = filled
  const milliseconds = (duration: string) => durationSeconds(duration) * 1_000
  return {
    ...counts,
    headersMs: milliseconds(headersTimeout),
    requestMs: milliseconds(requestTimeout),
    idleMs: milliseconds(idleTimeout),
    keepAliveMs: milliseconds(keepAliveTimeout),
  }
}
