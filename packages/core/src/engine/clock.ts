import type { Conversations } from '../ports/conversations.js'

/** The store's clock as this process knows it: read at start, corrected by every claim, never one round trip more. */
export class Clock {
  #offsetMs = 0

  constructor(private readonly conversations: Conversations) {}

  async read(): Promise<void> {
    this.heard(await this.conversations.now())
  }

  /** @param storeNow milliseconds since the epoch, as the store has just said. */
  heard(storeNow: number): void {
    this.#offsetMs = storeNow - Date.now()
  }

  /** Seconds since the epoch. */
  seconds(): number {
    return Math.floor(this.milliseconds() / 1_000)
  }

  /** Milliseconds since the epoch. */
  milliseconds(): number {
    return Date.now() + this.#offsetMs
  }
}
