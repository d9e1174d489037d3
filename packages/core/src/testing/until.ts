const EVERY_MS = 5
const AT_MOST_MS = 10_000

/**
 * Asks again and again until the answer is there, instead of sleeping for as long as it might take.
 * @param what named when it does not come within ten seconds.
 * @param ask answers undefined while it is not there; a throw ends the waiting.
 */
export async function until<T>(what: string, ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + AT_MOST_MS
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
  }
}
