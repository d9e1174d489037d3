import type { BodyLimits } from './body.js'
import type { ConnectionLimits } from './one-at-a-time.js'

/** What one caller may take of the server. Milliseconds, bytes. */
export interface HttpLimits extends BodyLimits, ConnectionLimits {
  /** All headers together. */
  readonly headerBytes: number
  /** How many headers. */
  readonly headers: number
  /** From the first byte to the end of the headers. */
  readonly headersMs: number
  /** From the first byte to the end of the body. */
  readonly requestMs: number
  /** A connection on which nothing moves, while no answer is in the making. */
  readonly idleMs: number
  /** A connection between two requests. */
  readonly keepAliveMs: number
  readonly connections: number
  /** From one address, of IPv6 one /64; trusted proxies are not counted. */
  readonly connectionsPerAddress: number
  /** Requests that dialects are at work on; more wait for their turn. */
  readonly requestsAtWork: number
  /** Those at work and those that wait; more are answered as unavailable. */
  readonly requestsAtOnce: number
  /** From one tick to the next, at which answers of dialects go; 0 lets them go at once. SEC-2. */
  readonly answersEveryMs: number
  /** How long closing waits for requests in flight. */
  readonly closeMs: number
}

export const DEFAULT_LIMITS: HttpLimits = {
  bodyBytes: 64 * 1024,
  drainBytes: 4 * 1024 * 1024,
  drainMs: 2_000,
  headerBytes: 16 * 1024,
  headers: 100,
  headersMs: 10_000,
  requestMs: 20_000,
  idleMs: 60_000,
  keepAliveMs: 10_000,
  connections: 10_000,
  connectionsPerAddress: 500,
  requestsPerConnection: 1_000,
  pipelined: 16,
  requestsAtWork: 1_000,
  requestsAtOnce: 2_000,
  answersEveryMs: 5,
  closeMs: 10_000,
}
