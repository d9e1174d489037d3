import type { Budgets, Conversations, Machines, Once, Outbox, Sessions } from '@rekey/core'
import type { RedisClient } from './redis-client.js'
import { RedisBudgets } from './redis-budgets.js'
import { RedisConversations } from './redis-conversations.js'
import { RedisMachines } from './redis-machines.js'
import { RedisOnce } from './redis-once.js'
import { RedisOutbox } from './redis-outbox.js'
import type { RedisOutboxOptions } from './redis-outbox.js'
import { RedisSessions } from './redis-sessions.js'
import type { Seal } from './seal.js'

export interface RedisStoreOptions {
  /** Before every key; `rekey:` when absent. */
  readonly prefix?: string
  /** Milliseconds that replies are kept; `RETRY_WINDOW_MS` when absent. */
  readonly retryWindowMs?: number
  readonly outbox?: Omit<RedisOutboxOptions, 'prefix'>
}

/** The ports of one store in Redis. */
export interface RedisStore {
  readonly conversations: Conversations
  readonly outbox: Outbox
  readonly budgets: Budgets
  readonly machines: Machines
  readonly sessions: Sessions
  readonly once: Once
}

/** Every port over one connection; the outbox opens one more for each consumer. */
export function redisStore(redis: RedisClient, seal: Seal, { prefix, retryWindowMs, outbox }: RedisStoreOptions = {}): RedisStore {
  const under = prefix === undefined ? {} : { prefix }
  const queue = new RedisOutbox(redis, seal, { ...outbox, ...under })
  const owed = (stream: string): void => queue.expect(stream)
  return {
    conversations: new RedisConversations(redis, seal, { ...under, ...(retryWindowMs !== undefined && { retryWindowMs }), owed }),
    outbox: queue,
    budgets: new RedisBudgets(redis, under),
    machines: new RedisMachines(redis, seal, under),
    sessions: new RedisSessions(redis, seal, under),
    once: new RedisOnce(redis, under),
  }
}
