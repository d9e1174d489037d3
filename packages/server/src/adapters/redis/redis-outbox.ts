import { OUTBOX_DEFAULTS } from '@rekey/core'
import type { DeadLetter, Outbox, OutboxConsumer, OutboxSettings, RunningConsumer } from '@rekey/core'
import type { Redis } from 'ioredis'
import { keyLayout } from './keys.js'
import { itemPlace } from './outbox-item.js'
import { OutboxRunner } from './outbox-runner.js'
import { OutboxStreams } from './outbox-streams.js'
import type { DeadEntry } from './outbox-streams.js'
import { isCluster } from './redis-client.js'
import type { RedisClient } from './redis-client.js'
import { UnreadableError } from './seal.js'
import type { Seal } from './seal.js'
import { stayConnected } from './stay-connected.js'

export interface RedisOutboxOptions extends Partial<OutboxSettings> {
  /** Before every key; `rekey:` when absent. */
  readonly prefix?: string
  /** Milliseconds after which an item that no process has touched is handed out by another one; 30 000 when absent. */
  readonly idleMs?: number
  /** Items of a kind that one process keeps waiting at the most; for tests. */
  readonly mostHeld?: number
}

const IDLE_MS = 30_000
const BLOCK_MS = 5_000
const POLL_MS = 200
/** Longer than any read waits, so that a dead connection is noticed all the same. */
const READ_TIMEOUT_MS = BLOCK_MS + 5_000

/** Hands out what the conversation scripts have owed, from one stream for each bucket. */
export class RedisOutbox implements Outbox {
  readonly #streams: OutboxStreams

  constructor(
    private readonly redis: RedisClient,
    private readonly seal: Seal,
    private readonly options: RedisOutboxOptions = {},
  ) {
    this.#streams = new OutboxStreams(redis, keyLayout(options.prefix))
  }

  consume(consumer: OutboxConsumer): RunningConsumer {
    const settings = { ...OUTBOX_DEFAULTS, idleMs: IDLE_MS, blockMs: BLOCK_MS, pollMs: POLL_MS, ...this.options }
    const reader = isCluster(this.redis) ? undefined : readerBeside(this.redis)
    return new OutboxRunner(this.redis, reader, this.#streams, this.seal, settings, consumer)
  }

  /** Tells the consumers of this process where something was owed. */
  expect(stream: string): void {
    this.#streams.expect(stream)
  }

  pending(): Promise<number> {
    return this.#streams.length()
  }

  async dead(): Promise<readonly DeadLetter[]> {
    return (await this.#streams.dead()).map((entry) => this.#letterOf(entry))
  }

  resend(id: string): Promise<boolean> {
    return this.#streams.resend(id)
  }

  drop(id: string): Promise<boolean> {
    return this.#streams.drop(id)
  }

  #letterOf({ name: id, what, stream, reason, deliveries, at }: DeadEntry): DeadLetter {
    const fate = { id, reason, deliveries, at, conversation: what.is === 'malformed' ? '' : what.conversation }
    if (what.is !== 'message') return { ...fate, is: what.is === 'resolve' ? 'resolve' : 'unreadable' }
    try {
      const body = this.seal.open(what.sealed, itemPlace(stream, what.conversation, what.item)).toString('utf8')
      return { ...fate, is: 'message', body }
    } catch (error) {
      if (error instanceof UnreadableError) return { ...fate, is: 'unreadable' }
      throw error
    }
  }
}

/** One more connection to the same Redis, for reads that wait. */
function readerBeside(redis: Redis): Redis {
  const reader = redis.duplicate({
    commandTimeout: READ_TIMEOUT_MS,
    socketTimeout: READ_TIMEOUT_MS,
    // A read that loses its connection fails at once: the consumer must learn the number of the new one before it reads again.
    maxRetriesPerRequest: 0,
  })
  // What breaks on this connection is reported by the read that it breaks.
  reader.on('error', () => undefined)
  return stayConnected(reader)
}
