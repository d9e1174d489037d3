import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer, Call } from '../wire/call.js'
import { house, WIRES, type House } from './house.js'
import { posts, type Send } from './speaker.js'

let at: House
beforeAll(async () => {
  at = await house()
})
afterAll(() => at.close())

const WHO = 'jdoe'
const MAIL = 'jdoe@example.com'
/** Somebody whose mails are those of one test. */
const TOLD = 'hdesk'
const TOLD_MAIL = 'hdesk@example.com'
let used = 0
const fresh = () => `Addressed-passw0rd-${(used += 1)}`
const guess = () => String(20_000_000 + (used += 1))

const refusals = (from: number) =>
  at.events.slice(from).filter(({ event, step }) => event === 'refused' && step === 'emailValidation').length
const passes = (from: number) => at.events.slice(from).filter(({ event, step }) => event === 'passed' && step === 'emailValidation').length

describe.each(WIRES)('over $name', (wire) => {
  test('SEC-41 a mailed link that scanners open three times is as good afterwards', async () => {
    const before = (await at.mails(MAIL)).length
    const visit = await at.named(wire, WHO)
    const mail = (await at.mails(MAIL))[before]
    const link = /https?:\/\/\S+/.exec(mail?.text ?? '')?.[0] ?? ''
    const { pathname, search } = new URL(link)
    const from = at.events.length
    for (const method of ['GET', 'HEAD', 'GET', 'HEAD', 'GET', 'HEAD']) {
      for (const more of [{}, { Purpose: 'prefetch', 'Sec-Purpose': 'prefetch' }]) {
        expect((await at.send({ method, target: `${pathname}${search}`, headers: more })).status).toBeLessThan(500)
      }
    }
    expect(at.events.slice(from).filter(({ event }) => CHANGING.has(event))).toEqual([])
    expect(await at.says(visit, visit.types(await at.code(MAIL)))).toBe('next')
    expect(await at.says(visit, visit.chooses(fresh()))).toBe('done')
  })

  test('SEC-40 SEC-43 the mail names its code in the text alone and says what to do; the change is told in another', async () => {
    const before = (await at.mails(TOLD_MAIL)).length
    const visit = await at.named(wire, TOLD)
    const code = await at.code(TOLD_MAIL)
    expect(await at.says(visit, visit.types(code))).toBe('next')
    const password = fresh()
    expect(await at.says(visit, visit.chooses(password))).toBe('done')
    await expect.poll(async () => (await at.mails(TOLD_MAIL)).length, { timeout: 5_000 }).toBe(before + 2)
    const mails = (await at.mails(TOLD_MAIL)).slice(before)
    expect(mails.map(({ subject }) => subject)).toEqual(['Confirm that you want a new password', expect.stringContaining('password')])
    expect(mails.map(({ text, html }) => [text.includes(code), html.includes(code)])).toEqual([
      [true, true],
      [false, false],
    ])
    expect(mails.map(({ text }) => text.includes('If it was not you'))).toEqual([true, true])
    expect(
      mails.filter((mail) => [password, 'Passw0rd1', TOLD].some((text) => JSON.stringify({ ...mail, to: '' }).includes(text))),
    ).toEqual([])
    expect(mails.filter(({ subject }) => subject.includes(code))).toEqual([])
  })

  test('SEC-47 a name that stands twice counts as its last, for the mail and for the person', async () => {
    const sent: Call[] = []
    const send: Send = (call) => {
      const twice = doubled(call, WHO, TOLD)
      if (twice !== call) sent.push(twice)
      return at.send(twice)
    }
    const before = [(await at.mails(MAIL)).length, (await at.mails(TOLD_MAIL)).length]
    const visit = await at.named(wire, WHO, send)
    expect(sent.length).toBeGreaterThan(0)
    const codes = (await at.mails(MAIL)).slice(before[0]).filter(({ subject }) => subject.startsWith('Confirm'))
    expect([codes.length, (await at.mails(TOLD_MAIL)).length]).toEqual([1, before[1]])
    expect(await at.says(visit, visit.types(await at.code(MAIL)))).toBe('next')
  })

  test('SEC-44 whatever address a request names, no answer leads there', async () => {
    const answers: Answer[] = []
    const send: Send = async (call) => {
      const answer = await at.send(call)
      answers.push(answer)
      return answer
    }
    // Each name and each place once: no wire but cidaas answers with a redirect, and there all pairs are tried below.
    const pairs = [...TARGETS.map((name, nth) => [name, placeAt(nth)] as const), ...PLACES.map((place) => ['next', place] as const)]
    for (const [name, place] of pairs) await send(naming(await wire.visit(send).names('nobody'), name, place))
    expect(answers.length).toBeGreaterThanOrEqual(pairs.length)
    expect(answers.filter(({ status }) => status >= 500)).toEqual([])
    expect(answers.filter(leads)).toEqual([])
  })

  test('SEC-27 SEC-54 another method or spelling of the call that takes the code is not there, or is counted', async () => {
    const visit = await at.named(wire, WHO)
    const code = await at.code(MAIL)
    const from = at.events.length
    const right = visit.types(code)
    for (const method of METHODS) {
      expect((await at.send({ ...right, method })).status).toBeLessThan(500)
      expect(
        (await at.send({ ...right, method: 'GET', headers: { ...right.headers, 'X-HTTP-Method-Override': method } })).status,
      ).toBeLessThan(500)
    }
    expect(passes(from)).toBe(0)
    for (const spelt of SPELLINGS) {
      const call = visit.types(guess())
      const answer = await at.send({ ...call, target: spelt(call.target) })
      expect(answer.status).toBeLessThan(500)
      expect(wire.visit(at.send).hears(jsonOr(answer))).toBe('refused')
    }
    const tried = refusals(from)
    expect(tried).toBeLessThanOrEqual(3)
    expect(await at.says(visit, right)).toBe(tried < 3 ? 'next' : 'refused')
    expect(await at.passwordIs(WHO, code)).toBe(false)
  })
})

test('SEC-44 a form of cidaas leads to configured pages only, whatever it names', async () => {
  const answers: Answer[] = []
  for (const name of TARGETS) {
    for (const place of PLACES) {
      const body = new URLSearchParams({
        requestId: 'x',
        email: MAIL,
        resetMedium: 'email',
        processingType: 'CODE',
        [name]: place,
      }).toString()
      const headers = {
        'Content-Type': 'application/x-www-form-urlencoded',
        Referer: place.startsWith('http') ? place : 'http://evil.example/',
      }
      answers.push(await at.send({ method: 'POST', target: '/users-srv/resetpassword/initiate', headers, body }))
    }
  }
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([302]))
  expect(answers.filter(leads)).toEqual([])
})

test('the search for foreign targets finds one that is followed', () => {
  expect(leads({ status: 302, headers: [['Location', 'http://evil.example/']], text: '' })).toBe(true)
})

const CHANGING = new Set(['passed', 'refused', 'approved', 'changed', 'ended', 'limited'])
const METHODS = ['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'LOCK', 'SEARCH', 'PURGE', 'MERGE', 'REPORT']

const SPELLINGS: readonly ((target: string) => string)[] = [
  (target) => `/${target}`,
  (target) => target.replace(/^[^?]*/, (path) => `${path}/`),
  (target) => target.replace(/^[^?]*/, (path) => `${path};a=b`),
  (target) => target.replace(/^[^?]*/, (path) => `${path}%00`),
  (target) => target.replace(/^[^?]*/, (path) => `${path}%ff`),
  (target) => target.replace(/^[^?]*/, (path) => path.toUpperCase()),
  (target) => target.replace(/^[^?]*/, (path) => `${path}/.`),
  (target) => `/x/..${target}`,
  (target) => target.replace(/^\/(.)/, (_, letter: string) => `/%${letter.charCodeAt(0).toString(16)}`),
  (target) => `http://evil.example${target}`,
]

const TARGETS = [
  'next',
  'url',
  'redirect',
  'redirect_uri',
  'return',
  'returnTo',
  'return_to',
  'continue',
  'goto',
  'target',
  'dest',
  'callback',
  'RelayState',
]
const PLACES = [
  'http://evil.example/',
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example/',
  '\\\\evil.example/',
  '///evil.example/',
  '/%2f/evil.example/',
  'https:evil.example',
  'javascript:alert("evil.example")',
  ' http://evil.example/',
]

const placeAt = (nth: number) => PLACES[nth % PLACES.length] ?? ''

/** A call that names a place to go to afterwards, in its query and in its body. */
function naming(call: Call, name: string, place: string): Call {
  const query = `${call.target.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(place)}`
  if (typeof call.body !== 'string' || !call.body.startsWith('{')) return { ...call, target: `${call.target}${query}` }
  const body: unknown = JSON.parse(call.body)
  return {
    ...posts(`${call.target}${query}`, {}, {}),
    headers: call.headers ?? {},
    body: JSON.stringify({ ...(body as object), [name]: place }),
  }
}

/** The same call, in which the member that names somebody stands before it with somebody else. */
function doubled(call: Call, who: string, other: string): Call {
  if (typeof call.body !== 'string') return call
  const body = call.body.replace(/"\w+":"(?:[^"\\]|\\.)*"/g, (member) =>
    member.includes(who) ? `${member.replace(who, other)},${member}` : member,
  )
  return body === call.body ? call : { ...call, body }
}

test('SEC-35 the mail goes to the address as the directory spells it, however it was typed', async () => {
  const before = (await at.mails(MAIL)).length
  const answer = await at.send(
    posts('/users-srv/resetpassword/initiate', {
      requestId: await requestId(),
      email: MAIL.replace('example.com', 'EXAMPLE.com'),
      processingType: 'CODE',
      resetMedium: 'EMAIL',
    }),
  )
  expect(answer.status).toBe(200)
  await expect.poll(async () => (await at.mails(MAIL)).length, { timeout: 5_000 }).toBeGreaterThan(before)
  expect((await at.mails('jdoe@EXAMPLE.com')).filter(({ to }) => to !== MAIL)).toEqual([])
})

async function requestId(): Promise<string> {
  const { text } = await at.send(posts('/authz-srv/authrequest/authz/generate', { client_id: 'addresses' }))
  return /"requestId":"([^"]+)"/.exec(text)?.[1] ?? ''
}

/** Whether an answer sends a browser to the foreign place, by a header or by its page. */
function leads({ headers, text }: Answer): boolean {
  return [...headers.flat(), text].some((said) => said.includes('evil.example'))
}

/** A page or nothing says no; what is JSON says it itself. */
function jsonOr(answer: Answer): Answer {
  return answer.text.startsWith('{') ? answer : { ...answer, status: Math.max(400, answer.status), text: '{}' }
}
