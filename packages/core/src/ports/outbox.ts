/** What the outbox hands to its consumer. */
export type OutboxItem =
  | {
      readonly is: 'message'
      readonly conversation: string
      readonly body: string
      /** How often it was handed out, from 1. */ readonly delivery: number
    }
  | { readonly is: 'resolve'; readonly conversation: string; readonly delivery: number }

/**
 * Thrown by a consumer that cannot do an item while another process may: one that runs another release. The item goes back to all of them,
 * and the try does not count.
 */
export class NotForThisProcess extends Error {
  override readonly name = 'NotForThisProcess'
}

/** Takes items one at a time; a throw keeps the item owed and it is handed out again later. */
export type OutboxConsumer = (item: OutboxItem) => Promise<void>

/** A consumer that runs until stopped. */
export interface RunningConsumer {
  /** Finishes the item in hand and takes no other. */
  stop(): Promise<void>
}

/**
 * Hands out what commits have owed: at least once, to one consumer of all processes at a time, again after a crash or a throw.
 * After `maxDeliveries` throws an item is set aside as a dead letter.
 */
export interface Outbox {
  consume(consumer: OutboxConsumer): RunningConsumer
  /** Items that are owed and not yet done. */
  pending(): Promise<number>
  /** Items set aside, oldest first: the body of a message; `resolve <conversation>`; `unreadable <conversation>`. */
  dead(): Promise<readonly string[]>
}

/** How an outbox hands out. Every adapter takes these settings. */
export interface OutboxSettings {
  /** Items in hand at once in one process. */
  readonly parallelism: number
  /** Throws after which an item is set aside. */
  readonly maxDeliveries: number
  /** Milliseconds from the first throw to the next try; doubled with each throw. */
  readonly firstBackoffMs: number
  /** Milliseconds between two tries at the most. */
  readonly mostBackoffMs: number
  /** Told of each throw and what becomes of the item. */
  readonly report: (fault: OutboxFault) => void
}

export interface OutboxFault {
  readonly error: unknown
  /** The conversation whose item it was; absent when the outbox itself failed. */
  readonly conversation?: string
  readonly next: 'again' | 'dead'
}

/** Ten tries within about nine minutes, which is nearly as long as a code lives. */
export const OUTBOX_DEFAULTS: OutboxSettings = {
  parallelism: 4,
  maxDeliveries: 10,
  firstBackoffMs: 1_000,
  mostBackoffMs: 600_000,
  report: () => undefined,
}

/** Milliseconds to wait after the throw of the given delivery, which counts from 1. */
export function backoffMs(delivery: number, settings: OutboxSettings): number {
  return Math.min(settings.mostBackoffMs, settings.firstBackoffMs * 2 ** (delivery - 1))
}
