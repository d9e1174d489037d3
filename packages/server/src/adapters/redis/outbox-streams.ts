import { setImmediate as endOfTurn } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { asBytes, asList, asNumber, asText } from './answer.js'
import type { KeyLayout, Queue } from './keys.js'
import { readFields } from './outbox-item.js'
import type { StreamItem } from './outbox-item.js'
import { crossesSlots, isCluster } from './redis-client.js'
import type { RedisCommands } from './redis-client.js'
import { BURY, CONSUMER, FATE, GROUP, RECLAIM, RESEND, SETTLE } from './outbox-scripts.js'
import { defineScript } from './script.js'
import type { Script } from './script.js'

/** Dead letters kept of each queue. */
const DEAD_KEPT = 1_000
const DEAD_KEPT_MS = 30 * 86_400_000
/** Items of one queue that are taken over in one call. */
const RECLAIMED = 16
/** A queue and a stream id, as `DeadEntry.name` writes them. */
const DEAD_NAME = /^(\d{1,3})-(\d{1,15}-\d{1,15})$/
/** How a stream answers that has no group yet, or lost it with its node. */
const NO_GROUP = 'NOGROUP'

/** An item and how often it will have been handed out when it is handed out next. */
export interface Delivered extends StreamItem {
  readonly delivery: number
  /** When it was seen, or earlier: milliseconds since the epoch by the server's clock. */
  readonly seenAt: number
}

/** What was found, and what came in its way: one node of a Cluster may be away while the others give. */
export interface Found {
  readonly items: readonly Delivered[]
  readonly fault?: unknown
}

/** An item that was set aside. */
export interface DeadEntry extends StreamItem {
  /** Names it over all queues. */
  readonly name: string
  readonly reason: string
  readonly deliveries: number
  /** Milliseconds since the epoch, by the server's clock. */
  readonly at: number
}

/** The commands on the streams of all queues. It keeps nothing but cursors; what is held is the consumer's business. */
export class OutboxStreams {
  readonly #reclaim: Script
  readonly #settle: Script
  readonly #bury: Script
  readonly #resend: Script
  readonly #cursors = new Map<string, string>()
  /** Streams that this process has put something into since they were read. */
  readonly #expected = new Set<string>()
  /** Items that are done and not yet noted as such, and when they are. */
  #done: Delivered[] = []
  #noted: Promise<void> | undefined
  readonly #byStream: ReadonlyMap<string, Queue>
  /** A Cluster refuses one read over many slots; then the streams are asked one by one, without waiting. */
  #oneByOne: boolean

  constructor(
    private readonly redis: RedisCommands,
    private readonly layout: KeyLayout,
  ) {
    this.#reclaim = defineScript(redis, RECLAIM)
    this.#settle = defineScript(redis, SETTLE)
    this.#bury = defineScript(redis, BURY)
    this.#resend = defineScript(redis, RESEND)
    this.#oneByOne = isCluster(redis)
    this.#byStream = new Map(layout.queues.map((queue) => [queue.outbox, queue]))
  }

  /**
   * Makes the groups where they are missing; items that were owed before are handed out too. Where streams are read one by one each is made
   * when it is missed.
   */
  async openGroups(): Promise<void> {
    if (!this.#oneByOne) await this.#openThose(this.layout.queues)
  }

  /**
   * New items of all queues; waits for the first one.
   * @param reader a connection of its own, because it is blocked meanwhile; absent for a Cluster.
   * @param count items of each stream at the most.
   * @returns no items when nothing came in time.
   */
  async read(reader: Redis | undefined, count: number, blockMs: number): Promise<Found> {
    if (this.#oneByOne || reader === undefined) return this.#readOneByOne(count)
    this.#expected.clear()
    const streams = this.layout.queues.map(({ outbox }) => outbox)
    try {
      return this.#found(await reader.xreadgroupBuffer(...asGroup(count), 'BLOCK', blockMs, ...newOf(streams)), count)
    } catch (error) {
      if (!crossesSlots(error)) throw error
      this.#oneByOne = true
      return { items: [] }
    }
  }

  /** Tells that something was put into a stream by this process: it is known where to look before all streams are read. */
  expect(stream: string): void {
    this.#expected.add(stream)
  }

  /** New items of the streams that this process has put something into, if there are any; does not wait. */
  async readExpected(reader: Redis, count: number): Promise<Found> {
    const streams = [...this.#expected]
    if (streams.length === 0) return { items: [] }
    this.#expected.clear()
    return this.#found(await reader.xreadgroupBuffer(...asGroup(count), ...newOf(streams)), count)
  }

  /** True when `read` never waits, so that the caller has to pause between two reads. */
  get polls(): boolean {
    return this.#oneByOne
  }

  /** Items whose process has not touched them for `idleMs`. */
  reclaim(idleMs: number): Promise<Found> {
    return fromEach(this.layout.queues, ({ outbox }) => this.#reclaimFrom(outbox, idleMs))
  }

  /** Says that items are still being worked on. */
  async keep(items: readonly Delivered[]): Promise<void> {
    const kept = await Promise.allSettled(
      Array.from(byStream(items), ([stream, those]) =>
        this.redis.xclaim(stream, GROUP, CONSUMER, 0, ...those.map(({ id }) => id), 'JUSTID'),
      ),
    )
    for (const one of kept) if (one.status === 'rejected') throw one.reason
  }

  /**
   * Notes that an item is handed out again, so that the count outlives this process.
   * @returns false when the item is gone: another process took it over meanwhile and was done with it, or it was taken back.
   */
  async countDelivery({ stream, id, delivery }: Delivered): Promise<boolean> {
    const claimed = await this.redis.xclaim(stream, GROUP, CONSUMER, 0, id, 'RETRYCOUNT', delivery, 'JUSTID')
    return claimed.length > 0
  }

  /** Gives an item back that was not handed out; another process may take it over once it counts as idle for long enough. */
  async giveBack({ stream, id, delivery }: Delivered, idleMs: number): Promise<void> {
    await this.redis.xclaim(stream, GROUP, CONSUMER, 0, id, 'IDLE', idleMs, 'RETRYCOUNT', delivery - 1, 'JUSTID')
  }

  /** Notes that an item is done; what was done in one turn of the event loop is noted together. */
  settle(item: Delivered): Promise<void> {
    this.#done.push(item)
    this.#noted ??= this.#noteDone()
    return this.#noted
  }

  async #noteDone(): Promise<void> {
    await endOfTurn()
    const done = this.#done
    this.#done = []
    this.#noted = undefined
    const lists = this.#oneByOne ? [...byStream(done).values()] : [done]
    await Promise.all(
      lists.map((items) =>
        this.#settle(
          items.map(({ stream }) => stream),
          items.map(({ id }) => id),
        ),
      ),
    )
  }

  async bury({ stream, id, delivery }: Delivered, reason: string): Promise<void> {
    const queue = this.#byStream.get(stream)
    if (queue === undefined) throw new RangeError('an item comes from a stream that is not ours')
    await this.#bury([queue.outbox, queue.dead], [id, DEAD_KEPT, DEAD_KEPT_MS, reason, delivery])
  }

  async length(): Promise<number> {
    const lengths = await Promise.all(this.layout.queues.map(({ outbox }) => this.redis.xlen(outbox)))
    return lengths.reduce((sum, length) => sum + length, 0)
  }

  /** Everything set aside, oldest first. `stream` is the one that the item was owed in. */
  async dead(): Promise<readonly DeadEntry[]> {
    const lists = await Promise.all(
      this.layout.queues.map(async ({ dead, outbox }, number) =>
        asList(await this.redis.xrangeBuffer(dead, '-', '+')).map((entry) => deadEntry(entry, outbox, number)),
      ),
    )
    return lists.flat().toSorted((a, b) => a.at - b.at)
  }

  /** @returns false when there is no dead letter of this name. */
  async resend(name: string): Promise<boolean> {
    const { queue, id } = this.#deadAt(name) ?? {}
    if (queue === undefined || id === undefined) return false
    return asNumber(await this.#resend([queue.outbox, queue.dead], [id])) > 0
  }

  /** @returns false when there is no dead letter of this name. */
  async drop(name: string): Promise<boolean> {
    const { queue, id } = this.#deadAt(name) ?? {}
    return queue !== undefined && id !== undefined && (await this.redis.xdel(queue.dead, id)) > 0
  }

  #deadAt(name: string): { readonly queue: Queue; readonly id: string } | undefined {
    const [, number, id] = DEAD_NAME.exec(name) ?? []
    const queue = this.layout.queues[Number(number)]
    return queue === undefined || id === undefined ? undefined : { queue, id }
  }

  /** Where a stream gave as many as were asked for, there may be more behind them. */
  #found(answer: unknown, count: number): Found {
    const items = deliveredFrom(answer)
    const given = new Map<string, number>()
    for (const { stream } of items) {
      const number = (given.get(stream) ?? 0) + 1
      given.set(stream, number)
      if (number === count) this.#expected.add(stream)
    }
    return { items }
  }

  /** The streams of one bucket share a slot, so one command reads both. */
  #readOneByOne(count: number): Promise<Found> {
    return fromEach(this.layout.buckets, async ({ outbox, duties }) => {
      const streams = [outbox, duties.outbox]
      const read = () => this.redis.xreadgroupBuffer(...asGroup(count), ...newOf(streams))
      const answer = await read().catch(async (error: unknown) => {
        if (!String(error).includes(NO_GROUP)) throw error
        await this.#openThose([{ outbox }, duties])
        return read()
      })
      return deliveredFrom(answer)
    })
  }

  async #openThose(queues: readonly Pick<Queue, 'outbox'>[]): Promise<void> {
    await Promise.all(
      queues.map(({ outbox }) =>
        this.redis.xgroup('CREATE', outbox, GROUP, '0', 'MKSTREAM').catch((error: unknown) => {
          if (!String(error).includes('BUSYGROUP')) throw error
        }),
      ),
    )
  }

  async #reclaimFrom(stream: string, idleMs: number): Promise<readonly Delivered[]> {
    const [cursor, items, now] = asList(await this.#reclaim([stream], [idleMs, this.#cursors.get(stream) ?? '0-0', RECLAIMED]))
    this.#cursors.set(stream, asText(cursor))
    return asList(items).map((item) => {
      const [id, delivery, fields] = asList(item)
      return { stream, id: asText(id), delivery: asNumber(delivery), seenAt: asNumber(now), what: readFields(fields) }
    })
  }
}

function byStream(items: readonly Delivered[]): ReadonlyMap<string, readonly Delivered[]> {
  const lists = new Map<string, Delivered[]>()
  for (const item of items) {
    const list = lists.get(item.stream)
    if (list === undefined) lists.set(item.stream, [item])
    else list.push(item)
  }
  return lists
}

/** Arguments of XREADGROUP. */
function asGroup(count: number): ['GROUP', string, string, 'COUNT', number] {
  return ['GROUP', GROUP, CONSUMER, 'COUNT', count]
}

/** Arguments of XREADGROUP: what nobody was given yet. */
function newOf(streams: readonly string[]): ['STREAMS', ...string[]] {
  return ['STREAMS', ...streams, ...streams.map(() => '>')]
}

/** Asks for each one; what some have given is not lost because another one cannot. */
async function fromEach<T>(all: readonly T[], ask: (one: T) => Promise<readonly Delivered[]>): Promise<Found> {
  const answers = await Promise.allSettled(all.map(ask))
  const items = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  const failed = answers.find((answer) => answer.status === 'rejected')
  return { items, ...(failed && { fault: failed.reason as unknown }) }
}

/** Source: Redis documentation, XREADGROUP: a list of stream and entries, each an id and its fields; nothing when the time is over. */
function deliveredFrom(answer: unknown): readonly Delivered[] {
  if (answer === null || answer === undefined) return []
  return asList(answer).flatMap((one) => {
    const [key, entries] = asList(one)
    const stream = asText(key)
    return asList(entries).map((entry) => {
      const [name, fields] = asList(entry)
      const id = asText(name)
      return { stream, id, delivery: 1, seenAt: owedAt(id), what: readFields(fields) }
    })
  })
}

function deadEntry(entry: unknown, stream: string, queue: number): DeadEntry {
  const [idBytes, fields] = asList(entry)
  const id = asText(idBytes)
  const fate = new Map<string, string>()
  const list = asList(fields)
  for (let at = 0; at + 1 < list.length; at += 2) {
    const name = asText(list[at])
    if (name === FATE.reason || name === FATE.deliveries) fate.set(name, asBytes(list[at + 1]).toString('utf8'))
  }
  return {
    stream,
    id,
    what: readFields(fields),
    name: `${queue}-${id}`,
    // An earlier release noted no fate.
    reason: fate.get(FATE.reason) ?? 'fault',
    deliveries: Number(fate.get(FATE.deliveries) ?? 1),
    at: owedAt(id),
  }
}

/** Milliseconds since the epoch by the server's clock. Source: Redis documentation, XADD: an id begins with the time. */
function owedAt(id: string): number {
  return Number(id.slice(0, id.indexOf('-')))
}
