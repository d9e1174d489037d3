import type { Snapshot } from '../machine/snapshot.js'
import type { Digests } from './digests.js'
import type { Intent } from './intent.js'
import { uuidOf } from './uuid-of.js'

type Repeats = NonNullable<Intent['repeats']>

/**
 * The ids under which an equal start may stand: that of the present window of time, and of the one before. They follow from what the start is
 * about, so that every process finds the conversation of the first.
 */
export function repeatIds(digests: Digests, { dialect, flow }: Intent, { key, seconds }: Repeats, now: number): readonly [string, string] {
  const window = Math.floor(now / seconds)
  const idOf = (number: number) => uuidOf(digests.bytes('repeat', dialect, flow, key, String(number)))
  return [idOf(window), idOf(window - 1)]
}

/** Whether a start may still be answered with the conversation of an equal one: soon after it, and before anything was proved in it. */
export function isRepeatable(snapshot: Snapshot, { seconds }: Repeats, now: number): boolean {
  return !snapshot.ended && snapshot.evidence.length === 0 && snapshot.approvedRound === undefined && now <= snapshot.startedAt + seconds
}
