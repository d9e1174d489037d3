import { describe, expect, test } from 'vitest'
import type { Budget, TryBudget } from '../ports/budgets.js'
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

  const tries = (more: Partial<TryBudget> = {}): TryBudget => ({
    ...budget({ limit: 1_000 }),
    inRow: { free: 3, waitSeconds: 60, longestSeconds: 600, most: 100 },
    keptSeconds: 600,
    ...more,
  })
  const none = { free: 100, waitSeconds: 1, longestSeconds: 1, most: 100 }

  describe(`${name}: tries`, () => {
    test(
      'a try above its window is over, and the row gets no longer by it',
      withStore(open, async ({ budgets }) => {
        const tried = tries({ limit: 2, inRow: none })
        const counts = []
        for (let count = 0; count < 4; count++) counts.push(await budgets.attempt(tried))
        expect(counts).toEqual([
          { is: 'free' },
          { is: 'free' },
          { is: 'over', by: 'window', first: true },
          { is: 'over', by: 'window', first: false },
        ])
        expect(await budgets.row(tried.key)).toEqual({ failures: 2, most: 100, waitMs: 0 })
      }),
    )

    test(
      'after failures in a row the next one waits, and what comes while it waits makes the row no longer',
      withStore(open, async ({ budgets }) => {
        const tried = tries()
        expect(await budgets.row(tried.key)).toBeUndefined()
        const counts = []
        for (let count = 0; count < 5; count++) counts.push(await budgets.attempt(tried))
        expect(counts).toEqual([
          { is: 'free' },
          { is: 'free' },
          { is: 'free' },
          { is: 'over', by: 'wait', first: true },
          { is: 'over', by: 'wait', first: false },
        ])
        const { waitMs = 0, ...row } = (await budgets.row(tried.key)) ?? {}
        expect([row, waitMs > 0 && waitMs <= 60_000]).toEqual([{ failures: 3, most: 100 }, true])
      }),
    )

    test(
      'a wait ends, and each further failure doubles it, up to the longest',
      withStore(open, async ({ budgets }) => {
        const tried = tries({ inRow: { free: 1, waitSeconds: 0.05, longestSeconds: 0.2, most: 100 } })
        const waits: number[] = []
        for (let failures = 1; failures <= 5; failures++) {
          await until(`try ${failures}`, async () => ((await budgets.attempt(tried)).is === 'free' ? true : undefined))
          const row = await budgets.row(tried.key)
          expect(row?.failures).toBe(failures)
          waits.push(row?.waitMs ?? 0)
        }
        // What is left of 50, 100, 200, 200 and 200 ms.
        expect(waits.map((wait, index) => wait <= (LONGEST_LEFT[index] ?? 0))).toEqual(waits.map(() => true))
      }),
    )

    test(
      'a row that is as long as it may get stays so until it is cleared',
      withStore(open, async ({ budgets }) => {
        const tried = tries({ inRow: { ...none, most: 2 } })
        const counts = []
        for (let count = 0; count < 3; count++) counts.push(await budgets.attempt(tried))
        expect(counts).toEqual([{ is: 'free' }, { is: 'free' }, { is: 'over', by: 'row', first: true }])
        expect([await budgets.clear(tried.key), await budgets.clear(tried.key), await budgets.row(tried.key)]).toEqual([
          true,
          false,
          undefined,
        ])
        expect(await budgets.attempt(tried)).toEqual({ is: 'free' })
      }),
    )

    test(
      'a success ends the row and its wait, and the other tries of the window stay counted',
      withStore(open, async ({ budgets }) => {
        const tried = tries({ limit: 4 })
        for (let count = 0; count < 3; count++) await budgets.attempt(tried)
        await budgets.succeed(tried.key, true)
        expect(await budgets.row(tried.key)).toBeUndefined()
        expect([await budgets.attempt(tried), await budgets.attempt(tried)]).toEqual([{ is: 'free' }, { is: 'free' }])
        expect(await budgets.attempt(tried)).toMatchObject({ by: 'window' })
        await budgets.succeed(tried.key, false)
        expect(await budgets.attempt(tried)).toMatchObject({ by: 'window' })
        await budgets.succeed(tries().key, true)
      }),
    )

    test(
      'a try that is withdrawn counts neither in the window nor in the row, and makes nobody wait',
      withStore(open, async ({ budgets }) => {
        const tried = tries({ limit: 2, inRow: { free: 1, waitSeconds: 60, longestSeconds: 60, most: 2 } })
        for (let count = 0; count < 3; count++) {
          expect(await budgets.attempt(tried)).toEqual({ is: 'free' })
          await budgets.withdraw(tried.key)
        }
        expect(await budgets.row(tried.key)).toBeUndefined()
        expect([await budgets.attempt(tried), await budgets.attempt(tried)]).toMatchObject([{ is: 'free' }, { by: 'wait' }])
        await budgets.withdraw(tries().key)
      }),
    )

    test(
      'a try that is withdrawn behind failures makes nobody wait either, and leaves them as they were',
      withStore(open, async ({ budgets }) => {
        const tried = tries({ limit: 9, inRow: { free: 2, waitSeconds: 60, longestSeconds: 60, most: 9 } })
        expect(await budgets.attempt(tried)).toEqual({ is: 'free' })
        for (let count = 0; count < 2; count++) {
          expect(await budgets.attempt(tried)).toEqual({ is: 'free' })
          await budgets.withdraw(tried.key)
          expect(await budgets.row(tried.key)).toEqual({ failures: 1, most: 9, waitMs: 0 })
        }
        expect([await budgets.attempt(tried), await budgets.attempt(tried)]).toMatchObject([{ is: 'free' }, { by: 'wait' }])
      }),
    )

    test(
      `SEC-20 of ${RACERS} racing tries no more are free than a row allows`,
      withStore(open, async ({ budgets }) => {
        const tried = tries()
        const counts = await Promise.all(Array.from({ length: RACERS }, () => budgets.attempt(tried)))
        expect(counts.filter(({ is }) => is === 'free')).toHaveLength(3)
        expect(counts.filter((count) => count.is === 'over' && count.first)).toHaveLength(1)
      }),
    )
  })
}

/** Milliseconds that may be left of each wait, by the failure that it follows. */
const LONGEST_LEFT = [50, 100, 200, 200, 200]
