import type { Budget, Budgets } from '../ports/budgets.js'
import type { Clock } from './clock.js'
import { ExpiringMap } from './expiring-map.js'

/** Counts in this process. A window begins with the first act that is counted in it. */
export class MemoryBudgets implements Budgets {
  readonly #counters: ExpiringMap<number>

  constructor(private readonly now: Clock) {
    this.#counters = new ExpiringMap(now)
  }

  async count(budgets: readonly Budget[]): Promise<readonly number[]> {
    return budgets.map(({ key, windowSeconds }) => {
      const before = this.#counters.get(key)
      if (before === undefined) this.#counters.set(key, 1, this.now() + windowSeconds * 1_000)
      else this.#counters.replace(key, before + 1)
      return (before ?? 0) + 1
    })
  }

  async refund(budgets: readonly Budget[]): Promise<void> {
    for (const { key } of budgets) {
      const before = this.#counters.get(key)
      if (before !== undefined && before > 0) this.#counters.replace(key, before - 1)
    }
  }
}
