import { backoffMs } from '../ports/outbox.js'
import type { Outbox, OutboxConsumer, OutboxSettings, RunningConsumer } from '../ports/outbox.js'
import type { Clock } from './clock.js'

const DEAD_KEPT = 1_000
const DEAD_KEPT_MS = 30 * 86_400_000
/** The longest wait that a timer can express. */
const LONGEST_TIMER_MS = 2_147_483_647

interface Owed {
  readonly item:
    | { readonly is: 'message'; readonly conversation: string; readonly body: string }
    | { readonly is: 'resolve'; readonly conversation: string }
  readonly dueAt: number
  /** How often it was handed out. */
  readonly deliveries: number
}

interface Dead {
  readonly name: string
  readonly expiresAt: number
}

interface Running {
  readonly consumer: OutboxConsumer
  readonly inHand: Set<Promise<void>>
}

/** An outbox in this process. What is owed is lost with the process, as everything in memory is. */
export class MemoryOutbox implements Outbox {
  /** Due, in order. */
  #ready: Owed[] = []
  /** Due later: `resolve` items, and items that were thrown. */
  #later: Owed[] = []
  #inHand = 0
  #dead: readonly Dead[] = []
  #timer: NodeJS.Timeout | undefined
  readonly #running = new Set<Running>()

  constructor(
    private readonly now: Clock,
    private readonly settings: OutboxSettings,
  ) {}

  /** Owes messages; called inside the commit. */
  owe(conversation: string, bodies: readonly string[]): void {
    for (const body of bodies) this.#ready.push({ item: { is: 'message', conversation, body }, dueAt: 0, deliveries: 0 })
    this.tick()
  }

  /** Owes a look at a marked conversation; called inside the mark. */
  oweResolve(conversation: string, dueAt: number): void {
    this.#later.push({ item: { is: 'resolve', conversation }, dueAt, deliveries: 0 })
    this.tick()
  }

  consume(consumer: OutboxConsumer): RunningConsumer {
    const running: Running = { consumer, inHand: new Set() }
    this.#running.add(running)
    this.tick()
    return {
      stop: async () => {
        this.#running.delete(running)
        await Promise.all(running.inHand)
      },
    }
  }

  async pending(): Promise<number> {
    return this.#ready.length + this.#later.length + this.#inHand
  }

  async dead(): Promise<readonly string[]> {
    return this.#dead.filter((dead) => dead.expiresAt > this.now()).map((dead) => dead.name)
  }

  /** Hands out what has become due. A clock that is moved by hand calls it after each move. */
  tick(): void {
    const now = this.now()
    const due = this.#later.filter((owed) => owed.dueAt <= now)
    if (due.length > 0) {
      this.#later = this.#later.filter((owed) => owed.dueAt > now)
      this.#ready.push(...due)
    }
    for (const running of this.#running) {
      while (running.inHand.size < this.settings.parallelism) {
        const owed = this.#ready.shift()
        if (owed === undefined) break
        this.#handOut(owed, running)
      }
    }
    this.#arm()
  }

  #handOut(owed: Owed, running: Running): void {
    this.#inHand++
    const taken = this.#give(owed, running.consumer).finally(() => {
      this.#inHand--
      running.inHand.delete(taken)
      this.tick()
    })
    running.inHand.add(taken)
  }

  async #give({ item, deliveries }: Owed, consumer: OutboxConsumer): Promise<void> {
    const delivery = deliveries + 1
    // In a later turn, so that a consumer never runs inside the commit that owed the item.
    await Promise.resolve()
    try {
      await consumer({ ...item, delivery })
    } catch (error) {
      const dead = delivery >= this.settings.maxDeliveries
      if (dead) this.#bury(item)
      else this.#later.push({ item, dueAt: this.now() + backoffMs(delivery, this.settings), deliveries: delivery })
      this.settings.report({ error, conversation: item.conversation, next: dead ? 'dead' : 'again' })
    }
  }

  #bury(item: Owed['item']): void {
    const name = item.is === 'message' ? item.body : `resolve ${item.conversation}`
    this.#dead = [...this.#dead, { name, expiresAt: this.now() + DEAD_KEPT_MS }].slice(-DEAD_KEPT)
  }

  /** One timer for the item that is due next; it does not keep the process alive. */
  #arm(): void {
    clearTimeout(this.#timer)
    if (this.#later.length === 0 || this.#running.size === 0) return
    const next = this.#later.reduce((earliest, owed) => Math.min(earliest, owed.dueAt), Infinity)
    this.#timer = setTimeout(() => this.tick(), Math.min(LONGEST_TIMER_MS, Math.max(1, next - this.now())))
    this.#timer.unref()
  }
}
