import type { Redis } from 'ioredis'
import { BUCKETS } from './keys.js'
import { mastersOf } from './redis-client.js'
import type { RedisClient } from './redis-client.js'

/** Keys that one call of the scan looks at; it blocks Redis for about a millisecond. */
const LOOKED_AT = 1_000

/** Ids of all conversations that are kept, in no order. One that begins, ends or moves to another node meanwhile may be among them or not. */
export async function* conversationIds(redis: RedisClient, prefix: string): AsyncGenerator<string> {
  const seen = new Set<string>()
  for (const master of mastersOf(redis)) yield* idsOn(master, prefix, seen)
}

async function* idsOn(redis: Redis, prefix: string, seen: Set<string>): AsyncGenerator<string> {
  const match = `${prefix.replaceAll(/[\\*?[\]]/g, String.raw`\$&`)}{b??}:c:*`
  const before = `${prefix}{b${String(BUCKETS - 1)}}:c:`.length
  let cursor = '0'
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', match, 'COUNT', LOOKED_AT)
    cursor = next
    for (const key of keys) {
      if (seen.has(key)) continue
      seen.add(key)
      yield decodeURIComponent(key.slice(before))
    }
  } while (cursor !== '0')
}
