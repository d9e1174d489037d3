import type { Redis } from 'ioredis'
import { asBytes, asList, asNumber, asText } from './answer.js'
import type { Bucket, KeyLayout } from './keys.js'
import { readFields } from './outbox-item.js'
import type { StreamItem } from './outbox-item.js'
import { BURY, CONSUMER, FATE, GROUP, RECLAIM, RESEND, SETTLE } from './outbox-scripts.js'
import { defineScript } from './script.js'
import type { Script } from './script.js'

/** Dead letters kept for each bucket. */
const DEAD_KEPT = 1_000
const DEAD_KEPT_MS = 30 * 86_400_000
/** Items of one bucket that are taken over in one call. */
const RECLAIMED = 16
/** A bucket and a stream id, as `DeadEntry.name` writes them. */
const DEAD_NAME = /^(\d{1,2})-(\d{1,15}-\d{1,15})$/
/** How a Cluster refuses a command over keys of several slots. */
const CROSS_SLOT = 'CROSSSLOT'

/** An item and how often it will have been handed out when it is handed out next. */
export interface Delivered extends StreamItem {
  readonly delivery: number
}

/** An item that was set aside. */
export interface DeadEntry extends StreamItem {
  /** Names it over all buckets. */
  readonly name: string
  readonly reason: string
  readonly deliveries: number
  /** Milliseconds since the epoch, by the server's clock. */
  readonly at: number
}

/** The commands on the streams of all buckets. It keeps nothing but cursors; what is held is the consumer's business. */
export class OutboxStreams {
  readonly #reclaim: Script
  readonly #settle: Script
  readonly #bury: Script
  readonly #resend: Script
  readonly #cursors = new Map<string, string>()
  readonly #byStream: ReadonlyMap<string, Bucket>
  /** A Cluster refuses one read over many slots; then the streams are asked one by one, without waiting. */
  #oneByOne = false

  constructor(
    private readonly redis: Redis,
    private readonly layout: KeyLayout,
  ) {
    this.#reclaim = defineScript(redis, RECLAIM)
    this.#settle = defineScript(redis, SETTLE)
    this.#bury = defineScript(redis, BURY)
    this.#resend = defineScript(redis, RESEND)
    this.#byStream = new Map(layout.buckets.map((bucket) => [bucket.outbox, bucket]))
  }

  /** Makes the groups where they are missing; items that were owed before are handed out too. */
  async openGroups(): Promise<void> {
    await Promise.all(
      this.layout.buckets.map(({ outbox }) =>
        this.redis.xgroup('CREATE', outbox, GROUP, '0', 'MKSTREAM').catch((error: unknown) => {
          if (!String(error).includes('BUSYGROUP')) throw error
        }),
      ),
    )
  }

  /**
   * New items of all buckets; waits for the first one.
   * @param reader a connection of its own, because it is blocked meanwhile.
   * @param count items of each stream at the most.
   * @returns an empty list when nothing came in time.
   */
  async read(reader: Redis, count: number, blockMs: number): Promise<readonly Delivered[]> {
    if (this.#oneByOne) return this.#readOneByOne(reader, count)
    const streams = this.layout.buckets.map((bucket) => bucket.outbox)
    try {
      const ids = streams.map(() => '>')
      return deliveredFrom(
        await reader.xreadgroupBuffer('GROUP', GROUP, CONSUMER, 'COUNT', count, 'BLOCK', blockMs, 'STREAMS', ...streams, ...ids),
      )
    } catch (error) {
      if (!String(error).includes(CROSS_SLOT)) throw error
      this.#oneByOne = true
      return []
    }
  }

  /** True when `read` never waits, so that the caller has to pause between two reads. */
  get polls(): boolean {
    return this.#oneByOne
  }

  /** Items whose process has not touched them for `idleMs`. */
  async reclaim(idleMs: number): Promise<readonly Delivered[]> {
    const found = await Promise.all(this.layout.buckets.map((bucket) => this.#reclaimFrom(bucket.outbox, idleMs)))
    return found.flat()
  }

  /** Says that items are still being worked on. */
  async keep(items: readonly Delivered[]): Promise<void> {
    const idsByStream = new Map<string, string[]>()
    for (const { stream, id } of items) {
      const ids = idsByStream.get(stream)
      if (ids === undefined) idsByStream.set(stream, [id])
      else ids.push(id)
    }
    await Promise.all(Array.from(idsByStream, ([stream, ids]) => this.redis.xclaim(stream, GROUP, CONSUMER, 0, ...ids, 'JUSTID')))
  }

  /**
   * Notes that an item is handed out again, so that the count outlives this process.
   * @returns false when the item is gone: another process took it over meanwhile, and was done with it.
   */
  async countDelivery({ stream, id, delivery }: Delivered): Promise<boolean> {
    const claimed = await this.redis.xclaim(stream, GROUP, CONSUMER, 0, id, 'RETRYCOUNT', delivery, 'JUSTID')
    return claimed.length > 0
  }

  /** Gives an item back that was not handed out; another process may take it over once it counts as idle for long enough. */
  async giveBack({ stream, id, delivery }: Delivered, idleMs: number): Promise<void> {
    await this.redis.xclaim(stream, GROUP, CONSUMER, 0, id, 'IDLE', idleMs, 'RETRYCOUNT', delivery - 1, 'JUSTID')
  }

  async settle({ stream, id }: Delivered): Promise<void> {
    await this.#settle([stream], [id])
  }

  async bury({ stream, id, delivery }: Delivered, reason: string): Promise<void> {
    const bucket = this.#byStream.get(stream)
    if (bucket === undefined) throw new RangeError('an item comes from a stream that is not ours')
    await this.#bury([bucket.outbox, bucket.dead], [id, DEAD_KEPT, DEAD_KEPT_MS, reason, delivery])
  }

  async length(): Promise<number> {
    const lengths = await Promise.all(this.layout.buckets.map((bucket) => this.redis.xlen(bucket.outbox)))
    return lengths.reduce((sum, length) => sum + length, 0)
  }

  /** Everything set aside, oldest first. `stream` is the one that the item was owed in. */
  async dead(): Promise<readonly DeadEntry[]> {
    const lists = await Promise.all(
      this.layout.buckets.map(async ({ dead, outbox }, number) =>
        asList(await this.redis.xrangeBuffer(dead, '-', '+')).map((entry) => deadEntry(entry, outbox, number)),
      ),
    )
    return lists.flat().toSorted((a, b) => a.at - b.at)
  }

  /** @returns false when there is no dead letter of this name. */
  async resend(name: string): Promise<boolean> {
    const { bucket, id } = this.#deadAt(name) ?? {}
    if (bucket === undefined || id === undefined) return false
    return asNumber(await this.#resend([bucket.outbox, bucket.dead], [id])) > 0
  }

  /** @returns false when there is no dead letter of this name. */
  async drop(name: string): Promise<boolean> {
    const { bucket, id } = this.#deadAt(name) ?? {}
    return bucket !== undefined && id !== undefined && (await this.redis.xdel(bucket.dead, id)) > 0
  }

  #deadAt(name: string): { readonly bucket: Bucket; readonly id: string } | undefined {
    const [, number, id] = DEAD_NAME.exec(name) ?? []
    const bucket = this.layout.buckets[Number(number)]
    return bucket === undefined || id === undefined ? undefined : { bucket, id }
  }

  async #readOneByOne(reader: Redis, count: number): Promise<readonly Delivered[]> {
    const answers = await Promise.all(
      this.layout.buckets.map(({ outbox }) => reader.xreadgroupBuffer('GROUP', GROUP, CONSUMER, 'COUNT', count, 'STREAMS', outbox, '>')),
    )
    return answers.flatMap(deliveredFrom)
  }

  async #reclaimFrom(stream: string, idleMs: number): Promise<readonly Delivered[]> {
    const [cursor, items] = asList(await this.#reclaim([stream], [idleMs, this.#cursors.get(stream) ?? '0-0', RECLAIMED]))
    this.#cursors.set(stream, asText(cursor))
    return asList(items).map((item) => {
      const [id, delivery, fields] = asList(item)
      return { stream, id: asText(id), delivery: asNumber(delivery), what: readFields(fields) }
    })
  }
}

/** Source: Redis documentation, XREADGROUP: a list of stream and entries, each an id and its fields; nothing when the time is over. */
function deliveredFrom(answer: unknown): readonly Delivered[] {
  if (answer === null || answer === undefined) return []
  return asList(answer).flatMap((one) => {
    const [name, entries] = asList(one)
    const stream = asText(name)
    return asList(entries).map((entry) => {
      const [id, fields] = asList(entry)
      return { stream, id: asText(id), delivery: 1, what: readFields(fields) }
    })
  })
}

function deadEntry(entry: unknown, stream: string, bucket: number): DeadEntry {
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
    name: `${bucket}-${id}`,
    // An earlier release noted no fate.
    reason: fate.get(FATE.reason) ?? 'fault',
    deliveries: Number(fate.get(FATE.deliveries) ?? 1),
    at: Number(id.slice(0, id.indexOf('-'))),
  }
}
