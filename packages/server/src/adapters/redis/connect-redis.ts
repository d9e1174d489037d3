import { Redis } from 'ioredis'

export interface ConnectRedisOptions {
  /** Told of each fault of the connection; the client connects again by itself. */
  readonly onError: (error: Error) => void
  /** Milliseconds after which a command fails; 2 000 when absent. */
  readonly commandTimeoutMs?: number
  /** Milliseconds for the connection to come up; 2 000 when absent. */
  readonly connectTimeoutMs?: number
  /** 4 or 6 for one family of addresses; 0, both, when absent. */
  readonly family?: 0 | 4 | 6
}

const TIMEOUT_MS = 2_000
/** A request fails soon rather than waits long: its caller can send it again. */
const RETRIES = 1
const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2_000

/**
 * Opens the connection that the adapters share. Commands of one turn travel together.
 * @param url `redis://` or `rediss://` (TLS, with the certificate checked), with user, password and database where there are any.
 */
export function connectRedis(url: string, options: ConnectRedisOptions): Redis {
  const redis = new Redis(url, {
    commandTimeout: options.commandTimeoutMs ?? TIMEOUT_MS,
    connectTimeout: options.connectTimeoutMs ?? TIMEOUT_MS,
    maxRetriesPerRequest: RETRIES,
    enableAutoPipelining: true,
    family: options.family ?? 0,
    retryStrategy: (tries) => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(tries, 10)),
  })
  redis.on('error', (error) => {
    forgetCommand(error)
    options.onError(error)
  })
  return redis
}

/**
 * An error of the connection carries the command that was refused. When that is the log-in, its arguments are user and password, and the same error
 * is handed to every call that waits; this runs before any of them sees it.
 */
function forgetCommand(error: Error): void {
  Reflect.deleteProperty(error, 'command')
}
