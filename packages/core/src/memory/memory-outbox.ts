import { deliveryReason, DeliveryFault } from '../ports/delivery-fault.js'
import { errandOf, Hands } from '../ports/hands.js'
import type { Errand } from '../ports/hands.js'
import { backoffMs } from '../ports/outbox.js'
import type { DeadLetter, Outbox, OutboxConsumer, OutboxSettings, RunningConsumer } from '../ports/outbox.js'
import type { Clock } from './clock.js'
import { DueQueue } from './due-queue.js'

const DEAD_KEPT = 1_000
const DEAD_KEPT_MS = 30 * 86_400_000
/** The longest wait that a timer can express. */
const LONGEST_TIMER_MS = 2_147_483_647
const RESOLVE = errandOf('resolve')

export interface Queued {
  readonly item:
    | { readonly is: 'message'; readonly conversation: string; readonly body: string }
    | { readonly is: 'resolve'; readonly conversation: string }
  readonly errand: Errand
  /** How often it was handed out. */
  readonly deliveries: number
}

interface Dead {
  readonly letter: DeadLetter
  readonly owed: Queued
}

interface Running {
  readonly consumer: OutboxConsumer
  readonly hands: Hands
  readonly inHand: Set<Promise<void>>
}

/** An outbox in this process. What is owed is lost with the process, as everything in memory is. */
export class MemoryOutbox implements Outbox {
  /** Due, in order, by lane: none waits for another. */
  readonly #ready = new Map<string, Queued[]>()
  /** Due later: `resolve` items, and items that were thrown. */
  readonly #later = new DueQueue<Queued>()
  #inHand = 0
  #dead: readonly Dead[] = []
  #buried = 0
  #timer: NodeJS.Timeout | undefined
  /** What the timer waits for. */
  #wakesAt: number | undefined
  readonly #running = new Set<Running>()

  constructor(
    private readonly now: Clock,
    private readonly settings: OutboxSettings,
  ) {}

  /** Owes messages; called inside the commit. */
  owe(conversation: string, bodies: readonly string[]): void {
    for (const body of bodies) {
      const errand = errandOf('message', this.settings.destinationOf(body))
      this.#isDue({ item: { is: 'message', conversation, body }, errand, deliveries: 0 })
    }
    if (bodies.length > 0) this.tick()
  }

  /** Owes a look at a marked conversation; called inside the mark. */
  oweResolve(conversation: string, dueAt: number): Queued {
    const owed: Queued = { item: { is: 'resolve', conversation }, errand: RESOLVE, deliveries: 0 }
    this.#later.push(dueAt, owed)
    this.#arm()
    return owed
  }

  /** Takes back what is not due yet; called inside the commit that makes it needless. */
  takeBack(owed: Queued): void {
    this.#later.remove(owed)
    this.#arm()
  }

  consume(consumer: OutboxConsumer): RunningConsumer {
    const running: Running = { consumer, hands: new Hands(this.settings, () => this.tick()), inHand: new Set() }
    this.#running.add(running)
    this.tick()
    return {
      stop: async () => {
        this.#running.delete(running)
        await withPatience(Promise.all(running.inHand), this.settings.patienceMs)
      },
    }
  }

  async pending(): Promise<number> {
    const ready = [...this.#ready.values()].reduce((sum, { length }) => sum + length, 0)
    return ready + this.#later.size + this.#inHand
  }

  async dead(): Promise<readonly DeadLetter[]> {
    return this.#kept().map(({ letter }) => letter)
  }

  async resend(id: string): Promise<boolean> {
    const found = this.#kept().find(({ letter }) => letter.id === id)
    if (found === undefined || !(await this.drop(id))) return false
    this.#isDue({ ...found.owed, deliveries: 0 })
    this.tick()
    return true
  }

  async drop(id: string): Promise<boolean> {
    const before = this.#kept()
    this.#dead = before.filter(({ letter }) => letter.id !== id)
    return this.#dead.length < before.length
  }

  /** Hands out what has become due. A clock that is moved by hand calls it after each move. */
  tick(): void {
    for (const owed of this.#later.takeDue(this.now())) this.#isDue(owed)
    for (const running of this.#running) for (const [lane, ready] of this.#ready) this.#handOutFrom(lane, ready, running)
    this.#arm()
  }

  #isDue(owed: Queued): void {
    const { lane } = owed.errand
    const ready = this.#ready.get(lane)
    if (ready) ready.push(owed)
    else this.#ready.set(lane, [owed])
  }

  /** An item whose destination is busy keeps its place, and lets others go first. */
  #handOutFrom(lane: string, ready: Queued[], running: Running): void {
    // Of a long queue to one domain each item but the first is passed over at a glance.
    const full = new Set<string>()
    for (let at = 0; at < ready.length;) {
      const owed = ready[at]
      if (owed === undefined || running.hands.free(lane) <= 0) return
      const { domain } = owed.errand
      const giveBack = domain !== undefined && full.has(domain) ? undefined : running.hands.take(owed.errand)
      if (giveBack === undefined) {
        if (domain !== undefined && running.hands.isFull(domain)) full.add(domain)
        at++
      } else {
        ready.splice(at, 1)
        this.#handOut(owed, running, giveBack)
      }
    }
  }

  #handOut(owed: Queued, running: Running, giveBack: () => void): void {
    this.#inHand++
    const taken = this.#give(owed, running.consumer).finally(() => {
      this.#inHand--
      running.inHand.delete(taken)
      giveBack()
      this.tick()
    })
    running.inHand.add(taken)
  }

  async #give(owed: Queued, consumer: OutboxConsumer): Promise<void> {
    const { item, deliveries } = owed
    const delivery = deliveries + 1
    // In a later turn, so that a consumer never runs inside the commit that owed the item.
    await Promise.resolve()
    try {
      await consumer({ ...item, delivery })
    } catch (error) {
      const reason = deliveryReason(error)
      const dead = delivery >= this.settings.maxDeliveries || (error instanceof DeliveryFault && error.isFinal)
      if (dead) this.#bury({ ...owed, deliveries: delivery }, reason)
      else this.#later.push(this.now() + backoffMs(delivery, this.settings), { ...owed, deliveries: delivery })
      this.settings.report({ error, reason, conversation: item.conversation, next: dead ? 'dead' : 'again' })
    }
  }

  #bury(owed: Queued, reason: string): void {
    const letter = { ...owed.item, id: String(++this.#buried), reason, deliveries: owed.deliveries, at: this.now() }
    this.#dead = [...this.#dead, { letter, owed }].slice(-DEAD_KEPT)
  }

  #kept(): readonly Dead[] {
    return this.#dead.filter(({ letter }) => letter.at + DEAD_KEPT_MS > this.now())
  }

  /** One timer for the item that is due next; it does not keep the process alive. */
  #arm(): void {
    const next = this.#running.size === 0 ? undefined : this.#later.next
    if (next === this.#wakesAt) return
    clearTimeout(this.#timer)
    this.#wakesAt = next
    if (next === undefined) return
    this.#timer = setTimeout(
      () => {
        this.#wakesAt = undefined
        this.tick()
      },
      Math.min(LONGEST_TIMER_MS, Math.max(1, next - this.now())),
    )
    this.#timer.unref()
  }
}

/** Waits for work, but not longer. */
async function withPatience(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, over])
  clearTimeout(timer)
}
