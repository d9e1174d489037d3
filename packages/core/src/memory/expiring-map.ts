import type { Clock } from './clock.js'

const SWEPT_PER_WRITE = 4
const SWEPT_PER_ROUND = 10_000
const ROUND_MS = 30_000

interface Entry<V> {
  readonly value: V
  readonly expiresAt: number
}

/**
 * A map whose entries end. What has expired is never seen again; it is removed when it is met, a few entries at each write, and by a slow
 * timer that does not keep the process alive. So the map holds little more than what lives.
 */
export class ExpiringMap<V> {
  readonly #entries = new Map<string, Entry<V>>()
  #walk = this.#entries.entries()
  #timer: NodeJS.Timeout | undefined

  constructor(private readonly now: Clock) {}

  /** Entries held, expired ones that nobody has met yet included. */
  get size(): number {
    return this.#entries.size
  }

  /** @returns undefined for a key that is unknown or has expired. */
  get(key: string): V | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (entry.expiresAt > this.now()) return entry.value
    this.#entries.delete(key)
    return undefined
  }

  /** @param expiresAt milliseconds since the epoch; an entry that has expired already is not kept. */
  set(key: string, value: V, expiresAt: number): void {
    this.#sweep(SWEPT_PER_WRITE)
    if (expiresAt > this.now()) this.#entries.set(key, { value, expiresAt })
    else this.#entries.delete(key)
    this.#arm()
  }

  /** Changes the value and leaves its end as it is. */
  replace(key: string, value: V): void {
    const entry = this.#entries.get(key)
    if (entry !== undefined) this.#entries.set(key, { value, expiresAt: entry.expiresAt })
  }

  /** Milliseconds since the epoch at which the entry ends; undefined when there is none. */
  expiresAt(key: string): number | undefined {
    return this.#entries.get(key)?.expiresAt
  }

  /** Looks at the next entries of an endless walk over the map. */
  #sweep(count: number): void {
    const now = this.now()
    for (let left = Math.min(count, this.#entries.size); left > 0; left--) {
      let next = this.#walk.next()
      if (next.done === true) {
        this.#walk = this.#entries.entries()
        next = this.#walk.next()
        if (next.done === true) return
      }
      const [key, entry] = next.value
      if (entry.expiresAt <= now) this.#entries.delete(key)
    }
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#entries.size === 0) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#sweep(SWEPT_PER_ROUND)
      this.#arm()
    }, ROUND_MS)
    this.#timer.unref()
  }
}
