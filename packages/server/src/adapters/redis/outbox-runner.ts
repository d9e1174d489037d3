import { backoffMs, NotForThisProcess } from '@rekey/core'
import type { OutboxConsumer, OutboxItem, OutboxSettings, RunningConsumer } from '@rekey/core'
import type { Redis } from 'ioredis'
import type { Delivered, OutboxStreams } from './outbox-streams.js'
import { itemPlace } from './outbox-item.js'
import { UnreadableError } from './seal.js'
import type { Seal } from './seal.js'
import { Wake } from './wake.js'

/** Items held at the most before no others are read; those that wait to be tried again count. */
const MOST_HELD = 1_000
const AFTER_FAULT_MS = 500
const ROOM_MS = 1_000
const UNBLOCK_AGAIN_MS = 50
/** A read that has not ended by then is cut off; what it may have been given comes back when it counts as idle. */
const UNBLOCK_MS = 1_000
const LONGEST_TIMER_MS = 2_147_483_647

export interface RunnerSettings extends OutboxSettings {
  /** Milliseconds after which an untouched item is taken to have lost its process. */
  readonly idleMs: number
  /** Milliseconds that one read waits for items. */
  readonly blockMs: number
  /** Milliseconds between two reads where reading cannot wait (Redis Cluster). */
  readonly pollMs: number
}

/** An item of ours: read, and not yet done, buried or given back. */
interface Held {
  readonly item: Delivered
  /** Milliseconds since the epoch, by our clock, before which it must not be handed out. */
  readonly notBefore: number
}

/** One consumer at work: a loop that reads, a loop that keeps and takes over, and up to `parallelism` items in hand. */
export class OutboxRunner implements RunningConsumer {
  readonly #held = new Map<string, Held>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  #ready: string[] = []
  readonly #inHand = new Set<Promise<void>>()
  /** Wakes who waits for a free hand. */
  readonly #room = new Wake()
  /** Wakes who pauses, when all is to end. */
  readonly #end = new Wake()
  readonly #loops: Promise<unknown>
  #readerId: number | undefined
  #stopping = false
  #stopped: Promise<void> | undefined

  constructor(
    private readonly redis: Redis,
    private readonly reader: Redis,
    private readonly streams: OutboxStreams,
    private readonly seal: Seal,
    private readonly settings: RunnerSettings,
    private readonly consumer: OutboxConsumer,
  ) {
    this.#loops = Promise.all([this.#reading(), this.#tending()])
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #reading(): Promise<void> {
    let open = false
    while (!this.#stopping) {
      try {
        if (!open) {
          await this.streams.openGroups()
          this.#readerId = await this.reader.client('ID')
          open = true
        }
        const room = this.settings.parallelism - this.#inHand.size - this.#ready.length
        if (room <= 0 || this.#held.size >= MOST_HELD) {
          await this.#room.after(ROOM_MS)
          continue
        }
        const items = await this.streams.read(this.reader, room, this.settings.blockMs)
        for (const item of items) await this.#take(item)
        if (items.length === 0 && this.streams.polls) await this.#end.after(this.settings.pollMs)
      } catch (error) {
        if (this.#stopping) return
        // The server may have been replaced by an empty one, without our groups and with other connection numbers.
        open = false
        this.settings.report({ error, next: 'again' })
        await this.#end.after(AFTER_FAULT_MS)
      }
    }
  }

  /** Says often enough that we live, and looks for items of those who do not. */
  async #tending(): Promise<void> {
    while (!this.#stopping) {
      try {
        await this.streams.keep(Array.from(this.#held.values(), (held) => held.item))
        if (this.#ready.length === 0 && this.#held.size < MOST_HELD) {
          for (const item of await this.streams.reclaim(this.settings.idleMs)) await this.#take(item)
        }
      } catch (error) {
        // A missing group is made by the reading loop, which meets the same fault.
        if (!this.#stopping && !String(error).includes('NOGROUP')) this.settings.report({ error, next: 'again' })
      }
      if (!this.#stopping) await this.#end.after(this.settings.idleMs / 3)
    }
  }

  async #take(item: Delivered): Promise<void> {
    const key = keyOf(item)
    if (this.#held.has(key)) return
    this.#held.set(key, { item, notBefore: 0 })
    if (item.delivery > this.settings.maxDeliveries) {
      return this.#bury(item, new Error('an outbox item has ended its process too often'))
    }
    if (item.what.is !== 'resolve') return this.#wait(item, 0)
    try {
      this.#wait(item, await this.#untilDue(item.what.dueAt))
    } catch (error) {
      // Not kept any more, so it comes back when it counts as idle.
      this.#held.delete(key)
      throw error
    }
  }

  /** The due time is the server's, whose clock need not be ours. */
  async #untilDue(dueAt: number): Promise<number> {
    const [seconds, microseconds] = await this.redis.time()
    return dueAt - (Number(seconds) * 1_000 + Number(microseconds) / 1_000)
  }

  #wait(item: Delivered, ms: number): void {
    const key = keyOf(item)
    this.#held.set(key, { item, notBefore: Date.now() + ms })
    if (ms <= 0) return this.#enqueue(key)
    const timer = setTimeout(() => this.#enqueue(key), Math.min(LONGEST_TIMER_MS, Math.ceil(ms)))
    timer.unref()
    this.#timers.set(key, timer)
  }

  #enqueue(key: string): void {
    this.#timers.delete(key)
    this.#ready.push(key)
    this.#handOutReady()
  }

  #handOutReady(): void {
    while (!this.#stopping && this.#inHand.size < this.settings.parallelism) {
      const key = this.#ready.shift()
      const held = key === undefined ? undefined : this.#held.get(key)
      if (held === undefined) return
      const given = this.#give(held.item).finally(() => {
        this.#inHand.delete(given)
        this.#handOutReady()
        this.#room.now()
      })
      this.#inHand.add(given)
    }
  }

  /** Never rejects: what goes wrong is reported and the item stays owed. */
  async #give(item: Delivered): Promise<void> {
    try {
      if (item.delivery > 1 && !(await this.streams.countDelivery(item))) {
        this.#held.delete(keyOf(item))
        return
      }
      await this.consumer(this.#open(item))
    } catch (error) {
      return this.#thrown(item, error)
    }
    await this.#settle(item)
  }

  #open({ what, stream, delivery }: Delivered): OutboxItem {
    if (what.is === 'malformed') throw new UnreadableError('an outbox item has no known form')
    if (what.is === 'resolve') return { is: 'resolve', conversation: what.conversation, delivery }
    const body = this.seal.open(what.sealed, itemPlace(stream, what.conversation, what.item)).toString('utf8')
    return { is: 'message', conversation: what.conversation, body, delivery }
  }

  async #thrown(item: Delivered, error: unknown): Promise<void> {
    if (error instanceof NotForThisProcess) return this.#handOn(item, error)
    if (error instanceof UnreadableError || item.delivery >= this.settings.maxDeliveries) return this.#bury(item, error)
    this.#report(item, error, 'again')
    this.#wait({ ...item, delivery: item.delivery + 1 }, backoffMs(item.delivery, this.settings))
  }

  /** Whoever finds it idle first takes it, which may be us again. */
  async #handOn(item: Delivered, error: unknown): Promise<void> {
    this.#report(item, error, 'again')
    try {
      await this.streams.giveBack(item, 0)
    } catch (fault) {
      this.#report(item, fault, 'again')
    }
    // Not kept any more either way, so it comes to count as idle.
    this.#held.delete(keyOf(item))
  }

  async #settle(item: Delivered): Promise<void> {
    try {
      await this.streams.settle(item)
      this.#held.delete(keyOf(item))
    } catch (error) {
      // Done, but Redis does not know. Handing it out again would do it twice, so only the note is tried again.
      this.#report(item, error, 'again')
      await this.#end.after(AFTER_FAULT_MS)
      if (!this.#stopping) return this.#settle(item)
    }
  }

  async #bury(item: Delivered, error: unknown): Promise<void> {
    this.#report(item, error, 'dead')
    try {
      await this.streams.bury(item)
    } catch (fault) {
      this.#report(item, fault, 'again')
    }
    // If that failed it is not kept any more, so it comes back to be buried by whoever takes it over.
    this.#held.delete(keyOf(item))
  }

  #report({ what }: Delivered, error: unknown, next: 'again' | 'dead'): void {
    this.settings.report({ error, ...(what.is !== 'malformed' && { conversation: what.conversation }), next })
  }

  async #stop(): Promise<void> {
    this.#stopping = true
    this.#room.now()
    this.#end.now()
    const unblocking = setInterval(() => this.#unblock(), UNBLOCK_AGAIN_MS)
    const patience = setTimeout(() => this.reader.disconnect(), UNBLOCK_MS)
    this.#unblock()
    await this.#loops
    clearInterval(unblocking)
    clearTimeout(patience)
    for (const timer of this.#timers.values()) clearTimeout(timer)
    await Promise.all(this.#inHand)
    await this.#giveBackHeld()
    this.reader.disconnect()
  }

  /** Ends the waiting read, without losing what it may just have been given. */
  #unblock(): void {
    if (this.#readerId === undefined || this.reader.status !== 'ready') return this.reader.disconnect()
    this.redis.client('UNBLOCK', this.#readerId).catch(() => this.reader.disconnect())
  }

  /** So that another process need not wait until they count as idle. */
  async #giveBackHeld(): Promise<void> {
    const now = Date.now()
    const given = Array.from(this.#held.values(), ({ item, notBefore }) =>
      this.streams.giveBack(item, Math.max(0, Math.round(this.settings.idleMs - Math.max(0, notBefore - now)))),
    )
    await Promise.all(given).catch((error: unknown) => this.settings.report({ error, next: 'again' }))
  }
}

function keyOf(item: Delivered): string {
  return `${item.stream} ${item.id}`
}
