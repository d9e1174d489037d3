import type { RedisCommands } from './redis-client.js'
import { keyLayout } from './keys.js'

export interface OutboxFigures {
  readonly pending: number
  readonly dead: number
  /** Age of the oldest item that is owed, in milliseconds by the store's clock; 0 when there is none. */
  readonly oldestMs: number
}

/** How full the outbox is, over all processes. Nothing of what is owed is read but its age. */
export async function outboxFigures(redis: RedisCommands, prefix?: string): Promise<OutboxFigures> {
  const { queues } = keyLayout(prefix)
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)
  const [pending, dead, first, [seconds]] = await Promise.all([
    Promise.all(queues.map(({ outbox }) => redis.xlen(outbox))),
    Promise.all(queues.map((queue) => redis.xlen(queue.dead))),
    Promise.all(queues.map(({ outbox }) => redis.xrange(outbox, '-', '+', 'COUNT', 1))),
    redis.time(),
  ])
  const owedAt = first.flat().map(([id]) => Number(id.split('-')[0]))
  const now = Number(seconds) * 1_000
  return { pending: sum(pending), dead: sum(dead), oldestMs: owedAt.length === 0 ? 0 : Math.max(0, now - Math.min(...owedAt)) }
}
