import { afterEach, expect, test } from 'vitest'
import { overridden } from './overridden.js'
import { closeRigs, openRig } from './rig.js'

afterEach(closeRigs)

/** An engine, and what it asks the store of machines to do. */
async function watched() {
  const calls: string[] = []
  const rig = await openRig({
    wrap: (options) => ({
      ...options,
      machines: overridden(options.machines, {
        keep: (...given) => (calls.push('keep'), options.machines.keep(...given)),
        extend: (...given) => (calls.push('extend'), options.machines.extend(...given)),
      }),
    }),
  })
  return { ...rig, calls }
}

test('a machine is written once, and made to last from then on', async () => {
  const { engine, calls } = await watched()
  await engine.refresh()
  await engine.refresh()
  expect(calls).toEqual(['keep', 'extend', 'extend'])
})

test('a machine that the store has lost is written anew', async () => {
  const { advance, calls } = await watched()
  await advance(30 * 86_400)
  await advance(1)
  expect(calls).toEqual(['keep', 'extend', 'keep', 'extend'])
})
