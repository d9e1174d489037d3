import { overlook, type Budgets, type Conversations, type Keyring, type Machines, type Overview } from '@rekey/core'
import { conversationIds, openRedis, redisStore, Seal, UnreadableError } from '../adapters/redis/index.js'
import type { Config } from '../config/config.js'
import { CannotOpen, whyNoStore } from './cannot-open.js'
import type { Closers } from './ports.js'

/** The conversations of an installation, from outside of its servers. */
export interface Overseer {
  readonly conversations: Conversations
  readonly machines: Machines
  readonly budgets: Budgets
  /** Milliseconds since the epoch, by the store's clock. */
  now(): Promise<number>
  ids(): AsyncIterable<string>
  /** @returns undefined when there is no such conversation (any more); `unreadable` when none of our keys opens it. */
  look(id: string): Promise<Overview | 'unreadable' | undefined>
}

/** Opens the configured store without serving. @throws CannotOpen for a store in memory, which nobody sees from outside, and one that does not answer. */
export async function openOverseer({ store }: Pick<Config, 'store'>, keyring: Keyring, closers: Closers): Promise<Overseer> {
  if (store.is === 'memory')
    throw new CannotOpen('conversations are kept in the memory of the server, where no other process sees them: configure `store.redis`')
  let trouble: Error | undefined
  const redis = await openRedis(store.server, { onError: (error) => (trouble = error) })
  closers.push(() => redis.disconnect())
  const { conversations, machines, budgets } = redisStore(redis, new Seal(keyring.seals.map(({ id, bytes }) => ({ id, key: bytes }))), {
    prefix: store.prefix,
  })
  await conversations.now().catch(async (error: Error) => {
    throw await whyNoStore(store.server, trouble ?? error)
  })
  const known = new Map<string, Promise<string | undefined>>()
  const machineOf = (hash: string) => {
    const found = known.get(hash) ?? machines.find(hash)
    known.set(hash, found)
    return found
  }
  return {
    conversations,
    machines,
    budgets,
    now: () => conversations.now(),
    ids: () => conversationIds(redis, store.prefix),
    async look(id) {
      try {
        const found = await conversations.look(id)
        if (found === undefined) return undefined
        // Only the snapshot says which machine it is pinned to.
        return overlook(id, found.body, await machineOf(overlook(id, found.body, undefined).machine))
      } catch (error) {
        if (error instanceof UnreadableError) return 'unreadable'
        throw error
      }
    },
  }
}
