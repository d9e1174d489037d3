import type { Keyring, OutboxFault } from '@rekey/core'
import { memoryStore } from '@rekey/core/memory'
import type { Logger } from 'pino'
import { openRedis, redisStore, Seal, type RedisStoreOptions } from '../adapters/redis/index.js'
import { evictionPolicy } from '../adapters/redis/eviction-policy.js'
import { outboxFigures } from '../adapters/redis/outbox-figures.js'
import type { Config } from '../config/config.js'
import { destinationOf } from '../delivery/destination-of.js'
import { whyNoStore } from './cannot-open.js'
import type { Closers, StorePorts } from './ports.js'

/** How the outbox of the configured store hands out. */
export type OutboxWishes = NonNullable<RedisStoreOptions['outbox']>

export interface StoreNeeds {
  readonly keyring: Keyring
  readonly outbox: OutboxWishes
  readonly log: Logger
  readonly closers: Closers
}

/**
 * Opens the configured store: memory, or Redis with everything in it sealed.
 * @throws CannotOpen when Redis does not answer, or refuses us.
 */
export async function openStore({ store }: Config, { keyring, outbox: wishes, log, closers }: StoreNeeds): Promise<StorePorts> {
  const report = ({ error, reason, conversation, next }: OutboxFault) =>
    log.error({ err: error, reason, conversation, next }, 'not delivered')
  const outbox = { report, destinationOf, ...wishes }
  if (store.is === 'memory') return memoryStore({ outbox })
  let trouble: Error | undefined
  const redis = await openRedis(store.server, {
    onError(error) {
      trouble = error
      log.warn({ err: error }, 'the store')
    },
  })
  closers.push(() => redis.disconnect())
  const seal = new Seal(keyring.seals.map(({ id, bytes }) => ({ id, key: bytes })))
  const ports = redisStore(redis, seal, { prefix: store.prefix, outbox })
  await ports.conversations.now().catch(async (error: Error) => {
    // A call that was given up knows only that; the connection knows why.
    throw await whyNoStore(store.server, trouble ?? error)
  })
  const evicts = await evictionPolicy(redis)
  return { ...ports, outboxFigures: () => outboxFigures(redis, store.prefix), ...(evicts !== undefined && { evicts }) }
}
