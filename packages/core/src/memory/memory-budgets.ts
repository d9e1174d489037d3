import type { Budget, Budgets, Row, TryBudget, TryCount } from '../ports/budgets.js'
import type { Clock } from './clock.js'
import { ExpiringMap } from './expiring-map.js'

/** The tries of one person at one type of step. Times are milliseconds since the epoch. */
interface Tried {
  /** All tries of the window. */
  readonly count: number
  readonly windowEnds: number
  readonly failures: number
  readonly most: number
  readonly waitUntil: number
  /** Whether it was told that the row has made somebody wait. */
  readonly isTold: boolean
}

const UNTRIED: Tried = { count: 0, windowEnds: 0, failures: 0, most: 0, waitUntil: 0, isTold: false }

/** Counts in this process. A window begins with the first act that is counted in it. */
export class MemoryBudgets implements Budgets {
  readonly #counters: ExpiringMap<number>
  readonly #tried: ExpiringMap<Tried>

  constructor(private readonly now: Clock) {
    this.#counters = new ExpiringMap(now)
    this.#tried = new ExpiringMap(now)
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

  async attempt({ key, limit, windowSeconds, inRow, keptSeconds }: TryBudget): Promise<TryCount> {
    const now = this.now()
    const before = this.#tried.get(key) ?? UNTRIED
    const opens = before.windowEnds <= now
    const counted: Tried = {
      ...before,
      count: opens ? 1 : before.count + 1,
      windowEnds: opens ? now + windowSeconds * 1_000 : before.windowEnds,
      most: inRow.most,
    }
    const keep = (tried: Tried): void => this.#tried.set(key, tried, Math.max(now + keptSeconds * 1_000, tried.windowEnds, tried.waitUntil))
    if (counted.count > limit) {
      keep(counted)
      return { is: 'over', by: 'window', first: counted.count === limit + 1 }
    }
    const by = counted.failures >= inRow.most ? 'row' : counted.waitUntil > now ? 'wait' : undefined
    if (by !== undefined) {
      keep({ ...counted, isTold: true })
      return { is: 'over', by, first: !counted.isTold }
    }
    const failures = counted.failures + 1
    const waitMs = failures < inRow.free ? 0 : Math.min(inRow.waitSeconds * 2 ** (failures - inRow.free), inRow.longestSeconds) * 1_000
    keep({ ...counted, failures, waitUntil: now + waitMs })
    return { is: 'free' }
  }

  async succeed(key: string, wasCounted: boolean): Promise<void> {
    const before = this.#tried.get(key)
    if (before === undefined) return
    const count = Math.max(0, before.count - (wasCounted ? 1 : 0))
    this.#tried.set(key, { ...UNTRIED, count, windowEnds: before.windowEnds }, count === 0 ? 0 : before.windowEnds)
  }

  async withdraw(key: string): Promise<void> {
    const before = this.#tried.get(key)
    if (before === undefined) return
    const count = Math.max(0, before.count - 1)
    const failures = Math.max(0, before.failures - 1)
    // A try is judged only where nobody has to wait: what is waited for now, it has brought itself.
    this.#tried.replace(key, { ...before, count, failures, waitUntil: 0 })
  }

  async row(key: string): Promise<Row | undefined> {
    const { failures, most, waitUntil } = this.#tried.get(key) ?? UNTRIED
    return failures === 0 ? undefined : { failures, most, waitMs: Math.max(0, waitUntil - this.now()) }
  }

  async clear(key: string): Promise<boolean> {
    const was = this.#tried.get(key) !== undefined
    this.#tried.set(key, UNTRIED, 0)
    return was
  }
}
