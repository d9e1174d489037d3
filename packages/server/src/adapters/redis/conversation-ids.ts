import type { Redis } from 'ioredis'
import { BUCKETS } from './keys.js'

/** Keys that one call of the scan looks at; it blocks Redis for about a millisecond. */
const LOOKED_AT = 1_000

/** Ids of all conversations that are kept, in no order. One that begins or ends meanwhile may be among them or not. */
export async function* conversationIds(redis: Redis, prefix: string): AsyncGenerator<string> {
  const match = `${prefix.replaceAll(/[\\*?[\]]/g, String.raw`\$&`)}{b??}:c:*`
  const before = `${prefix}{b${String(BUCKETS - 1)}}:c:`.length
  const seen = new Set<string>()
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
