import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '@rekey/core'
import type { Answer, Call } from '../wire/call.js'
import { house, WIRES, type House } from './house.js'
import { CHANGERS, PERSON } from './one-call.js'
import type { Send, Visit } from './speaker.js'

const WHO = 'jdoe'
const MAIL = 'jdoe@example.com'
/** Conversations in all, as many on each wire. */
const FLOOD = 160

const open: House[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

async function opened(limits: JsonObject): Promise<House> {
  const at = await house({ config: { limits } })
  open.push(at)
  return at
}

let used = 0
const fresh = () => `Persistent-passw0rd-${(used += 1)}`

test(`SEC-30 ${FLOOD} conversations over all wires send five mails, and no answer tells which`, async () => {
  const at = await opened({ messages: { destination: '5/h' } })
  const seen = new Map(WIRES.map(({ name }) => [name, new Set<string>()]))
  for (let nth = 0; nth < FLOOD / WIRES.length; nth++) {
    for (const wire of WIRES) {
      const visit = wire.visit(at.send)
      const answer = await at.send(await visit.names(WHO))
      expect(visit.hears(answer)).toBe('next')
      seen.get(wire.name)?.add(plain(answer, visit))
    }
  }
  expect([...seen].map(([name, answers]) => [name, answers.size])).toEqual(WIRES.map(({ name }) => [name, 1]))
  const dispatched = () => at.events.filter(({ event }) => event === 'sent' || event === 'withheld')
  await expect.poll(() => dispatched().length, { timeout: 15_000 }).toBeGreaterThanOrEqual(FLOOD)
  expect(dispatched().filter(({ event }) => event === 'sent')).toHaveLength(5)
  expect(await at.mails(MAIL)).toHaveLength(5)
})

let at: House
beforeAll(async () => {
  at = await house()
})
afterAll(() => at.close())

describe.each(WIRES)('over $name', (wire) => {
  test('SEC-24 all requests of a finished conversation, sent again after a later change, change nothing', async () => {
    const calls: Call[] = []
    const send: Send = (call) => {
      calls.push(call)
      return at.send(call)
    }
    const visit = await at.named(wire, WHO, send)
    expect(visit.hears(await send(visit.types(await at.code(MAIL))))).toBe('next')
    expect(visit.hears(await send(visit.chooses(fresh())))).toBe('done')
    const later = await proven(wire)
    const password = fresh()
    expect(await at.says(later, later.chooses(password))).toBe('done')
    const before = at.events.filter(({ event }) => event === 'changed').length
    for (const call of [...calls, ...calls.toReversed()]) expect((await at.send(call)).status).toBeLessThan(500)
    expect(at.events.filter(({ event }) => event === 'changed').length).toBe(before)
    expect(await at.passwordIs(WHO, password)).toBe(true)
  })

  test('SEC-24 a change ends the other conversations of its person', async () => {
    const other = await proven(wire)
    const visit = await proven(wire)
    const password = fresh()
    expect(await at.says(visit, visit.chooses(password))).toBe('done')
    expect(await at.says(other, other.chooses(fresh()))).toBe('refused')
    expect(await at.passwordIs(WHO, password)).toBe(true)
  })
})

describe.each(CHANGERS)('somebody who is signed in over $name', ({ signedIn, isDone }) => {
  test('SEC-64 guesses the old password no more often than a log-in may, and not by another type', async () => {
    const at = await opened({ failures: { inRow: { free: 5, most: 100 } } })
    const present = 'Passw0rd1'
    const change = await signedIn(at, present)
    const bent = ['', 'null', '{}', '[]', 'true', '1'].map((text) => swapped(change('OLD', fresh()), text))
    for (const call of bent) expect(isDone(jsonOf(await at.send(call)))).toBe(false)
    for (let tries = 0; tries < 20; tries++) expect(isDone(await at.send(change(`Wrong-passw0rd-${tries}`, fresh())))).toBe(false)
    expect(isDone(await at.send(change(present, fresh())))).toBe(false)
    expect(await at.passwordIs(PERSON, present)).toBe(true)
    const row = at.events.filter(({ event, reason }) => event === 'limited' && reason === 'failures-in-row')
    expect(row.length).toBeGreaterThanOrEqual(16)
  })
})

/** A visit whose code was right. */
async function proven(wire: (typeof WIRES)[number]): Promise<Visit> {
  const visit = await at.named(wire, WHO)
  expect(await at.says(visit, visit.types(await at.code(MAIL)))).toBe('next')
  return visit
}

/** A call in which the old password is something else; left out for an empty text. */
function swapped(call: Call, text: string): Call {
  const body = String(call.body).replace(/("\w+":)"OLD",?/, (_, name: string) => (text === '' ? '' : `${name}${text},`))
  return { ...call, body: body.replace(',}', '}') }
}

/** What is no JSON says no. */
function jsonOf(answer: Answer): Answer {
  return answer.text.startsWith('{') ? answer : { ...answer, text: '{}' }
}

/** An answer without its carriers, ids and times. */
function plain({ status, text, headers }: Answer, visit: Visit): string {
  const own = visit.carriers().filter((carrier) => carrier.length > 16)
  const said = [status, text, ...headers.filter(([name]) => name !== 'Date').map((header) => header.join(': '))].join('\n')
  return own
    .reduce((sum, carrier) => sum.replaceAll(carrier, 'CARRIER'), said)
    .replace(/"timestamp":"[^"]*"/, '"timestamp":"T"')
    .replaceAll(/[\w-]{20,}(?:\.[\w-]+){2}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|"[\w-]{43}"|"\d{18}"/g, 'ID')
}
