import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { keepRenewing } from '../../src/engine/lease.js'
import type { EngineParts } from '../../src/engine/parts.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const LEASE_MS = 5_000
const claim = { id: 'c', fence: 1 }

/** The parts that a lease needs, over renewals that the test answers. */
function parts(renew: () => Promise<boolean>) {
  const calls: number[] = []
  const faults: unknown[] = []
  const begun = Date.now()
  // A lease looks at these three parts and at nothing else.
  const needed = {
    conversations: { renew: () => (calls.push(Date.now() - begun), renew()) },
    report: (fault: unknown) => void faults.push(fault),
    leaseMs: LEASE_MS,
  } as unknown as EngineParts
  return { needed, calls, faults }
}

describe('a lease', () => {
  test('is renewed in its middle, again and again, until its holder stops', async () => {
    const { needed, calls } = parts(async () => true)
    const stop = keepRenewing(needed, claim)
    await vi.advanceTimersByTimeAsync(9_000)
    stop()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(calls).toEqual([2_500, 5_000, 7_500])
  })

  test('is not renewed again after its holder has gone, though a renewal was on its way', async () => {
    const renewals: ((ours: boolean) => void)[] = []
    const { needed, calls } = parts(() => new Promise((resolve) => renewals.push(resolve)))
    const stop = keepRenewing(needed, claim)
    await vi.advanceTimersByTimeAsync(LEASE_MS)
    stop()
    for (const renewed of renewals) renewed(true)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(calls).toEqual([2_500])
  })

  test('is given up once it is somebody else’s', async () => {
    const { needed, calls } = parts(async () => false)
    keepRenewing(needed, claim)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(calls).toEqual([2_500])
  })

  test('is held for half a minute at the most', async () => {
    const { needed, calls } = parts(async () => true)
    keepRenewing(needed, claim)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(calls.at(-1)).toBe(30_000)
  })

  test('reports a store that fails, and goes no further', async () => {
    const { needed, calls, faults } = parts(async () => {
      throw new Error('the store is away')
    })
    keepRenewing(needed, claim)
    await vi.advanceTimersByTimeAsync(60_000)
    expect([calls, faults.map(String)]).toEqual([[2_500], ['Error: the store is away']])
  })
})
