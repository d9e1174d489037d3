import { mastersOf } from './redis-client.js'
import type { RedisClient } from './redis-client.js'

/** The policy under which nothing is dropped. */
const KEEPS = 'noeviction'

/**
 * By which policy a full Redis drops keys that we count on.
 * @returns undefined where it drops none, and where it does not tell.
 */
export async function evictionPolicy(redis: RedisClient): Promise<string | undefined> {
  const told = await Promise.allSettled(mastersOf(redis).map((master) => master.info('memory')))
  return told
    .map((one) => (one.status === 'fulfilled' ? /^maxmemory_policy:([a-z-]+)/m.exec(one.value)?.[1] : undefined))
    .find((policy) => policy !== undefined && policy !== KEEPS)
}
