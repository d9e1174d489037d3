import type { OutboxFault } from '@rekey/core'
import type { OpenStore } from '@rekey/core/testing'
import { connectRedis, redisStore, Seal, type RedisClient } from '../../../src/adapters/redis/index.js'

/** The key that every test of the Redis store seals with. */
export const TEST_KEY = { id: 'k1', key: Buffer.alloc(32, 7) }

/** Opens stores under a prefix of their own, reached over three connections. */
export function opensRedisStore(url: string, prefix: string): OpenStore {
  return opensStoreOver(async () => connectRedis(url, { onError: (error) => process.emitWarning(error) }), prefix)
}

/** The same over connections of any kind. */
export function opensStoreOver(connect: () => Promise<RedisClient>, prefix: string): OpenStore {
  let opened = 0
  return async (wishes = {}) => {
    const clients = await Promise.all([connect(), connect(), connect()])
    const report = ({ error, conversation }: OutboxFault): void => {
      if (conversation === undefined) process.emitWarning(String(error))
    }
    const options = { ...wishes, prefix: `${prefix}${opened++}:`, outbox: { idleMs: 300, report, ...wishes.outbox } }
    const [store, ...others] = clients.map((client) => redisStore(client, new Seal([TEST_KEY]), options))
    if (store === undefined) throw new Error('no store was opened')
    return {
      ...store,
      others: others.map((other) => other.conversations),
      close: async () => {
        for (const client of clients) client.disconnect()
      },
    }
  }
}
