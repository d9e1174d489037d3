import type { OutboxSettings } from './outbox.js'

/** What there must be a hand for. */
export interface Errand {
  readonly is: 'message' | 'resolve'
  /** Of a message; absent where it does not matter. */
  readonly destination?: string
}

/**
 * Counts what a consumer has in hand, so that it takes no more than it may: of messages, of `resolve` items, and of messages to one destination.
 * Every adapter of the outbox hands out by it.
 */
export class Hands {
  readonly #taken = new Map<string, number>()

  constructor(private readonly settings: Pick<OutboxSettings, 'parallelism' | 'perDestination'>) {}

  /** Items of a kind that may be taken, were there no destinations. */
  free(kind: Errand['is']): number {
    return this.settings.parallelism - this.#count(kind)
  }

  /** @returns what gives the hand back, to be called once; undefined when there is none for this item. */
  take(item: Errand): (() => void) | undefined {
    const bounds = this.#boundsOf(item)
    if (bounds.some(([name, most]) => this.#count(name) >= most)) return undefined
    for (const [name] of bounds) this.#add(name, 1)
    return () => {
      for (const [name] of bounds) this.#add(name, -1)
    }
  }

  #boundsOf({ is, destination }: Errand): readonly (readonly [name: string, most: number])[] {
    const { parallelism, perDestination } = this.settings
    const all = [is, parallelism] as const
    return destination === undefined ? [all] : [all, [`to ${destination}`, perDestination]]
  }

  #count(name: string): number {
    return this.#taken.get(name) ?? 0
  }

  #add(name: string, by: 1 | -1): void {
    const count = this.#count(name) + by
    if (count === 0) this.#taken.delete(name)
    else this.#taken.set(name, count)
  }
}
