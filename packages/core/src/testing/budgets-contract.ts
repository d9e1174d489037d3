import { describe, expect, test } from 'vitest'
import type { Budget } from '../ports/budgets.js'
import type { OpenStore } from './store-fixture.js'
import { until } from './until.js'
import { withStore } from './with-store.js'

const RACERS = 64

/** What every store of budgets must do. */
export function budgetsContract(name: string, open: OpenStore): void {
  const budget = (more: Partial<Budget> = {}): Budget => ({ key: `sample:${crypto.randomUUID()}`, limit: 3, windowSeconds: 60, ...more })

  describe(`${name}: budgets`, () => {
    test(
      'each budget counts for itself, and goes on above its limit',
      withStore(open, async ({ budgets }) => {
        const [one, other] = [budget(), budget({ limit: 1 })]
        expect(await budgets.count([one, other])).toEqual([1, 1])
        expect(await budgets.count([other])).toEqual([2])
        expect(await budgets.count([other, one])).toEqual([3, 2])
        expect(await budgets.count([])).toEqual([])
      }),
    )

    test(
      `${RACERS} racing acts are counted one by one`,
      withStore(open, async ({ budgets }) => {
        const raced = budget()
        const counts = await Promise.all(Array.from({ length: RACERS }, () => budgets.count([raced])))
        const seen = counts.map(([count]) => count ?? 0).toSorted((a, b) => a - b)
        expect(seen).toEqual(Array.from({ length: RACERS }, (_, index) => index + 1))
      }),
    )

    test(
      'a success is taken back, and never below nothing',
      withStore(open, async ({ budgets }) => {
        const refunded = budget()
        await budgets.count([refunded])
        await budgets.count([refunded])
        await budgets.refund([refunded])
        expect(await budgets.count([refunded])).toEqual([2])
        await budgets.refund([refunded, refunded, refunded, budget()])
        expect(await budgets.count([refunded])).toEqual([1])
      }),
    )

    test(
      'a window ends, and later acts do not put its end off',
      withStore(open, async ({ budgets }) => {
        const short = budget({ windowSeconds: 0.3 })
        await budgets.count([short])
        const counts: number[] = []
        await until('a new window', async () => {
          const [count] = await budgets.count([short])
          counts.push(count ?? 0)
          return count === 1 ? true : undefined
        })
        expect(counts.slice(0, -1)).toEqual(Array.from({ length: counts.length - 1 }, (_, index) => index + 2))
      }),
    )

    test(
      'a key may be any text',
      withStore(open, async ({ budgets }) => {
        const keys = ['{b00}:c:x', 'a:b', 'a%3Ab', 'ä', 'a b\r\nc', '']
        expect(await budgets.count(keys.map((key) => budget({ key })))).toEqual(keys.map(() => 1))
      }),
    )
  })
}
