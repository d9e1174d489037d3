import { once } from 'node:events'
import { connectRedis, redisStore, Seal } from '../../../src/adapters/redis/index.js'
import type { RedisStore } from '../../../src/adapters/redis/index.js'
import { TEST_KEY } from './open-redis-store.js'

/** Claims one version many times at once when told to, and prints what came of it in one line of words. */
export async function race(url: string, prefix: string, id: string, racers: string): Promise<void> {
  const opened = open(url, prefix)
  const { store } = opened
  await store.conversations.look(id)
  process.stdout.write('ready\n')
  await once(process.stdin, 'data')
  const claims = Array.from({ length: Number(racers) }, (_, racer) =>
    store.conversations.claim({ id, version: 1, digest: `${process.pid}-${racer}`, leaseMs: 60_000 }),
  )
  const results = await Promise.all(claims)
  process.stdout.write(`${results.map((result) => result.is).join(' ')}\n`)
  opened.close()
}

/** Takes an item and never gives it back: waits to be killed. */
export async function takeAndHang(url: string, prefix: string): Promise<void> {
  const { store } = open(url, prefix)
  store.outbox.consume(async (item) => {
    process.stdout.write(`took ${item.delivery}\n`)
    await new Promise(() => undefined)
  })
}

function open(url: string, prefix: string): { readonly store: RedisStore; close(): void } {
  const redis = connectRedis(url, { onError: (error) => process.emitWarning(error) })
  return { store: redisStore(redis, new Seal([TEST_KEY]), { prefix, outbox: { idleMs: 300 } }), close: () => redis.disconnect() }
}
