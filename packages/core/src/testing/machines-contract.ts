import { describe, expect, test } from 'vitest'
import type { OpenStore } from './store-fixture.js'
import { until } from './until.js'
import { withStore } from './with-store.js'

/** What every store of machines must do. */
export function machinesContract(name: string, open: OpenStore): void {
  describe(`${name}: machines`, () => {
    test(
      'a machine is found under its hash, as it was kept',
      withStore(open, async ({ machines }) => {
        const machine = JSON.stringify({
          flow: 'reset',
          title: 'Zurücksetzen ✓',
          nodes: Array.from({ length: 500 }, (_, index) => ({ index })),
        })
        await machines.keep('hash-one', machine, 60)
        expect(await machines.find('hash-one')).toBe(machine)
        expect(await machines.find('hash-two')).toBeUndefined()
      }),
    )

    test(
      'a machine is forgotten with its time, unless it is kept again',
      withStore(open, async ({ machines }) => {
        await machines.keep('left', 'machine', 0.2)
        await machines.keep('refreshed', 'machine', 0.2)
        await machines.keep('refreshed', 'machine', 60)
        await until('the end of the one', async () => ((await machines.find('left')) === undefined ? true : undefined))
        expect(await machines.find('refreshed')).toBe('machine')
      }),
    )

    test(
      'a machine that is there can be made to last, one that is not cannot',
      withStore(open, async ({ machines }) => {
        await machines.keep('left', 'machine', 0.2)
        await machines.keep('extended', 'machine', 0.2)
        expect(await machines.extend('extended', 60)).toBe(true)
        await until('the end of the one', async () => ((await machines.find('left')) === undefined ? true : undefined))
        expect(await machines.find('extended')).toBe('machine')
        expect(await machines.extend('left', 60)).toBe(false)
        expect(await machines.find('left')).toBeUndefined()
      }),
    )
  })
}
