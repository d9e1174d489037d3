import { expect, vi } from 'vitest'
import { ask } from '../../../../scripts/redis-groups.mjs'
import { PATIENCE_MS } from './house.js'

/**
 * Waits until a replica has all that its master was given so far: what is written last arrives last. `WAIT` would not do, as it waits for writes of its
 * own connection only.
 */
export async function caughtUp(masterPort: number, replicaPort: number): Promise<void> {
  await ask(masterPort, 'SET', 'written-last', 'yes')
  await vi.waitFor(async () => expect(await ask(replicaPort, 'EXISTS', 'written-last')).toBe('1'), { timeout: PATIENCE_MS, interval: 20 })
}
