import { setTimeout } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { describe, test, vi } from 'vitest'
import type { TestContext } from 'vitest'
import { startRedis } from '../../../../scripts/redis-server.mjs'
import { flowOf, NOTICE } from './flows.js'
import { FIRST_PASSWORD, openHouse, PATIENCE_MS, SLOW } from './house.js'
import type { House } from './house.js'
import type { Server } from './server.js'
import { Visitor } from './visitor.js'

const AWAY = '503 Service unavailable'
const NEW_PASSWORD = 'Correct-Horse-1'
const CUT = { timeout: PATIENCE_MS, interval: 1 }
const WAIT = { timeout: PATIENCE_MS, interval: 100 }
/** A command is given up after two seconds; it may have waited as long for those before it. */
const ANSWERED_MS = 5_000

const flows = { 'reset.yaml': flowOf('reset', ['userQuery', 'emailValidation', 'reset']) }

/** A server on a Redis of its own, which may be hurt, and an administrator's connection to that. */
async function open({ onTestFinished }: TestContext) {
  const redis = await startRedis()
  const admin = new Redis(redis.url)
  admin.on('error', () => undefined)
  onTestFinished(async () => {
    admin.disconnect()
    await redis.stop()
  })
  const house = await openHouse({ flows, people: ['jdoe'], store: { redis: redis.url } }, onTestFinished)
  const server = await house.start({ leaseMs: 1_500, outbox: { idleMs: 500 } })
  return { redis, admin, house, server, jdoe: new Visitor(house, 'jdoe') }
}

describe.concurrent('Redis goes away in mid-conversation', SLOW, () => {
  test('a dropped connection costs a request that can be sent again, at the most', async (context) => {
    const { expect } = context
    const { admin, house, server, jdoe } = await open(context)
    /** The connections are cut while the request is on its way. */
    const cut = async (input: { readonly [name: string]: string }, good: string) => {
      const cutting = vi.waitFor(async () => expect(await admin.call('CLIENT', 'KILL', 'TYPE', 'normal')).toBeGreaterThan(0), CUT)
      const [answer] = await Promise.all([jdoe.says(server, input), cutting])
      if (answer === AWAY) expect(await jdoe.says(server, input)).toBe(good)
      else expect(answer).toBe(good)
    }
    expect(await jdoe.search(server)).toBe('emailValidation validateCode')
    await cut({ code: await jdoe.mailedCode() }, 'resetStage initial')
    await cut({ password: NEW_PASSWORD }, 'resetStage end')
    await expectChangedOnce(context, house)
  })

  test('a Redis that hangs is told in time, and when it goes on so does the conversation', async (context) => {
    const { expect } = context
    const { redis, house, server, jdoe } = await open(context)
    expect(await jdoe.search(server)).toBe('emailValidation validateCode')
    expect(await jdoe.enterCode(server)).toBe('resetStage initial')
    const input = { password: NEW_PASSWORD }
    process.kill(redis.pid, 'SIGSTOP')
    try {
      const answers = Promise.all([jdoe.says(server, input), readiness(server)])
      expect(await Promise.race([answers, setTimeout(ANSWERED_MS, 'no answer in time')])).toEqual([AWAY, 503])
    } finally {
      process.kill(redis.pid, 'SIGCONT')
    }
    await vi.waitFor(async () => expect(await jdoe.says(server, input)).toBe('resetStage end'), WAIT)
    await vi.waitFor(async () => expect(await readiness(server)).toBe(200), WAIT)
    await expectChangedOnce(context, house)
  })
})

async function readiness({ url }: Server): Promise<number> {
  return (await fetch(`${url}/ready`)).status
}

async function expectChangedOnce({ expect }: TestContext, house: House): Promise<void> {
  await vi.waitFor(async () => expect(await house.outbox.pending()).toBe(0), WAIT)
  expect({
    inForce: await house.inForce('jdoe', [FIRST_PASSWORD, NEW_PASSWORD]),
    changes: await house.changes('jdoe'),
    notices: house.mails('jdoe', NOTICE).length,
  }).toEqual({ inForce: [NEW_PASSWORD], changes: 1, notices: 1 })
}
