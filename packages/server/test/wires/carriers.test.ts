import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { valuesOf, type Answer, type Call } from '../wire/call.js'
import { house, WIRES, type House } from './house.js'
import type { Send, Visit, Wire } from './speaker.js'

let at: House
beforeAll(async () => {
  at = await house()
})
afterAll(() => at.close())

const WHO = 'jdoe'
const MAIL = 'jdoe@example.com'
const PLANTED = 'planted-by-the-caller'
let used = 0
const fresh = () => `Carried-passw0rd-${(used += 1)}`

/** A whole visit: what the server answered, the carriers that were out at any time, and the code. */
async function wholeVisit(wire: Wire, bend: (call: Call) => Call = (call) => call) {
  const answers: Answer[] = []
  const carriers = new Set<string>()
  const send: Send = async (call) => {
    const answer = await at.send(bend(call))
    answers.push(answer)
    return answer
  }
  const visit = await at.named(wire, WHO, send)
  const keep = () => visit.carriers().forEach((carrier) => carriers.add(carrier))
  keep()
  const code = await at.code(MAIL)
  const told = [visit.hears(await send(visit.types(code)))]
  keep()
  told.push(visit.hears(await send(visit.chooses(fresh()))))
  keep()
  return { answers, told, code, carriers: [...carriers].filter((carrier) => carrier.length > 16) }
}

/** All that a carrier can be read as: itself, and what its parts say in base64url. */
const readings = (carrier: string) => [carrier, ...carrier.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'))]

/** Which of these texts stand in a carrier, in any letter case. */
const saidBy = (carrier: string, texts: readonly string[]) =>
  texts.filter((text) => readings(carrier).some((reading) => reading.toLowerCase().includes(text.toLowerCase())))

describe.each(WIRES)('over $name', (wire) => {
  test('SEC-9 SEC-16 no carrier says who it is about, and no answer holds the code', async () => {
    const { answers, told, code, carriers } = await wholeVisit(wire)
    expect([told, code]).toEqual([['next', 'done'], expect.stringMatching(/^\d{8}$/)])
    const person = [WHO, MAIL, 'John', 'Doe', await at.idOf(WHO), code]
    expect(carriers.length).toBeGreaterThan(0)
    expect(carriers.flatMap((carrier) => saidBy(carrier, person))).toEqual([])
    expect(answers.filter(({ text, headers }) => `${text} ${headers.flat().join(' ')}`.includes(code))).toEqual([])
  })

  test('SEC-15 nothing that a caller makes up comes into a carrier', async () => {
    const { answers, told, carriers } = await wholeVisit(wire, withClaims)
    expect(told).toEqual(['next', 'done'])
    expect(carriers.flatMap((carrier) => saidBy(carrier, [PLANTED]))).toEqual([])
    expect(answers.filter(({ text, headers }) => `${text} ${headers.flat().join(' ')}`.includes(PLANTED))).toEqual([])
  })

  test('SEC-56 every cookie is kept from scripts, from foreign sites and from other hosts', async () => {
    const { answers } = await wholeVisit(wire)
    const cookies = answers.flatMap((answer) => valuesOf(answer, 'Set-Cookie'))
    expect(cookies.length > 0).toBe(wire.name === 'airlock')
    for (const cookie of cookies) {
      const [, ...attributes] = cookie.split('; ')
      expect(attributes.filter((attribute) => attribute !== 'Max-Age=0')).toEqual(['Path=/', 'HttpOnly', 'SameSite=Lax'])
      expect(cookie.length).toBeLessThan(4_096)
    }
  })
  test('SEC-60 every answer forbids to be kept and to be guessed at, also a refusal', async () => {
    const { answers } = await wholeVisit(wire)
    const visit = await at.named(wire, WHO, async (call) => kept(answers, await at.send(call)))
    for (const call of [visit.types('20000000'), visit.chooses('short'), { ...visit.types('x'), body: '{' }, visit.leaves?.()]) {
      if (call) kept(answers, await at.send(call))
    }
    const lax = answers.filter((answer) => !valuesOf(answer, 'Cache-Control').some((value) => value.includes('no-store')))
    const guessed = answers.filter((answer) => valuesOf(answer, 'X-Content-Type-Options').join() !== 'nosniff')
    expect([lax, guessed]).toEqual([[], []])
    expect(answers.length).toBeGreaterThan(6)
  })
})

describe('SEC-17 200 bent carriers cost no look at the store and none at the directory', () => {
  // Nobody finishes a visit here: what a change owes would be worked off beside the bent requests.
  const asked: string[] = []
  let quiet: House
  beforeAll(async () => {
    quiet = await house({
      adapt: (ports) => ({ ...ports, conversations: noting(ports.conversations, asked), directory: noting(ports.directory, asked) }),
    })
  })
  afterAll(() => quiet.close())

  test.each(WIRES)('over $name', async (wire) => {
    const visit = await quiet.named(wire, WHO)
    const code = await quiet.code(MAIL)
    asked.length = 0
    const answers: Answer[] = []
    for (const bend of BENDS) answers.push(await quiet.send(forged(visit, visit.types(code), bend)))
    expect(asked).toEqual([])
    expect(answers.map((answer) => wire.visit(quiet.send).hears(answer))).toEqual(answers.map(() => 'refused'))
    expect(new Set(answers.map(({ status, text }) => `${status} ${plain(text)}`)).size).toBe(1)
    expect(await quiet.says(visit, visit.types(code))).toBe('next')
    expect(asked).not.toEqual([])
  })
})

/** Adds an answer to those that were seen. */
function kept(answers: Answer[], answer: Answer): Answer {
  answers.push(answer)
  return answer
}

test('the search finds a name in a carrier that says it', () => {
  const telling = `e30.${Buffer.from('{"sub":"JDoe"}').toString('base64url')}.x`
  expect(saidBy(telling, [WHO, MAIL])).toEqual([WHO])
})

/** Members and headers of a caller who would like to have them signed. */
function withClaims(call: Call): Call {
  const claims = Object.fromEntries(
    ['jti', 'iss', 'state', 'flow', 'claims', 'conversation', 'fence', 'aud'].map((name) => [name, PLANTED]),
  )
  const headers = { ...call.headers, 'X-Request-Id': PLANTED, 'X-Session-Id': PLANTED }
  if (typeof call.body !== 'string' || !call.body.startsWith('{')) return { ...call, headers }
  const body: unknown = JSON.parse(call.body)
  return { ...call, headers, body: JSON.stringify({ ...(body as object), ...claims }) }
}

/** What is no carrier of ours: one letter changed at each of many places, and heads that would be dear to work off. */
const BENDS: readonly ((carrier: string) => string)[] = [
  ...Array.from({ length: 196 }, (_, at_) => (carrier: string) => {
    // The last letter of a text in base64 may hold bits that count for nothing.
    const place = (at_ * 7) % Math.max(1, carrier.length - 2)
    return `${carrier.slice(0, place)}${carrier.charAt(place) === 'A' ? 'B' : 'A'}${carrier.slice(place + 1)}`
  }),
  () => 'A'.repeat(6_000),
  () => `${head({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2 ** 31, p2s: 'AAAA' })}.AAAA.AAAA.AAAA.AAAA`,
  () => `${head({ alg: 'none' })}.${head({ jti: 'x' })}.`,
  () => `${head({ alg: 'HS256', kid: '../../../dev/null', jku: 'http://127.0.0.1:9/' })}.${head({ jti: 'x' })}.AAAA`,
]

function head(of: object): string {
  return Buffer.from(JSON.stringify(of)).toString('base64url')
}

/** A call whose carriers are other ones. */
function forged(visit: Visit, call: Call, bend: (carrier: string) => string): Call {
  const own = visit.carriers().filter((carrier) => carrier !== '')
  const swap = (text: string) => own.reduce((sum, carrier) => sum.replaceAll(carrier, bend(carrier)), text)
  return {
    ...call,
    target: swap(call.target),
    ...(call.headers && {
      headers: Object.fromEntries(Object.entries(call.headers).map(([name, value]) => [name, swap(String(value))])),
    }),
    ...(typeof call.body === 'string' && { body: swap(call.body) }),
  }
}

/** An answer without its ids and times. */
function plain(text: string): string {
  return text.replace(/"timestamp":"[^"]*"/, '"timestamp":"T"').replace(/"referenceNumber":"[^"]*"|"ErrorID":"[^"]*"/, 'an id')
}

/** The same part, whose calls are noted. */
function noting<T extends object>(part: T, asked: string[]): T {
  return new Proxy(part, {
    get(target, method) {
      const own: unknown = Reflect.get(target, method, target)
      if (typeof own !== 'function') return own
      return (...args: unknown[]): unknown => {
        asked.push(String(method))
        return own.apply(target, args)
      }
    },
  })
}
