import { describe, expect, test } from 'vitest'
import type { OpenStore } from './store-fixture.js'
import { until } from './until.js'
import { withStore } from './with-store.js'

const RACERS = 64

/** What every store of one-time values must do. */
export function onceContract(name: string, open: OpenStore): void {
  describe(`${name}: one-time values`, () => {
    test(
      'a key is claimed once, and each for itself',
      withStore(open, async ({ once }) => {
        const key = crypto.randomUUID()
        expect([await once.claim(key, 60), await once.claim(key, 60), await once.claim(`${key}:`, 60)]).toEqual([true, false, true])
      }),
    )

    test(
      `of ${RACERS} racing claims exactly one wins`,
      withStore(open, async ({ once }) => {
        const key = crypto.randomUUID()
        const won = await Promise.all(Array.from({ length: RACERS }, () => once.claim(key, 60)))
        expect(won.filter(Boolean)).toHaveLength(1)
      }),
    )

    test(
      'it may be claimed again when its life is over, which claiming in vain does not put off',
      withStore(open, async ({ once }) => {
        const key = crypto.randomUUID()
        await once.claim(key, 0.3)
        await until('the end of a claim', async () => ((await once.claim(key, 60)) ? true : undefined))
        expect(await once.claim(key, 60)).toBe(false)
      }),
    )

    test(
      'a key may be any text',
      withStore(open, async ({ once }) => {
        const run = crypto.randomUUID()
        const keys = ['{b00}:c:x', 'a:b', 'a%3Ab', 'ä', 'a b\r\nc', ''].map((key) => `${run}${key}`)
        expect(await Promise.all(keys.map((key) => once.claim(key, 60)))).toEqual(keys.map(() => true))
      }),
    )
  })
}
