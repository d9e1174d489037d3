import { errandOf, Hands } from '@rekey/core'
import type { Errand, OutboxItem, OutboxSettings } from '@rekey/core'
import type { Delivered } from './outbox-streams.js'

/** Messages at the most that wait for their destination, or for another try; what comes on top is given back. */
const MOST_MESSAGES = 1_000
/** `resolve` items at the most that wait until they are due: what a process of any size marks in the life of a lease. */
const MOST_RESOLVES = 10_000
const RESOLVE = errandOf('resolve')
const LONGEST_TIMER_MS = 2_147_483_647

export interface HoldingSettings extends Pick<OutboxSettings, 'parallelism' | 'perDestination' | 'slowMs' | 'mostSlow' | 'destinationOf'> {
  /** In place of both limits above; for tests. */
  readonly mostHeld?: number
}

/** An item of ours: read, opened, and not yet done, buried or given back. */
export interface Held {
  readonly item: Delivered
  readonly opened: OutboxItem
  readonly errand: Errand
  /** Milliseconds since the epoch, by our clock, before which it must not be handed out. */
  readonly notBefore: number
}

/** What one consumer holds: items that wait for their time, for a hand or for their destination, and items in hand. */
export class Holding {
  readonly #held = new Map<string, Held>()
  readonly #timers = { message: new Map<string, NodeJS.Timeout>(), resolve: new Map<string, NodeJS.Timeout>() } as const
  /** Due, in order, by lane. */
  readonly #ready = new Map<string, string[]>()
  readonly #hands: Hands
  readonly #inHand = new Set<string>()

  constructor(
    private readonly settings: HoldingSettings,
    /** Told that there may be something to hand out. */
    private readonly due: () => void,
  ) {
    this.#hands = new Hands(settings, () => this.due())
  }

  has(item: Delivered): boolean {
    return this.#held.has(keyOf(item))
  }

  /** Everything that is held, in hand or not. */
  items(): readonly Delivered[] {
    return Array.from(this.#held.values(), ({ item }) => item)
  }

  /** What is held and not in hand. */
  waiting(): readonly Held[] {
    return Array.from(this.#held).flatMap(([key, held]) => (this.#inHand.has(key) ? [] : [held]))
  }

  /** Messages that could be handed out at once: of the lane that is fullest, unless it hangs, for there may be others behind it. */
  get free(): number {
    const lanes = this.#messageLanes.map(([lane]) => lane).filter((lane) => !this.#hands.hangs(lane))
    return Math.min(this.settings.parallelism, ...lanes.map((lane) => this.#hands.free(lane)))
  }

  /** Messages that are due and not handed out. */
  get blocked(): number {
    return this.#messageLanes.reduce((sum, [, { length }]) => sum + length, 0)
  }

  get #messageLanes(): readonly (readonly [lane: string, ready: string[]])[] {
    return [...this.#ready].filter(([lane]) => lane !== RESOLVE.lane)
  }

  /** Whether another item of this kind may wait for its time. */
  hasRoomFor(is: OutboxItem['is']): boolean {
    const { mostHeld } = this.settings
    if (is === 'message') return this.#timers.message.size < (mostHeld ?? MOST_MESSAGES)
    return this.#timers.resolve.size + (this.#ready.get(RESOLVE.lane)?.length ?? 0) < (mostHeld ?? MOST_RESOLVES)
  }

  /** Holds an item, from now or anew, and lets it wait. */
  hold(item: Delivered, opened: OutboxItem, ms: number): void {
    const key = keyOf(item)
    const errand = this.#errandOf(opened)
    this.#held.set(key, { item, opened, errand, notBefore: Date.now() + ms })
    const { lane } = errand
    if (ms <= 0) return this.#enqueue(key, opened.is, lane)
    const timer = setTimeout(() => this.#enqueue(key, opened.is, lane), Math.min(LONGEST_TIMER_MS, Math.ceil(ms) + 1))
    timer.unref()
    this.#timers[opened.is].set(key, timer)
  }

  letGo(item: Delivered): void {
    this.#held.delete(keyOf(item))
  }

  /**
   * Takes the next item that there is a hand for; one whose destination is busy keeps its place, and lets others go first.
   * @returns it and what gives the hand back; undefined when there is none.
   */
  next(): { readonly held: Held; readonly giveBack: () => void } | undefined {
    for (const [lane, ready] of this.#ready) {
      // Of a long queue to one domain each item but the first is passed over at a glance.
      const full = new Set<string>()
      for (let at = 0; at < ready.length && this.#hands.free(lane) > 0; at++) {
        const key = ready[at] ?? ''
        const held = this.#held.get(key)
        const domain = held?.errand.domain
        if (held === undefined || (domain !== undefined && full.has(domain))) continue
        const giveBack = this.#hands.take(held.errand)
        if (giveBack === undefined) {
          if (domain !== undefined && this.#hands.isFull(domain)) full.add(domain)
          continue
        }
        ready.splice(at, 1)
        this.#inHand.add(key)
        return {
          held,
          giveBack: () => {
            this.#inHand.delete(key)
            giveBack()
          },
        }
      }
    }
    return undefined
  }

  /** Takes out the newest of too many messages that wait for their destination. */
  overflow(): readonly Delivered[] {
    const most = this.settings.mostHeld ?? MOST_MESSAGES
    // With a hand free, all that is due waits for its destination.
    if (this.free <= 0 || this.blocked <= most) return []
    const longest = this.#messageLanes.reduce<string[]>((known, [, ready]) => (ready.length > known.length ? ready : known), [])
    return longest.splice(-(this.blocked - most)).flatMap((key) => {
      const held = this.#held.get(key)
      this.#held.delete(key)
      return held ? [held.item] : []
    })
  }

  endWaiting(): void {
    for (const timers of Object.values(this.#timers)) for (const timer of timers.values()) clearTimeout(timer)
  }

  #errandOf(opened: OutboxItem): Errand {
    return opened.is === 'message' ? errandOf('message', this.settings.destinationOf(opened.body)) : RESOLVE
  }

  #enqueue(key: string, is: OutboxItem['is'], lane: string): void {
    this.#timers[is].delete(key)
    const ready = this.#ready.get(lane)
    if (ready) ready.push(key)
    else this.#ready.set(lane, [key])
    this.due()
  }
}

export function keyOf(item: Delivered): string {
  return `${item.stream} ${item.id}`
}
