import { beforeAll, describe, expect, test, vi } from 'vitest'
import { NOTICE, flowOf } from './flows.js'
import { FIRST_PASSWORD, openHouse, PATIENCE_MS, SLOW } from './house.js'
import type { House } from './house.js'
import { releasedTogether } from './released-together.js'
import type { RawAnswer } from './released-together.js'
import type { Server } from './server.js'
import { Visitor } from './visitor.js'

const RACERS = 64
const WHOLE_STORY = ['started', 'opened', 'named', 'opened', 'sent', 'passed', 'opened', 'passed', 'changed', 'ended', 'sent'].toSorted()
/** So long that the look after a marked change is still owed when the race is over. */
const PATIENT = { leaseMs: 30_000 }
const WAIT = { timeout: PATIENCE_MS, interval: 20 }
const flows = { 'reset.yaml': flowOf('reset', ['userQuery', 'emailValidation', 'reset']) }
const racers = Array.from({ length: RACERS }, (_, number) => number)

describe.for([
  ['three processes on one Redis', 3, {}],
  ['one process with its own memory', 1, { store: 'memory' }],
] as const)('in %s', SLOW, ([, count, where]) => {
  let house: House
  let servers: readonly Server[]
  let first: Server

  beforeAll(async () => {
    house = await openHouse({ flows, people: ['one', 'two', 'three', 'four'], ...where })
    first = await house.start(PATIENT)
    servers = [first, ...(await Promise.all(Array.from({ length: count - 1 }, () => house.start(PATIENT))))]
    return () => house.close()
  })

  async function begin(userName: string): Promise<Visitor> {
    const visitor = new Visitor(house, userName)
    expect(await visitor.search(first)).toBe('emailValidation validateCode')
    return visitor
  }

  const race = (visitor: Visitor, inputOf: (number: number) => { readonly [name: string]: string }) =>
    releasedTogether(
      racers.map((number) => ({
        server: servers[number % servers.length] ?? { url: '' },
        process: visitor.process,
        body: visitor.body(inputOf(number)),
      })),
    )

  test('SEC-18 SEC-19 64 equal codes and then 64 equal passwords: one effect, 64 equal answers', async () => {
    const visitor = await begin('one')
    const code = await visitor.mailedCode()
    const entered = await race(visitor, () => ({ code }))
    expect(different(entered)).toEqual([entered[0]])
    expect(summary(entered)).toEqual({ 'resetStage initial': RACERS })
    // The same request once more, only to take the token that all of them were given.
    await visitor.answer(first, { code })

    const set = await race(visitor, () => ({ password: 'Correct-Horse-1' }))
    expect(different(set)).toEqual([set[0]])
    expect(summary(set)).toEqual({ 'resetStage end': RACERS })
    expect(await house.changes(visitor.userName)).toBe(1)
    expect(await house.inForce(visitor.userName, [FIRST_PASSWORD, 'Correct-Horse-1'])).toEqual(['Correct-Horse-1'])
    await onlyOneNotice(house, visitor)
    await vi.waitFor(() => expect(eventsOf(house, visitor)).toEqual(WHOLE_STORY), WAIT)
  })

  test('SEC-18 SEC-19 64 different passwords: one is set, 63 are refused and audited', async () => {
    const visitor = await begin('two')
    expect(await visitor.enterCode(first)).toBe('resetStage initial')
    const passwords = racers.map((number) => `Correct-Horse-${number}`)
    const answers = await race(visitor, (number) => ({ password: passwords[number] ?? '' }))
    expect(summary(answers)).toEqual({ 'resetStage end': 1, '400 Snapshot token is invalid': RACERS - 1 })
    expect(different(answers.filter(({ status }) => status === 400)).map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { code: 400, reason: 'Bad Request', message: 'Snapshot token is invalid' },
    ])
    const winner = answers.findIndex(({ status }) => status === 200)
    expect(await house.inForce(visitor.userName, [FIRST_PASSWORD, ...passwords])).toEqual([passwords[winner]])
    expect(await house.changes(visitor.userName)).toBe(1)
    await onlyOneNotice(house, visitor)
    await vi.waitFor(() => expect(alarmsOf(house, visitor)).toEqual(racers.slice(1).map(() => 'token-spent')), WAIT)
    expect(eventsOf(house, visitor).filter((event) => event === 'changed')).toEqual(['changed'])
  })

  test('SEC-20 64 wrong codes use up the five attempts, and then the right one is refused', async () => {
    const visitor = await begin('three')
    const code = await visitor.mailedCode()
    const answers = await race(visitor, (number) => ({ code: String((Number(code) + 1 + number) % 1e8).padStart(8, '0') }))
    expect(summary(answers)).toEqual({ '400 Invalid code': 5, '400 Snapshot token is invalid': RACERS - 5 })
    expect(await visitor.says(first, { code })).toBe('400 Snapshot token is invalid')
    await vi.waitFor(() => expect(endsOf(house, visitor)).toEqual(['ended', ...Array.from({ length: 5 }, () => 'refused')]), WAIT)
    expect(await visitor.search(first)).toBe('emailValidation validateCode')
  })

  test('64 equal wrong codes are one attempt', async () => {
    const visitor = await begin('four')
    const code = await visitor.mailedCode()
    const wrong = String((Number(code) + 1) % 1e8).padStart(8, '0')
    const answers = await race(visitor, () => ({ code: wrong }))
    expect(different(answers)).toEqual([answers[0]])
    expect(summary(answers)).toEqual({ '400 Invalid code': RACERS })
    await vi.waitFor(() => expect(endsOf(house, visitor)).toEqual(['refused']), WAIT)
    expect(await visitor.says(first, { code })).toBe('resetStage initial')
  })
})

/** The answers that differ in a byte from those before them. */
function different(answers: readonly RawAnswer[]): readonly RawAnswer[] {
  return [...new Map(answers.map((answer) => [JSON.stringify(answer), answer])).values()]
}

function summary(answers: readonly RawAnswer[]): { readonly [words: string]: number } {
  const counts: Record<string, number> = {}
  for (const { status, body } of answers) {
    const { type, tag, message } = JSON.parse(body) as { type?: string; tag?: string; message?: string }
    const words = status === 200 ? `${type} ${tag}` : `${status} ${message}`
    counts[words] = (counts[words] ?? 0) + 1
  }
  return counts
}

/** One has come, and nothing is owed any more: the commit has taken back the look that its mark had owed. */
async function onlyOneNotice(house: House, visitor: Visitor): Promise<void> {
  await vi.waitFor(() => expect(house.mails(visitor.userName, NOTICE)).toHaveLength(1), WAIT)
  if (house.options.store !== 'memory') await vi.waitFor(async () => expect(await house.owed(visitor.conversation)).toBe(0), WAIT)
  expect(house.mails(visitor.userName, NOTICE)).toHaveLength(1)
}

function auditOf(house: House, { conversation }: Visitor) {
  return house.audit().filter((line) => line.conversation === conversation)
}

/** Sorted by name: the logs of several processes have no common order. */
function eventsOf(house: House, visitor: Visitor): readonly string[] {
  return auditOf(house, visitor)
    .flatMap(({ event }) => event ?? [])
    .toSorted()
}

/** Refusals and the end. */
function endsOf(house: House, visitor: Visitor): readonly string[] {
  return eventsOf(house, visitor).filter((event) => event === 'refused' || event === 'ended')
}

function alarmsOf(house: House, visitor: Visitor): readonly string[] {
  return auditOf(house, visitor).flatMap(({ alarm, event }) => (alarm === true && event !== undefined ? [event] : []))
}
