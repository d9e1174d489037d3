/** What the outbox hands to its consumer. */
export type OutboxItem =
  | {
      readonly is: 'message'
      readonly conversation: string
      readonly body: string
      /** How often it was handed out, from 1. */ readonly delivery: number
    }
  | { readonly is: 'resolve'; readonly conversation: string; readonly delivery: number }

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
  /** Items set aside, oldest first. */
  dead(): Promise<readonly string[]>
}
