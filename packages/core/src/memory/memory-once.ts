import type { Once } from '../ports/once.js'
import type { Clock } from './clock.js'
import { ExpiringMap } from './expiring-map.js'

/** Remembers claimed keys in this process. */
export class MemoryOnce implements Once {
  readonly #claimed: ExpiringMap<true>

  constructor(private readonly now: Clock) {
    this.#claimed = new ExpiringMap(now)
  }

  async claim(key: string, ttlSeconds: number): Promise<boolean> {
    if (this.#claimed.get(key) !== undefined) return false
    this.#claimed.set(key, true, this.now() + ttlSeconds * 1_000)
    return true
  }
}
