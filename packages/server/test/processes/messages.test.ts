import { describe, test, vi } from 'vitest'
import type { TestContext } from 'vitest'
import { flowOf, NOTICE } from './flows.js'
import { addressOf, openHouse, PATIENCE_MS, SLOW } from './house.js'
import type { Flows, House, StartWishes } from './house.js'
import type { Point } from './server.js'
import { Visitor } from './visitor.js'

const CODE = 'Confirm that you want a new password'
const WAIT = { timeout: PATIENCE_MS, interval: 20 }
/** A dead process is found out within a second. */
const QUICK = { leaseMs: 2_000, outbox: { idleMs: 500 } } satisfies StartWishes

const FLOW = { 'reset.yaml': flowOf('reset', ['userQuery', 'emailValidation', 'reset']) }

function open({ onTestFinished }: TestContext, flows: Flows = FLOW): Promise<House> {
  return openHouse({ flows, people: ['jdoe', 'bjensen', 'scarter'] }, onTestFinished)
}

describe.concurrent('what a commit owes', SLOW, () => {
  test.for([
    ['before its mails are sent', 'sending', 1],
    ['when they are sent and nobody has noted it', 'sent', 2],
  ] as const satisfies readonly (readonly [string, Point, number])[])(
    'a process dies %s: each is sent by another one, under its own Message-ID',
    async ([, point, times], context) => {
      const { expect } = context
      const house = await open(context)
      const victim = await house.start(QUICK)
      const [jdoe, bjensen] = [new Visitor(house, 'jdoe'), new Visitor(house, 'bjensen')]
      await bjensen.search(victim)
      await bjensen.enterCode(victim)
      await vi.waitFor(async () => expect(await house.owed(bjensen.conversation)).toBe(0), WAIT)

      // It dies with both mails in hand: somebody's code, and the notice to somebody else.
      await victim.dieAt(point, 2)
      const asked = [jdoe.search(victim), bjensen.choosePassword(victim, 'Correct-Horse-1')]
      await Promise.allSettled(asked)
      expect(await victim.ended).toBe('SIGKILL')
      const sentBefore = times - 1
      expect([house.mails('jdoe', CODE).length, house.mails('bjensen', NOTICE).length]).toEqual([sentBefore, sentBefore])

      await house.start(QUICK)
      await vi.waitFor(async () => expect(await house.outbox.pending()).toBe(0), WAIT)
      for (const mails of [house.mails('jdoe', CODE), house.mails('bjensen', NOTICE)]) {
        expect(mails).toHaveLength(times)
        // The same to the last byte, code and link included.
        expect(mails).toEqual(mails.map(() => mails[0]))
      }
      expect(house.mails('jdoe', CODE)[0]?.messageId).not.toBe(house.mails('bjensen', NOTICE)[0]?.messageId)
    },
  )

  test('a mail that is refused is tried again, until it is taken, set aside, or pointless', async (context) => {
    const { expect } = context
    const house = await open(context, {
      ...FLOW,
      'brief.yaml': flowOf('brief', ['userQuery', 'emailValidation: { expires: 1s }', 'reset']),
    })
    const mailFailures = { [addressOf('jdoe')]: 2, [addressOf('bjensen')]: 1_000, [addressOf('scarter')]: 2 }
    const server = await house.start({ mailFailures, outbox: { maxDeliveries: 3, firstBackoffMs: 500 } })
    const visitors = [new Visitor(house, 'jdoe'), new Visitor(house, 'bjensen'), new Visitor(house, 'scarter', 'brief')] as const
    for (const visitor of visitors) expect(await visitor.search(server)).toBe('emailValidation validateCode')
    const [jdoe, bjensen, scarter] = visitors
    const outcomes = () => ({
      jdoe: [house.mails('jdoe').length, refusalsOf(house, jdoe), notesOf(house, jdoe)],
      bjensen: [house.mails('bjensen').length, refusalsOf(house, bjensen), notesOf(house, bjensen)],
      scarter: [house.mails('scarter').length, notesOf(house, scarter)],
    })
    const expected = {
      jdoe: [1, ['again', 'again'], ['sent']],
      bjensen: [0, ['again', 'again', 'dead'], []],
      // The code had expired when the third try was due, at the latest.
      scarter: [0, ['withheld expired']],
    }
    await vi.waitFor(() => expect(outcomes()).toEqual(expected), WAIT)
    await vi.waitFor(async () => expect(await house.outbox.pending()).toBe(0), WAIT)
    const dead = (await house.outbox.dead()).map((letter): unknown => (letter.is === 'message' ? JSON.parse(letter.body) : letter))
    expect(dead).toMatchObject([{ conversation: bjensen.conversation, message: { template: 'reset-code', to: addressOf('bjensen') } }])
    // No conversation has suffered; another mail may be asked for when the server is back.
    for (const visitor of visitors) expect(await visitor.says(server, { code: 'wrong' })).toBe('400 Invalid code')
    expect(outcomes()).toEqual(expected)
  })
})

/** What the audit trail says of mails of a conversation. */
function notesOf(house: House, { conversation }: Visitor): readonly string[] {
  return house
    .audit()
    .filter((line) => line.conversation === conversation && (line.event === 'sent' || line.event === 'withheld'))
    .map(({ event = '', reason }) => (reason === undefined ? event : `${event} ${reason}`))
}

/** What the log says became of mails of a conversation that were refused. */
function refusalsOf(house: House, { conversation }: Visitor): readonly unknown[] {
  return house.servers.flatMap(({ log }) =>
    log.flatMap((line) => (line.msg === 'not delivered' && line.conversation === conversation ? [line.next] : [])),
  )
}
