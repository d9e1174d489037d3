import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Answer, Call } from '../wire/call.js'
import { house, WIRES, type House } from './house.js'
import { CHANGERS, generate, generatedIn, PERSON } from './one-call.js'
import type { Told, Visit, Wire } from './speaker.js'

let at: House
beforeAll(async () => {
  at = await house()
})
afterAll(() => at.close())

const WHO = 'jdoe'
const MAIL = 'jdoe@example.com'
const RACERS = 16

let used = 0
/** Another password each time. */
const fresh = () => `Fresh-passw0rd-${(used += 1)}`

/** Everything that the tests below ask of a bad request: it is refused, and not by a fault of ours. */
function expectRefused(wire: Wire, answer: Answer): void {
  expect(answer.status).toBeLessThan(500)
  expect(meaning(wire, answer)).toBe('refused')
}

/** What an answer means, without any visit taking it in. */
function meaning(wire: Wire, answer: Answer): Told {
  return wire.visit(at.send).hears(answer)
}

/** A visit whose code was right. */
async function proven(wire: Wire): Promise<Visit> {
  const visit = await at.named(wire, WHO)
  expect(await at.says(visit, visit.types(await at.code(MAIL)))).toBe('next')
  return visit
}

/** How many passwords were changed so far. */
const changes = () => at.events.filter(({ event }) => event === 'changed').length

/** Nobody is stuck: the same person, begun anew, gets a password. */
async function expectNobodyStuck(wire: Wire): Promise<void> {
  const visit = await proven(wire)
  const password = fresh()
  expect(await at.says(visit, visit.chooses(password))).toBe('done')
  expect(await at.passwordIs(WHO, password)).toBe(true)
}

/** An answer without what is another one each time although it means the same: the date, and the time that Airlock prints. */
const plain = ({ status, headers, text }: Answer) => ({
  status,
  headers: headers.filter(([name]) => name !== 'Date'),
  text: text.replace(/"timestamp":"[^"]*"/, '"timestamp":"T"').replace(/"referenceNumber":"[^"]*"|"ErrorID":"[^"]*"/, 'an id'),
})

describe.each(WIRES)('over $name', (wire) => {
  test(`SEC-18 of ${RACERS} different passwords at once one is set`, async () => {
    const visit = await proven(wire)
    const before = changes()
    const passwords = Array.from({ length: RACERS }, fresh)
    const answers = await Promise.all(passwords.map((password) => at.send(visit.chooses(password))))
    const won = passwords.filter((_, racer) => answers[racer] && meaning(wire, answers[racer]) === 'done')
    expect([won.length, changes() - before]).toEqual([1, 1])
    expect(answers.filter(({ status }) => status >= 500)).toEqual([])
    expect(await at.passwordIs(WHO, won[0] ?? '')).toBe(true)
    await expectNobodyStuck(wire)
  })

  test(`${RACERS} equal passwords at once are one request, and each is told so`, async () => {
    const visit = await proven(wire)
    const before = changes()
    const call = visit.chooses(fresh())
    const answers = await Promise.all(Array.from({ length: RACERS }, () => at.send(call)))
    expect(answers.map((answer) => meaning(wire, answer))).toEqual(answers.map(() => 'done'))
    expect(changes() - before).toBe(1)
  })

  test(`${RACERS} guesses at once are no more than the flow allows`, async () => {
    const visit = await at.named(wire, WHO)
    const from = at.events.length
    const guesses = Array.from({ length: RACERS }, (_, racer) => visit.types(String(20_000_000 + racer)))
    const answers = await Promise.all(guesses.map((call) => at.send(call)))
    for (const answer of answers) expectRefused(wire, answer)
    expect(at.events.slice(from).filter(({ event }) => event === 'refused')).toHaveLength(3)
    expectRefused(wire, await at.send(visit.types(await at.code(MAIL))))
    await expectNobodyStuck(wire)
  })

  test('SEC-19 the same request again gets the same answer', async () => {
    const visit = await at.named(wire, WHO)
    const wrong = visit.types('20000000')
    expect(plain(await at.send(wrong))).toEqual(plain(await at.send(wrong)))
    const right = visit.types(await at.code(MAIL))
    const proof = await at.send(right)
    expect(plain(await at.send(right))).toEqual(plain(proof))
    visit.hears(proof)
    const weak = visit.chooses('short')
    expect(plain(await at.send(weak))).toEqual(plain(await at.send(weak)))
    const before = changes()
    const last = visit.chooses(fresh())
    expect(plain(await at.send(last))).toEqual(plain(await at.send(last)))
    expect(changes() - before).toBe(1)
  })

  test('a lost answer is asked for again, and the conversation goes on', async () => {
    const visit = await at.named(wire, WHO)
    const right = visit.types(await at.code(MAIL))
    await at.send(right)
    expect(await at.says(visit, right)).toBe('next')
    expect(await at.says(visit, visit.chooses(fresh()))).toBe('done')
  })

  test('SEC-24 after the end everything is refused, and changes nothing', async () => {
    const visit = await proven(wire)
    const code = await at.code(MAIL)
    const password = fresh()
    expect(await at.says(visit, visit.chooses(password))).toBe('done')
    const before = changes()
    for (const call of [visit.chooses(fresh()), visit.types(code), visit.types('20000000'), visit.asksAgain?.()]) {
      // Asking cidaas again for a code is the call that begins, and begins another conversation.
      if (call && !(call === visit.asksAgain?.() && wire.name === 'cidaas')) expectRefused(wire, await at.send(call))
    }
    expect([changes() - before, await at.passwordIs(WHO, password)]).toEqual([0, true])
    await expectNobodyStuck(wire)
  })

  test('SEC-21 what is not its turn is refused, and costs nothing', async () => {
    const visit = await at.named(wire, WHO)
    const before = changes()
    const early = await Promise.all(Array.from({ length: RACERS }, () => at.send(visit.chooses(fresh()))))
    for (const answer of early) expectRefused(wire, answer)
    expect(changes()).toBe(before)
    const code = await at.code(MAIL)
    expect(await at.says(visit, visit.types(code))).toBe('next')
    for (const late of [visit.types('20000000'), visit.types('20000001')]) expectRefused(wire, await at.send(late))
    expect(await at.says(visit, visit.chooses(fresh()))).toBe('done')
  })

  test.for<readonly [what: string, bend: (carrier: string) => string]>([
    ['one letter of it is another', (carrier) => bent(carrier, Math.floor(carrier.length / 2))],
    ['its last letters are others', (carrier) => bent(bent(carrier, carrier.length - 2), carrier.length - 3)],
    ['it is cut off', (carrier) => carrier.slice(0, -8)],
    ['it is longer', (carrier) => `${carrier}AAAA`],
    ['it is nothing like one', () => 'a.b.c'],
    ['it is long', () => 'A'.repeat(5_000)],
    ['it is a uuid', () => '5f5cbb84-4ceb-4975-b347-4bfac61e9248'],
  ])('SEC-16 SEC-17 a carrier is no good when %s', async ([, bend]) => {
    const visit = await at.named(wire, WHO)
    const code = await at.code(MAIL)
    const from = at.events.length
    expectRefused(wire, await at.send(forged(visit, visit.types(code), bend)))
    expect(at.events.slice(from).filter(({ event }) => event === 'passed' || event === 'refused')).toEqual([])
    expect(await at.says(visit, visit.types(code))).toBe('next')
    const password = visit.chooses(fresh())
    expectRefused(wire, await at.send(forged(visit, password, bend)))
    expect(await at.says(visit, password)).toBe('done')
  })

  test('SEC-9 the carrier of somebody else is good for them alone', async () => {
    const mine = await at.named(wire, WHO)
    const theirs = await at.named(wire, 'admin')
    const code = await at.code(MAIL)
    const [own] = mine.carriers()
    expectRefused(
      wire,
      await at.send(forged(mine, mine.types(code), (carrier) => (carrier === own ? (theirs.carriers()[0] ?? '') : carrier))),
    )
    expect(await at.says(mine, mine.types(code))).toBe('next')
  })
})

/** A call whose carriers are other ones. */
function forged(visit: Visit, call: Call, bend: (carrier: string) => string): Call {
  const swap = (text: string) =>
    visit
      .carriers()
      .filter((carrier) => carrier !== '')
      .reduce((sum, carrier) => sum.replaceAll(carrier, bend(carrier)), text)
  return {
    ...call,
    target: swap(call.target),
    ...(call.headers && {
      headers: Object.fromEntries(Object.entries(call.headers).map(([name, value]) => [name, swap(String(value))])),
    }),
    ...(typeof call.body === 'string' && { body: swap(call.body) }),
  }
}

/** The same with one letter changed, in a place whose every bit counts. */
function bent(text: string, place: number): string {
  const letter = text.charAt(place) === 'A' ? 'B' : 'A'
  return `${text.slice(0, place)}${letter}${text.slice(place + 1)}`
}

describe.each(CHANGERS)('one call over $name', ({ signedIn, isDone }) => {
  test(`of ${RACERS} changes at once one is made`, async () => {
    // Whichever wire came before, the person has a password that is known here.
    const present = await resetByMail()
    const change = await signedIn(at, present)
    const before = changes()
    const passwords = Array.from({ length: RACERS }, fresh)
    const answers = await Promise.all(passwords.map((password) => at.send(change(present, password))))
    const won = passwords.filter((_, racer) => answers[racer] && isDone(answers[racer]))
    expect([won.length, changes() - before]).toEqual([1, 1])
    expect(answers.filter(({ status }) => status >= 500)).toEqual([])
    expect(await at.passwordIs(PERSON, won[0] ?? '')).toBe(true)
    // The same call once more comes too late: that is no password any more, and on Centrify no session either.
    const again = await at.send(change(present, won[0] ?? ''))
    expect([isDone(again), again.status < 500, changes() - before]).toEqual([false, true, 1])
  })

  async function resetByMail(): Promise<string> {
    const [wire] = WIRES
    if (!wire) throw new Error('there is no wire')
    const visit = await at.named(wire, PERSON)
    await at.says(visit, visit.types(await at.code('muster.probantintest@example.com')))
    const password = fresh()
    expect(await at.says(visit, visit.chooses(password))).toBe('done')
    return password
  }
})

test(`of ${RACERS} generated passwords at once every one that was told was set, and one is in force`, async () => {
  const before = changes()
  const answers = await Promise.all(Array.from({ length: RACERS }, () => at.send(generate('Jon.One'))))
  expect(answers.filter(({ status }) => status !== 200)).toEqual([])
  const told = answers.map(generatedIn).filter((password) => password !== '')
  expect([told.length >= 1, changes() - before]).toEqual([true, told.length])
  const inForce = await Promise.all(told.map((password) => at.passwordIs('Jon.One', password)))
  expect(inForce.filter(Boolean)).toHaveLength(1)
})

describe('a conversation that has expired', () => {
  let late: House
  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    late = await house()
  })
  afterAll(async () => {
    vi.useRealTimers()
    await late.close()
  })

  test.each(WIRES)('over $name is refused, and the person begins again', async (wire) => {
    const visit = await late.named(wire, WHO)
    const code = await late.code(MAIL)
    vi.setSystemTime(Date.now() + 16 * 60_000)
    const from = late.events.length
    for (const call of [visit.types(code), visit.chooses(fresh())]) expectRefused(wire, await late.send(call))
    // Giving up what is over is no fault, on the wires where one can.
    const leaving = visit.leaves?.()
    if (leaving) expect((await late.send(leaving)).status).toBeLessThan(300)
    expect(late.events.slice(from).filter(({ event }) => event === 'passed' || event === 'changed')).toEqual([])
    const again = await late.named(wire, WHO)
    expect(await late.says(again, again.types(await late.code(MAIL)))).toBe('next')
    expect(await late.says(again, again.chooses(fresh()))).toBe('done')
  })
})
