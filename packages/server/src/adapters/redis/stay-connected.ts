import type { Redis } from 'ioredis'

const AGAIN_MS = 50

/**
 * Connects a client again that has given up though nobody told it to. It does when a Sentinel announces a new master just while it looks for the
 * master by itself, as after the death of one; every call would fail from then on.
 */
export function stayConnected(redis: Redis): Redis {
  const disconnect = redis.disconnect.bind(redis)
  let isClosed = false
  Reflect.set(redis, 'disconnect', (reconnect = false): void => {
    if (!reconnect) isClosed = true
    disconnect(reconnect)
  })
  redis.on('end', () => {
    if (isClosed) return
    // What fails here ends the client again, and brings us back.
    setTimeout(() => void (isClosed || redis.connect().catch(() => undefined)), AGAIN_MS).unref()
  })
  return redis
}
