/** When answers go. */
export interface Ticks {
  /** Milliseconds from one to the next; 0 for none. */
  readonly everyMs: number
  /** Whether anybody still waits for the answer. */
  readonly isAwaited: () => boolean
}

/**
 * Does some work, and lets what came of it out at the next tick: a whole multiple of `everyMs` from now. How long the work took shows only where
 * it passes a tick, so that what one person costs more than another is not seen from outside. Ticks are counted from the beginning, by
 * a timer that runs beside the work: nothing of the work goes into the moment.
 */
export async function atTicks<T>({ everyMs, isAwaited }: Ticks, work: () => Promise<T>): Promise<T> {
  if (everyMs === 0) return work()
  let isDone = false
  const tick = new Promise<void>((resolve) => {
    const next = () => setTimeout(() => (isDone || !isAwaited() ? resolve() : next()), everyMs)
    next()
  })
  try {
    return await work()
  } finally {
    isDone = true
    await tick
  }
}
