/** Milliseconds since the epoch with fractions, never backwards, the same in all processes of this machine. */
export function now() {
  return performance.timeOrigin + performance.now()
}

/** @param {number} ms */
export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/**
 * Waits until something is there.
 * @template T
 * @param {string} what @param {() => T | Promise<T>} look @param {{ ms?: number, every?: number }} [patience]
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(what, look, { ms = 60_000, every = 50 } = {}) {
  const end = now() + ms
  for (;;) {
    const found = await look()
    if (found) return found
    if (now() > end) throw new Error(`${what} did not come within ${ms} ms`)
    await pause(every)
  }
}
