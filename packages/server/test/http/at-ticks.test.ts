import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { atTicks } from '../../src/http/at-ticks.js'
import type { Conversing } from '../../src/http/run-route.js'
import { echo, engine, serve } from './echo.js'

/** When, by a clock of the test's own, what took so many milliseconds came out. */
async function cameOut(takesMs: number, everyMs: number, work: () => string = () => 'done') {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const begun = Date.now()
  const settled = atTicks({ everyMs, isAwaited: () => true }, async () => {
    if (takesMs > 0) await new Promise((resolve) => setTimeout(resolve, takesMs))
    return work()
  }).then(
    (value) => ({ value, at: Date.now() - begun }),
    (error: unknown) => ({ error, at: Date.now() - begun }),
  )
  await vi.runAllTimersAsync()
  return settled
}

describe('what is done comes out at a tick (SEC-2)', () => {
  test.each([
    [0, 5, 5],
    [1, 5, 5],
    [4, 5, 5],
    [6, 5, 10],
    [9, 5, 10],
    [23, 5, 25],
    [7, 0, 7],
  ])('%i ms of work, ticks of %i ms: after %i ms', async (takesMs, everyMs, at) => {
    expect(await cameOut(takesMs, everyMs)).toEqual({ value: 'done', at })
  })

  test('and so does what fails', async () => {
    const error = new Error('fails')
    const fail = () => {
      throw error
    }
    expect(await cameOut(2, 5, fail)).toEqual({ error, at: 5 })
  })
})

test('what never ends is not waited for once nobody waits for its answer', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  let isAwaited = true
  const never = new Promise<never>(() => undefined)
  void atTicks({ everyMs: 5, isAwaited: () => isAwaited }, () => never)
  await vi.advanceTimersByTimeAsync(50)
  const before = vi.getTimerCount()
  isAwaited = false
  await vi.advanceTimersByTimeAsync(5)
  expect([before, vi.getTimerCount()]).toEqual([1, 0])
})

describe('answers', () => {
  const LONG = { answersEveryMs: 600_000, closeMs: 1 }

  test('of dialects wait for their tick, also those that refuse; others do not', async () => {
    const known = engine()
    const handled = vi.fn<Conversing['handle']>((intent) => known.handle(intent))
    const { url, listening } = await serve({ engine: { ...known, handle: handled }, limits: LONG, dialects: [echo] })
    let answered = 0
    const dropped = ['/echo/flow/known', '/echo/Loose?refused', '/echo/rules'].map((path) =>
      fetch(`${url}${path}`).then(
        () => (answered += 1),
        () => undefined,
      ),
    )
    await vi.waitFor(() => expect(handled).toHaveBeenCalledOnce())
    expect(await Promise.all(['/health', '/nowhere', '/echo/nowhere'].map(async (path) => (await fetch(`${url}${path}`)).status))).toEqual([
      200, 404, 404,
    ])
    await listening.close()
    await Promise.all(dropped)
    expect(answered).toBe(0)
  })

  test('that wait for their tick hold nobody up', async () => {
    const known = engine()
    const handled = vi.fn<Conversing['handle']>((intent) => known.handle(intent))
    const { url, listening } = await serve({ engine: { ...known, handle: handled }, limits: { ...LONG, requestsAtOnce: 1 } })
    const ask = () => fetch(`${url}/echo/flow/known`).catch(() => undefined)
    const held = [ask()]
    await vi.waitFor(() => expect(handled).toHaveBeenCalledOnce())
    // Had the first still counted, this one would have been answered at once, with 503.
    held.push(ask())
    await vi.waitFor(() => expect(handled).toHaveBeenCalledTimes(2))
    await listening.close()
    expect(await Promise.all(held)).toEqual([undefined, undefined])
  })
})
