import { backoffMs, DeliveryFault, deliveryReason, NotForThisProcess } from '@rekey/core'
import type { OutboxConsumer, OutboxItem, OutboxSettings, RunningConsumer } from '@rekey/core'
import type { Redis } from 'ioredis'
import { Holding } from './outbox-holding.js'
import type { Held, HoldingSettings } from './outbox-holding.js'
import type { Delivered, Found, OutboxStreams } from './outbox-streams.js'
import { itemPlace } from './outbox-item.js'
import type { RedisCommands } from './redis-client.js'
import { UnreadableError } from './seal.js'
import type { Seal } from './seal.js'
import { Wake } from './wake.js'

/** Messages that are read though all hands are full, so that `resolve` items among them are found. */
const READ_AHEAD = 128
const AFTER_FAULT_MS = 500
/** How long after something was found only what this process owes is looked for, which costs Redis a fraction of waiting for all streams. */
const BUSY_MS = 100
/** What this process owes meanwhile is read together. */
const GATHERED_MS = 10
const ROOM_MS = 1_000
const UNBLOCK_AGAIN_MS = 50
/** A read that has not ended by then is cut off; what it may have been given comes back when it counts as idle. */
const UNBLOCK_MS = 1_000

export interface RunnerSettings extends OutboxSettings, HoldingSettings {
  /** Milliseconds after which an untouched item is taken to have lost its process. */
  readonly idleMs: number
  /** Milliseconds that one read waits for items. */
  readonly blockMs: number
  /** Milliseconds between two reads where reading cannot wait (Redis Cluster). */
  readonly pollMs: number
}

/** One consumer at work: a loop that reads, a loop that keeps and takes over, and items in hand. */
export class OutboxRunner implements RunningConsumer {
  readonly #holding: Holding
  readonly #inHand = new Set<Promise<void>>()
  /** Wakes who waits for a free hand. */
  readonly #room = new Wake()
  /** Wakes who pauses, when all is to end. */
  readonly #end = new Wake()
  readonly #loops: Promise<unknown>
  #readerId: number | undefined
  /** Until when this process reads what it owes itself; by `performance.now()`. */
  #busyUntil = 0
  #stopping = false
  #stopped: Promise<void> | undefined

  constructor(
    private readonly redis: RedisCommands,
    /** Blocked while it waits for items; absent for a Cluster, where reading does not wait. */
    private readonly reader: Redis | undefined,
    private readonly streams: OutboxStreams,
    private readonly seal: Seal,
    private readonly settings: RunnerSettings,
    private readonly consumer: OutboxConsumer,
  ) {
    this.#holding = new Holding(settings, () => this.#handOutReady())
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
          this.#readerId = await this.reader?.client('ID')
          open = true
        }
        for (const item of this.#holding.overflow()) await this.streams.giveBack(item, 0)
        const room = Math.max(this.#holding.free, this.#holding.blocked < READ_AHEAD ? 1 : 0)
        if (room === 0) {
          await this.#room.after(ROOM_MS)
          continue
        }
        const { items, fault } = await this.#read(room)
        await this.#take(items)
        if (fault !== undefined) throw fault
        if (items.length === 0 && this.streams.polls) await this.#end.after(this.settings.pollMs)
      } catch (error) {
        if (this.#stopping) return
        // The server may have been replaced by an empty one, without our groups and with other connection numbers.
        open = false
        this.#busyUntil = 0
        this.#reportOwn(error)
        await this.#end.after(AFTER_FAULT_MS)
      }
    }
  }

  async #read(room: number): Promise<Found> {
    if (this.reader !== undefined && !this.streams.polls && performance.now() < this.#busyUntil) {
      await this.#end.after(GATHERED_MS)
      return this.streams.readExpected(this.reader, room)
    }
    const found = await this.streams.read(this.reader, room, this.settings.blockMs)
    if (found.items.length > 0) this.#busyUntil = performance.now() + BUSY_MS
    return found
  }

  /** Says often enough that we live, and looks for items of those who do not. */
  async #tending(): Promise<void> {
    while (!this.#stopping) {
      try {
        await this.streams.keep(this.#holding.items())
        let found = -1
        while (!this.#stopping && found !== 0 && this.#holding.blocked < READ_AHEAD) {
          const { items, fault } = await this.streams.reclaim(this.settings.idleMs)
          found = items.length
          await this.#take(items)
          if (fault !== undefined) throw fault
        }
      } catch (error) {
        // A missing group is made by the reading loop, which meets the same fault.
        if (!this.#stopping && !String(error).includes('NOGROUP')) this.#reportOwn(error)
      }
      if (!this.#stopping) await this.#end.after(this.settings.idleMs / 3)
    }
  }

  /** The due time is the server's, whose clock need not be ours. What is not held by the end comes back when it counts as idle. */
  async #take(items: readonly Delivered[]): Promise<void> {
    for (const item of items) {
      if (this.#holding.has(item)) continue
      if (item.delivery > this.settings.maxDeliveries) {
        await this.#bury(item, new DeliveryFault('crashed'))
        continue
      }
      const opened = await this.#opened(item)
      if (opened === undefined) continue
      const ms = item.what.is === 'resolve' ? item.what.dueAt - item.seenAt : 0
      if (ms <= 0 || this.#holding.hasRoomFor(opened.is)) this.#holding.hold(item, opened, ms)
      else await this.streams.giveBack(item, this.#idleUntil(ms))
    }
  }

  /** @returns undefined for one that cannot be read, and is buried. */
  async #opened(item: Delivered): Promise<OutboxItem | undefined> {
    try {
      return this.#open(item)
    } catch (error) {
      await this.#bury(item, error)
      return undefined
    }
  }

  #open({ what, stream, delivery }: Delivered): OutboxItem {
    if (what.is === 'malformed') throw new UnreadableError('an outbox item has no known form')
    if (what.is === 'resolve') return { is: 'resolve', conversation: what.conversation, delivery }
    const body = this.seal.open(what.sealed, itemPlace(stream, what.conversation, what.item)).toString('utf8')
    return { is: 'message', conversation: what.conversation, body, delivery }
  }

  #handOutReady(): void {
    while (!this.#stopping) {
      const next = this.#holding.next()
      if (next === undefined) return
      const given = this.#give(next.held).finally(() => {
        this.#inHand.delete(given)
        next.giveBack()
        this.#handOutReady()
        this.#room.now()
      })
      this.#inHand.add(given)
    }
  }

  /** Never rejects: what goes wrong is reported and the item stays owed. */
  async #give({ item, opened }: Held): Promise<void> {
    try {
      // Most looks at a marked conversation have become needless by the time that they are due.
      const mayBeGone = item.delivery > 1 || opened.is === 'resolve'
      if (mayBeGone && !(await this.streams.countDelivery(item))) return this.#holding.letGo(item)
      await this.consumer(opened)
    } catch (error) {
      return this.#thrown(item, opened, error)
    }
    await this.#settle(item)
  }

  async #thrown(item: Delivered, opened: OutboxItem, error: unknown): Promise<void> {
    if (error instanceof NotForThisProcess) return this.#handOn(item, 0, error)
    const isFinal = error instanceof DeliveryFault && error.isFinal
    if (isFinal || item.delivery >= this.settings.maxDeliveries) return this.#bury(item, error)
    const again = { ...item, delivery: item.delivery + 1 }
    const ms = backoffMs(item.delivery, this.settings)
    if (!this.#holding.hasRoomFor(opened.is)) return this.#handOn(again, this.#idleUntil(ms), error)
    this.#report(item, error, 'again')
    this.#holding.hold(again, { ...opened, delivery: again.delivery }, ms)
  }

  /** Whoever finds it idle first takes it, which may be us again. */
  async #handOn(item: Delivered, idleMs: number, error: unknown): Promise<void> {
    this.#report(item, error, 'again')
    try {
      await this.streams.giveBack(item, idleMs)
    } catch (fault) {
      this.#report(item, fault, 'again')
    }
    // Not kept any more either way, so it comes to count as idle.
    this.#holding.letGo(item)
  }

  async #settle(item: Delivered): Promise<void> {
    try {
      await this.streams.settle(item)
      this.#holding.letGo(item)
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
      await this.streams.bury(item, reasonOf(error))
    } catch (fault) {
      this.#report(item, fault, 'again')
    }
    // If that failed it is not kept any more, so it comes back to be buried by whoever takes it over.
    this.#holding.letGo(item)
  }

  #report({ what }: Delivered, error: unknown, next: 'again' | 'dead'): void {
    this.settings.report({ error, reason: reasonOf(error), ...(what.is !== 'malformed' && { conversation: what.conversation }), next })
  }

  #reportOwn(error: unknown): void {
    this.settings.report({ error, reason: reasonOf(error), next: 'again' })
  }

  /** How long an item must seem to have been idle already, to be taken over in so many milliseconds; sooner, if that is longer than the idle time. */
  #idleUntil(ms: number): number {
    return Math.max(0, Math.round(this.settings.idleMs - Math.max(0, ms)))
  }

  async #stop(): Promise<void> {
    this.#stopping = true
    this.#room.now()
    this.#end.now()
    const unblocking = setInterval(() => this.#unblock(), UNBLOCK_AGAIN_MS)
    const cutting = setTimeout(() => this.reader?.disconnect(), UNBLOCK_MS)
    this.#unblock()
    await this.#loops
    clearInterval(unblocking)
    clearTimeout(cutting)
    const patience = new Wake()
    await Promise.race([Promise.all(this.#inHand), patience.after(this.settings.patienceMs)])
    patience.now()
    this.#holding.endWaiting()
    await this.#giveBackWaiting()
    this.reader?.disconnect()
  }

  /** Ends the waiting read, without losing what it may just have been given. */
  #unblock(): void {
    if (this.reader === undefined) return
    if (this.#readerId === undefined || this.reader.status !== 'ready') return this.reader.disconnect()
    this.redis.client('UNBLOCK', this.#readerId).catch(() => this.reader?.disconnect())
  }

  /** So that another process need not wait until they count as idle. What is still in hand may yet be done, so it is left to become idle. */
  async #giveBackWaiting(): Promise<void> {
    const now = Date.now()
    const given = this.#holding.waiting().map(({ item, notBefore }) => this.streams.giveBack(item, this.#idleUntil(notBefore - now)))
    await Promise.all(given).catch((error: unknown) => this.#reportOwn(error))
  }
}

function reasonOf(error: unknown): string {
  return error instanceof UnreadableError ? 'unreadable' : deliveryReason(error)
}
