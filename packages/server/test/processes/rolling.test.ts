import { until } from '@rekey/core/testing'
import { describe, test, vi } from 'vitest'
import type { TestContext } from 'vitest'
import { flowOf, NOTICE } from './flows.js'
import { FIRST_PASSWORD, openHouse, PATIENCE_MS, SLOW } from './house.js'
import type { House } from './house.js'
import type { Server } from './server.js'
import { codeIn, submit, Visitor } from './visitor.js'

/** The flow that everybody begins, and what a deployment makes of its file. */
const FLOW = { 'reset.yaml': flowOf('reset', ['userQuery', 'emailValidation', 'kba', 'reset']) }
const CHANGED_FLOW = { 'reset.yaml': flowOf('reset', ['userQuery', 'emailValidation: {}\n    attempts: 1', 'reset']) }
const WAIT = { timeout: PATIENCE_MS, interval: 20 }
const NEW_PASSWORD = 'Correct-Horse-1'
const LATER_PASSWORD = 'Battery-Staple-2'

const MAILED = 'emailValidation validateCode'
const ASKED = 'kbaSecurityAnswerVerificationStage initial'
const CHOOSE = 'resetStage initial'
const END = 'resetStage end'

async function open({ onTestFinished }: TestContext, flows = FLOW): Promise<{ readonly house: House; readonly jdoe: Visitor }> {
  const house = await openHouse({ flows, people: ['jdoe', 'bjensen'] }, onTestFinished)
  return { house, jdoe: new Visitor(house, 'jdoe') }
}

describe.concurrent('of several processes', SLOW, () => {
  test('a conversation that alternates between two of them finishes, whichever was started first', async (context) => {
    const { expect } = context
    const { house, jdoe } = await open(context)
    // The command that users start; each process keeps the mails that it was given in memory.
    const a = await house.start({ program: 'rekey serve' })
    const b = await house.start({ program: 'rekey serve' })
    const seen: string[] = []
    for (const [first, second, password] of [
      [a, b, NEW_PASSWORD],
      [b, a, LATER_PASSWORD],
    ] as const) {
      expect(await jdoe.search(first)).toBe(MAILED)
      const unseen = async () =>
        (await Promise.all([a, b].map(mailbox)))
          .flat()
          .flatMap(codeIn)
          .find((code) => !seen.includes(code))
      const code = await until('the code', unseen)
      seen.push(code)
      expect(await jdoe.says(second, { code })).toBe(ASKED)
      expect(await jdoe.answerQuestion(first)).toBe(CHOOSE)
      expect(await jdoe.choosePassword(second, password)).toBe(END)
      expect(await house.inForce('jdoe', [FIRST_PASSWORD, NEW_PASSWORD, LATER_PASSWORD])).toEqual([password])
    }
    expect([await a.stop(), await b.stop()]).toEqual([0, 0])
  })

  test('one is restarted in mid-conversation as an operator does it, and then killed', async (context) => {
    const { expect } = context
    const { house, jdoe } = await open(context)
    const [a, b] = await Promise.all([house.start(), house.start()])
    expect(await jdoe.search(a)).toBe(MAILED)
    await jdoe.mailedCode()
    expect(await a.stop()).toBe(0)
    expect(await jdoe.enterCode(b)).toBe(ASKED)
    const restarted = await house.start()
    expect(await jdoe.answerQuestion(restarted)).toBe(CHOOSE)
    await restarted.kill()
    expect(await jdoe.choosePassword(b, NEW_PASSWORD)).toBe(END)
  })

  test('SEC-14 keys are rotated in mid-conversation, one process after the other, until the old key is gone', async (context) => {
    const { expect } = context
    const { house, jdoe } = await open(context)
    const [a, b] = await Promise.all([house.start({ keys: ['k1', 'k2'] }), house.start({ keys: ['k1', 'k2'] })])
    expect(await jdoe.search(a)).toBe(MAILED)
    await jdoe.mailedCode()

    await a.stop()
    const rotatedA = await house.start({ keys: ['k2', 'k1'] })
    expect(keyOf(jdoe)).toBe('k1')
    expect(await jdoe.enterCode(rotatedA)).toBe(ASKED)
    expect(keyOf(jdoe)).toBe('k2')
    // B still signs with the old key and takes the new one's token, as A takes B's.
    expect(await jdoe.answerQuestion(b)).toBe(CHOOSE)
    expect(keyOf(jdoe)).toBe('k1')
    const other = new Visitor(house, 'jdoe')
    expect(await other.search(b)).toBe(MAILED)
    expect(await other.enterCode(rotatedA)).toBe(ASKED)

    await b.stop()
    const rotatedB = await house.start({ keys: ['k2', 'k1'] })
    expect(await jdoe.choosePassword(rotatedB, NEW_PASSWORD)).toBe(END)
    const later = new Visitor(house, 'jdoe')
    expect(await later.search(rotatedA)).toBe(MAILED)
    expect(await later.enterCode(rotatedB)).toBe(ASKED)
    await Promise.all([rotatedA.stop(), rotatedB.stop()])
    const withoutOldKey = await house.start({ keys: ['k2'] })
    expect(await later.answerQuestion(withoutOldKey)).toBe(CHOOSE)
    expect(await later.choosePassword(withoutOldKey, LATER_PASSWORD)).toBe(END)
  })

  test('a changed flow file changes no conversation under way, also where the old file was never seen', async (context) => {
    const { expect } = context
    const { house, jdoe } = await open(context)
    const [old, changed] = await Promise.all([house.start(), house.start({ flows: CHANGED_FLOW })])
    expect(await jdoe.search(old)).toBe(MAILED)
    // Two wrong codes are too many in the changed file, which asks no questions either.
    expect([await jdoe.says(changed, { code: 'wrong' }), await jdoe.says(changed, { code: 'bad' }), await jdoe.enterCode(changed)]).toEqual(
      ['400 Invalid code', '400 Invalid code', ASKED],
    )
    const later = new Visitor(house, 'jdoe')
    expect([await later.search(changed), await later.enterCode(old)]).toEqual([MAILED, CHOOSE])
    expect([await later.search(changed), await later.says(old, { code: 'wrong' }), await later.enterCode(changed)]).toEqual([
      MAILED,
      '400 Invalid code',
      '400 Snapshot token is invalid',
    ])

    await Promise.all([old.stop(), changed.stop()])
    const stranger = await house.start({ flows: CHANGED_FLOW })
    expect(await jdoe.answerQuestion(stranger)).toBe(CHOOSE)
    expect(await jdoe.choosePassword(stranger, NEW_PASSWORD)).toBe(END)
  })

  test('one that cannot finish a version of a step leaves the conversation to one that can', async (context) => {
    const { expect } = context
    const flows = { 'reset.yaml': flowOf('reset', ['userQuery', 'emailValidation', 'acme/badge', 'reset']) }
    const { house, jdoe } = await open(context, flows)
    const bjensen = new Visitor(house, 'bjensen')
    const release = (name: string) =>
      house.start({
        plugins: [new URL(`./plugins/${name}.mjs`, import.meta.url).pathname],
        leaseMs: 2_000,
        outbox: { idleMs: 300, maxDeliveries: 3, firstBackoffMs: 20 },
      })
    const [one, two] = await Promise.all([release('badge-1'), release('badge-2')])
    const badge = { number: '4711' }
    expect([await jdoe.search(one), await bjensen.search(one)]).toEqual([MAILED, MAILED])
    const code = await jdoe.mailedCode()
    // It is asked twice: nothing was counted, held or moved by the first refusal.
    expect([await submit(two, 'reset', jdoe.body({ code })), await jdoe.says(two, { code: 'wrong' })]).toEqual([
      { status: 503, body: { code: 503, reason: 'Service Unavailable', message: 'Service unavailable' } },
      '503 Service unavailable',
    ])
    expect([await jdoe.says(one, { code }), await jdoe.says(two, badge)]).toEqual(['acme/badge release1', '503 Service unavailable'])
    // What begins there, it can finish.
    expect([await jdoe.search(two), await jdoe.enterCode(two), await jdoe.says(two, badge)]).toEqual([
      MAILED,
      'acme/badge release2',
      CHOOSE,
    ])

    // Now one dies over a change that two cannot look after: it tries more often than an item may be tried, and the item is still owed.
    expect([await bjensen.enterCode(one), await bjensen.says(one, badge)]).toEqual(['acme/badge release1', CHOOSE])
    await one.dieAt('written')
    await expect(bjensen.choosePassword(one, NEW_PASSWORD)).rejects.toThrow()
    const tries = () => two.log.filter((line) => line.msg === 'not delivered' && line.conversation === bjensen.conversation)
    await vi.waitFor(() => expect(tries().length).toBeGreaterThan(3), WAIT)
    const owed = async () => [await house.owed(bjensen.conversation), house.mails('bjensen', NOTICE).length, await house.outbox.dead()]
    expect(await owed()).toEqual([1, 0, []])
    const both = await release('badge-2-finishes-1')
    await vi.waitFor(async () => expect(await owed()).toEqual([0, 1, []]), WAIT)
    // And what one had begun, the newer release finishes.
    expect(await bjensen.choosePassword(both, NEW_PASSWORD)).toBe(END)
  })
})

/** Mails that a server of the command keeps for its developer. */
async function mailbox(server: Server): Promise<readonly { readonly text: string }[]> {
  const response = await fetch(`${server.url}/dev/mailbox?to=jdoe@example.com`)
  return (await response.json()) as readonly { readonly text: string }[]
}

/** Id of the key that has signed the newest token. */
function keyOf({ token }: Visitor): unknown {
  const header: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())
  return typeof header === 'object' && header !== null && 'kid' in header ? header.kid : undefined
}
