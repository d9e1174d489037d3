import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '@rekey/core'
import type { Answer } from '../wire/call.js'
import { house, LOST, WIRES, type House } from './house.js'
import { CHANGERS, generate, generatedIn, PERSON } from './one-call.js'
import type { Send, Visit, Wire } from './speaker.js'

const WHO = 'jdoe'
const MAIL = 'jdoe@example.com'

const open: House[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

async function opened(limits: JsonObject, lost = LOST): Promise<House> {
  const at = await house({ config: { limits }, lost })
  open.push(at)
  return at
}

let used = 0
const guess = () => String(30_000_000 + (used += 1))
const fresh = () => `Fresh-passw0rd-${(used += 1)}`

const limitedIn = ({ events }: House, from = 0) =>
  events.slice(from).flatMap(({ event, reason, step }) => (event === 'limited' ? [`${step ?? 'start'} ${reason ?? ''}`] : []))

/** Somebody at the question for the code, and the code that they were sent. */
async function withCode(at: House, wire: Wire, who = WHO, mail = MAIL): Promise<{ readonly visit: Visit; readonly code: string }> {
  const visit = await at.named(wire, who)
  return { visit, code: await at.code(mail) }
}

describe('failures in a row', () => {
  const inRow = { failures: { inRow: { free: WIRES.length, most: 100 } } }

  test('SEC-26 over all wires are one row, for somebody and for nobody, and a password can still be set on another way', async () => {
    const at = await opened(inRow)
    for (const who of [WHO, 'nobody']) {
      const from = at.events.length
      for (const wire of WIRES) {
        const visit = await at.named(wire, who)
        expect(await at.says(visit, visit.types(guess()))).toBe('refused')
      }
      expect(limitedIn(at, from)).toEqual([])
      for (const wire of WIRES) {
        const { visit, code } = await withCode(at, wire, who)
        expect([wire.name, await at.says(visit, visit.types(who === WHO ? code : guess()))]).toEqual([wire.name, 'refused'])
      }
      expect(limitedIn(at, from)).toEqual(WIRES.map(() => 'emailValidation failures-in-row'))
    }
    expect(generatedIn(await at.send(generate(WHO)))).not.toBe('')
  })

  test('SEC-20 of 64 that race over all wires no more are judged than are free, and the right one after them is refused', async () => {
    // One conversation takes all the guesses, so that nothing but the row bounds them.
    const at = await opened({ ...inRow, messages: { destination: '20/h' } }, LOST.replace('attempts: 3', 'attempts: 50'))
    const known = []
    for (const wire of WIRES) known.push(await withCode(at, wire))
    const calls = known.flatMap(({ visit }) => Array.from({ length: 16 }, () => visit.types(guess())))
    const answers = await Promise.all(calls.map((call) => at.send(call)))
    expect(answers.filter(({ status }) => status >= 500)).toEqual([])
    expect(at.events.filter(({ event, step }) => event === 'refused' && step === 'emailValidation')).toHaveLength(64)
    expect(limitedIn(at)).toHaveLength(64 - WIRES.length)
    for (const { visit, code } of known) expect(await at.says(visit, visit.types(code))).toBe('refused')
  })
})

function wireAt(index: number): Wire {
  const wire = WIRES[index % WIRES.length]
  if (!wire) throw new RangeError('there are no wires')
  return wire
}

describe('a flood of starts', () => {
  test('ends at the ceiling of the store, in the words of each wire, and those who were there before go on', async () => {
    const at = await opened({ starts: { store: '60/h' } })
    const before = []
    for (const wire of WIRES) before.push(await withCode(at, wire))
    for (let starts = 0; limitedIn(at).length === 0; starts++) await refusalOf(at, wireAt(0), `u${starts}`)
    const told: Record<string, string> = {}
    for (const wire of WIRES) told[wire.name] = saying(await refusalOf(at, wire, 'bjensen'))
    expect(told).toEqual(LIMITED)
    expect(new Set(limitedIn(at))).toEqual(new Set(['start starts-of-all']))
    for (const { visit, code } of before) expect(await at.says(visit, visit.types(code))).toBe('next')
    const [first] = before
    expect(first && (await at.says(first.visit, first.visit.chooses(fresh())))).toBe('done')
    // A caller who proves itself first leaves nothing of a stranger in the store.
    expect(generatedIn(await at.send(generate('Jon.One')))).not.toBe('')
  })
})

/** How the wires tell that there is too much at present. */
const LIMITED: { readonly [wire: string]: string } = {
  forgerock: '429 Too many requests',
  centrify: '200 Too many attempts. Please wait before you try again.',
  airlock: '429 TOO_MANY_REQUESTS',
  cidaas: '429 Too many requests',
}

/** How they tell that something is away. */
const AWAY: { readonly [wire: string]: string } = {
  forgerock: '503 Service unavailable',
  centrify: '503 The service is not available. Please try again later.',
  airlock: '503 EXTERNAL_SERVICE_UNAVAILABLE',
  cidaas: '500 Internal server error',
  'bright-pattern': '200 failed',
}

/** The first answer that refuses to begin a visit; undefined when it has begun. */
async function refusalOf(at: House, wire: Wire, who: string): Promise<Answer | undefined> {
  const answers: Answer[] = []
  const send: Send = async (call) => {
    const answer = await at.send(call)
    answers.push(answer)
    return answer
  }
  await send(await wire.visit(send).names(who))
  return answers.find((answer) => wire.visit(send).hears(answer) === 'refused')
}

/** The status, and the first words for a person or a program. */
function saying(answer: Answer | undefined): string {
  if (!answer) return 'nothing was refused'
  return `${answer.status} ${/"(?:message|Message|error|code|res)":"([^"]*)"/.exec(answer.text)?.[1] ?? ''}`
}

test('SEC-29 no header resets the budget of an address', async () => {
  const at = await opened({ starts: { address: '5/h' } })
  const statuses: number[] = []
  for (let spoof = 0; spoof < 40; spoof++) {
    const from = `203.0.113.${spoof}`
    const headers = { 'X-Forwarded-For': from, Forwarded: `for=${from}`, 'X-Real-IP': from, 'X-Client-IP': from, 'CF-Connecting-IP': from }
    const call = await wireAt(0).visit(at.send).names(`u${spoof}`)
    statuses.push((await at.send({ ...call, headers: { ...call.headers, ...headers } })).status)
  }
  expect(statuses).toEqual(statuses.map((_, start) => (start < 5 ? 200 : 429)))
})

describe('SEC-32 while the store does not count', () => {
  const state = { down: false }
  let at: House
  beforeAll(async () => {
    at = await house({ adapt: (ports) => ({ ...ports, budgets: failing(ports.budgets, state) }) })
  })
  afterAll(() => at.close())

  test.for(WIRES)('nothing is judged and nothing begins over $name, and afterwards it goes on', async (wire) => {
    const { visit, code } = await withCode(at, wire)
    state.down = true
    const away = [await at.send(visit.types(code)), await refusalOf(at, wire, 'bjensen')].map(saying)
    expect([wire.name, ...away]).toEqual([wire.name, AWAY[wire.name], AWAY[wire.name]])
    state.down = false
    expect(await at.says(visit, visit.types(code))).toBe('next')
    expect(await at.says(visit, visit.chooses(fresh()))).toBe('done')
  })

  test.for(CHANGERS)('no password changes in one call over $name', async ({ name, signedIn, isDone }) => {
    const change = await signedIn(at, OLD)
    state.down = true
    const answer = await at.send(change(OLD, fresh()))
    state.down = false
    expect([saying(answer), isDone(answer), await at.passwordIs(PERSON, OLD)]).toEqual([AWAY[name], false, true])
  })

  test('no password is generated over bright-pattern', async () => {
    state.down = true
    const answer = await at.send(generate(PERSON))
    state.down = false
    expect([saying(answer), generatedIn(answer), await at.passwordIs(PERSON, OLD)]).toEqual([AWAY['bright-pattern'], '', true])
    expect(generatedIn(await at.send(generate(PERSON)))).not.toBe('')
  })
})

/** The password of whoever changes it. */
const OLD = 'Passw0rd1'

/** The same calls, which fail while the state says so. */
function failing<T extends object>(part: T, state: { readonly down: boolean }): T {
  return new Proxy(part, {
    get(target, method) {
      const own: unknown = Reflect.get(target, method, target)
      if (typeof own !== 'function') return own
      return (...args: unknown[]): unknown => (state.down ? Promise.reject(new Error('the store is away')) : own.apply(target, args))
    },
  })
}
