import type { Destination } from './hands.js'

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
  /** Finishes the items in hand and takes no other. One that takes longer than `patienceMs` is left owed, to whoever takes it over. */
  stop(): Promise<void>
}

/** An item that was set aside. */
export type DeadLetter = {
  /** Names it to `resend` and `drop`. */
  readonly id: string
  /** Empty when not even that can be read. */
  readonly conversation: string
  /** The reason of the last `DeliveryFault`; `fault` for any other throw, `crashed` when it ended its process too often, `unreadable`. */
  readonly reason: string
  /** How often it was handed out. */
  readonly deliveries: number
  /** When it was set aside: milliseconds since the epoch, by the store's clock. */
  readonly at: number
} & ({ readonly is: 'message'; readonly body: string } | { readonly is: 'resolve' | 'unreadable' })

/**
 * Hands out what commits have owed: at least once, to one consumer of all processes at a time, again after a crash or a throw.
 * After `maxDeliveries` throws, or one `DeliveryFault` that is final, an item is set aside as a dead letter.
 */
export interface Outbox {
  consume(consumer: OutboxConsumer): RunningConsumer
  /** Items that are owed and not yet done. */
  pending(): Promise<number>
  /** Items set aside, oldest first. They are kept for 30 days. */
  dead(): Promise<readonly DeadLetter[]>
  /** Owes a dead letter again, as if it had never been handed out. @returns false when there is none of this id. */
  resend(id: string): Promise<boolean>
  /** Forgets a dead letter. @returns false when there is none of this id. */
  drop(id: string): Promise<boolean>
}

/** How an outbox hands out. Every adapter takes these settings. */
export interface OutboxSettings {
  /** Items of one lane in hand at once in one process, and as many `resolve` items: none waits for another kind. See `Hands`. */
  readonly parallelism: number
  /** Messages to one destination that are in hand at once in one process. */
  readonly perDestination: number
  /** Milliseconds in hand after which an item is slow: it goes on, and its hand is free for others. */
  readonly slowMs: number
  /** Slow items of one lane at the most; what is slow beyond them keeps its hand. */
  readonly mostSlow: number
  /** Where a message goes, from its body; undefined where it does not matter. A slow destination delays no other one. */
  readonly destinationOf: (body: string) => Destination | undefined
  /** Throws after which an item is set aside. */
  readonly maxDeliveries: number
  /** Milliseconds from the first throw to the next try at the most; doubled with each throw. */
  readonly firstBackoffMs: number
  /** Milliseconds between two tries at the most. */
  readonly mostBackoffMs: number
  /** From 0 to 1, and less than 1. It shortens each wait by up to a half, so that what failed together does not come back together. */
  readonly random: () => number
  /** Milliseconds that a stop waits for items in hand. */
  readonly patienceMs: number
  /** Told of each throw and what becomes of the item. */
  readonly report: (fault: OutboxFault) => void
}

export interface OutboxFault {
  readonly error: unknown
  /** As in `DeadLetter`. */
  readonly reason: string
  /** The conversation whose item it was; absent when the outbox itself failed. */
  readonly conversation?: string
  readonly next: 'again' | 'dead'
}

/** Ten tries within five to nine minutes, which is nearly as long as a code lives. */
export const OUTBOX_DEFAULTS: OutboxSettings = {
  parallelism: 8,
  perDestination: 1,
  slowMs: 1_000,
  mostSlow: 24,
  destinationOf: () => undefined,
  maxDeliveries: 10,
  firstBackoffMs: 1_000,
  mostBackoffMs: 600_000,
  random: Math.random,
  patienceMs: 10_000,
  report: () => undefined,
}

/** Milliseconds to wait after the throw of the given delivery, which counts from 1. */
export function backoffMs(
  delivery: number,
  { firstBackoffMs, mostBackoffMs, random }: Pick<OutboxSettings, 'firstBackoffMs' | 'mostBackoffMs' | 'random'>,
): number {
  return Math.min(mostBackoffMs, firstBackoffMs * 2 ** (delivery - 1)) * (1 - random() / 2)
}
