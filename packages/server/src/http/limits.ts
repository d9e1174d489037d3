import type { BodyLimits } from './body.js'

/** What one caller may take of the server. Milliseconds, bytes. */
export interface HttpLimits extends BodyLimits {
  /** All headers together. */
  readonly headerBytes: number
  /** From the first byte to the end of the headers. */
  readonly headersMs: number
  /** From the first byte to the end of the body. */
  readonly requestMs: number
  /** A connection on which nothing moves. */
  readonly idleMs: number
  /** A connection between two requests. */
  readonly keepAliveMs: number
  readonly connections: number
  /** How long closing waits for requests in flight. */
  readonly closeMs: number
}

export const DEFAULT_LIMITS: HttpLimits = {
  bodyBytes: 64 * 1024,
  drainBytes: 4 * 1024 * 1024,
  drainMs: 2_000,
  headerBytes: 16 * 1024,
  headersMs: 10_000,
  requestMs: 20_000,
  idleMs: 60_000,
  keepAliveMs: 10_000,
  connections: 10_000,
  closeMs: 10_000,
}
