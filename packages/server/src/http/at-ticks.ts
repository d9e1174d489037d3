import { randomInt } from 'node:crypto'
import type { Clock } from './clock.js'

/** When answers go. */
export interface Ticks {
  /** Milliseconds from one to the next. */
  readonly everyMs: number
  readonly clock: Clock
  /** Whether anybody still waits for the answer. */
  readonly isAwaited: () => boolean
  /** From 0 to 1, and less than 1: how late the first tick is, in parts of a tick. */
  readonly random?: () => number
}

/**
 * Does some work, and lets what came of it out at the next tick. The first comes one to two times `everyMs` from now, by chance; others follow
 * at that distance. How long the work took shows only where it passes a tick, so that what one person costs more than another is not seen from
 * outside. A clock that runs beside the work decides; nothing of the work goes into the moment, and what its traces in caches still tell is lost in
 * chance.
 */
export async function atTicks<T>({ everyMs, clock, isAwaited, random = chance }: Ticks, work: () => Promise<T>): Promise<T> {
  let isDone = false
  const tick = async () => {
    for (let ms = everyMs * (1 + random()); ; ms = everyMs) {
      await clock.wakeIn(ms)
      if (isDone || !isAwaited()) return
    }
  }
  const out = tick()
  try {
    return await work()
  } finally {
    isDone = true
    await out
  }
}

const PARTS = 2 ** 32

/** Not `Math.random`: whoever sees enough of that knows what comes next. */
function chance(): number {
  return randomInt(PARTS) / PARTS
}
