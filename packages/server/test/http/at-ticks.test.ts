import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { atTicks, type Ticks } from '../../src/http/at-ticks.js'
import { threadClock } from '../../src/http/clock.js'
import type { Conversing } from '../../src/http/run-route.js'
import { echo, engine, serve } from './echo.js'

/** Ticks by timers that the test moves on. */
function ticks(over: Partial<Ticks> = {}): Ticks {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const wakeIn = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms))
  return { everyMs: 10, clock: { wakeIn }, isAwaited: () => true, random: () => 0, ...over }
}

/** When what took so many milliseconds came out. */
async function cameOut(of: Ticks, takesMs: number, work: () => string = () => 'done') {
  const begun = Date.now()
  const settled = atTicks(of, async () => {
    if (takesMs > 0) await of.clock.wakeIn(takesMs)
    return work()
  }).then(
    (value) => ({ value, at: Date.now() - begun }),
    (error: unknown) => ({ error, at: Date.now() - begun }),
  )
  await vi.advanceTimersByTimeAsync(1_000)
  return settled
}

describe('what is done comes out at a tick (SEC-2)', () => {
  test.each([
    [0, 0, 10],
    [1, 0, 10],
    [9, 0, 10],
    [11, 0, 20],
    [42, 0, 50],
    [0, 0.5, 15],
    [14, 0.5, 15],
    [16, 0.5, 25],
  ])('%i ms of work, the first tick %f late: after %i ms', async (takesMs, late, at) => {
    expect(await cameOut(ticks({ random: () => late }), takesMs)).toEqual({ value: 'done', at })
  })

  test('and so does what fails', async () => {
    const error = new Error('fails')
    const fail = () => {
      throw error
    }
    expect(await cameOut(ticks(), 2, fail)).toEqual({ error, at: 10 })
  })

  test('what never ends is not waited for once nobody waits for its answer', async () => {
    let isAwaited = true
    void atTicks(ticks({ isAwaited: () => isAwaited }), () => new Promise<never>(() => undefined))
    await vi.advanceTimersByTimeAsync(100)
    const before = vi.getTimerCount()
    isAwaited = false
    await vi.advanceTimersByTimeAsync(10)
    expect([before, vi.getTimerCount()]).toEqual([1, 0])
  })
})

describe('the clock', () => {
  const now = () => Number(process.hrtime.bigint()) / 1e6

  test('wakes at every moment, and at none too early', async () => {
    const { wakeIn } = threadClock()
    const waits = [30, 1, 7.5, 20, 7.25, 0.2, 12, ...Array.from({ length: 300 }, (_, at) => 1 + ((at * 7) % 25))]
    const woken: number[] = []
    const begun = now()
    const early = await Promise.all(
      waits.map(async (ms) => {
        await wakeIn(ms)
        woken.push(Math.max(1, ms))
        return now() - begun < Math.max(1, ms)
      }),
    )
    expect(early).not.toContain(true)
    expect(woken.length).toBe(waits.length)
  })

  test('starts again after it had nothing to wait for', async () => {
    const { wakeIn } = threadClock()
    for (let round = 0; round < 20; round += 1) await wakeIn(1)
    expect(threadClock().wakeIn).toBe(wakeIn)
  })
})

describe('answers', () => {
  const LONG = { answersEveryMs: 60_000, closeMs: 1 }

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
