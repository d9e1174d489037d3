import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { Secret } from '@rekey/core'
import { MemoryDirectory } from '@rekey/core/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { breachedPasswords, type BreachRules } from '../../../../src/adapters/passwords/breached/breached-passwords.js'
import { rangeCounts } from '../../../../src/adapters/passwords/breached/range-counts.js'
import { commonPasswords } from '../../../../src/adapters/passwords/common-passwords.js'
import { RulePolicy } from '../../../../src/adapters/passwords/rule-policy.js'
import { receiver, type ReceivedCall } from '../../webhook/receiver.js'

const PASSWORD = 'correct horse é staple'
const DIGEST = createHash('sha1').update(PASSWORD, 'utf8').digest('hex').toUpperCase()
const [PREFIX, SUFFIX] = [DIGEST.slice(0, 5), DIGEST.slice(5)]
const OTHER = '0'.repeat(35)

const says =
  (text: string, status = 200) =>
  (_call: ReceivedCall, response: ServerResponse) => {
    response.writeHead(status, { 'Content-Type': 'text/plain' }).end(text)
  }

async function listening(answer: (call: ReceivedCall, response: ServerResponse) => void) {
  const service = await receiver(answer)
  onTestFinished(() => service.close())
  return service
}

interface Given extends Partial<BreachRules> {
  readonly timeoutMs?: number
  readonly padding?: boolean
}

function asking(url: string, { timeoutMs = 5_000, padding = true, ...rules }: Given = {}) {
  const counts = rangeCounts({ is: 'range', url: `${url}/range/`, timeoutMs, padding })
  return breachedPasswords(counts, { minCount: 1, onFault: 'refuse', ...rules })
}

describe('SEC-71: what leaves the house', () => {
  /** Everything of the requests in one text. */
  const wire = (calls: readonly ReceivedCall[]) => JSON.stringify(calls)
  const leaks = (captured: string) =>
    [PASSWORD, SUFFIX, DIGEST.slice(0, 6), Buffer.from(PASSWORD).toString('base64'), encodeURIComponent(PASSWORD)].filter((part) =>
      captured.toUpperCase().includes(part.toUpperCase()),
    )

  test('is five characters of the digest, and a wish for padding', async () => {
    const service = await listening(says(`${SUFFIX}:3`))
    await asking(service.url).has(new Secret(PASSWORD))
    expect(service.calls).toHaveLength(1)
    const [call] = service.calls
    expect({ url: call?.url, body: call?.body }).toEqual({ url: `/range/${PREFIX}`, body: '' })
    expect(call?.headers).toMatchObject({ 'add-padding': 'true', 'user-agent': 'rekey' })
    expect(Object.keys(call?.headers ?? {})).not.toEqual(expect.arrayContaining(['cookie', 'authorization', 'referer']))
    expect(leaks(wire(service.calls))).toEqual([])
  })

  test('would be seen here if it were one character more', async () => {
    const service = await listening(says(`${SUFFIX}:3`))
    await fetch(`${service.url}/range/${DIGEST.slice(0, 6)}`)
    expect(leaks(wire(service.calls))).toEqual([DIGEST.slice(0, 6)])
  })

  test('is the same for somebody who does not exist, and nothing at all before the other rules are kept', async () => {
    const service = await listening(says(`${OTHER}:1`))
    const directory = new MemoryDirectory([{ id: 'p1', userName: 'jdoe', password: PASSWORD }])
    const rules = { minLength: 15, maxLength: 256, history: true }
    const policy = new RulePolicy(rules, { directory, commonPasswords: commonPasswords(''), breached: asking(service.url) })
    const known = await directory.read('p1')
    if (known === undefined) throw new Error('there is no p1')
    expect(await policy.check(new Secret('short'), known)).toEqual([{ rule: 'MIN_LENGTH', params: { minLength: 15 } }])
    expect(policy.checkStatic(new Secret(PASSWORD))).toEqual([])
    expect(service.calls).toEqual([])
    // Their own present password is looked up all the same.
    expect(await policy.check(new Secret(PASSWORD), known)).toEqual([{ rule: 'HISTORY' }])
    expect(await policy.check(new Secret(PASSWORD), { ...known, id: 'nobody' })).toEqual([])
    expect(service.calls.map(({ url }) => url)).toEqual([`/range/${PREFIX}`, `/range/${PREFIX}`])
  })

  test('SEC-53 goes nowhere else: a redirect is not followed', async () => {
    const elsewhere = await listening(says(`${SUFFIX}:3`))
    const service = await listening((_, response) => response.writeHead(302, { Location: `${elsewhere.url}/range/${PREFIX}` }).end())
    await expect(asking(service.url).has(new Secret(PASSWORD))).rejects.toThrow('answered with status 302')
    expect(elsewhere.calls).toEqual([])
  })

  test('is asked for without padding where that is wanted', async () => {
    const service = await listening(says(`${SUFFIX}:3`))
    await asking(service.url, { padding: false }).has(new Secret(PASSWORD))
    expect(service.calls[0]?.headers).not.toHaveProperty('add-padding')
  })
})

test('SEC-81 a certificate that nobody vouches for ends the call before anything is sent', async () => {
  const tls = new URL('../../directory/postgres/tls/', import.meta.url)
  const requests: string[] = []
  const [key, cert] = await Promise.all([readFile(new URL('server.key', tls)), readFile(new URL('server.pem', tls))])
  const server = createServer({ key, cert }, (request, response) => {
    requests.push(request.url ?? '')
    response.end(`${SUFFIX}:1`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  // Listening on a port, a server has an address of this form.
  const url = `https://localhost:${(server.address() as AddressInfo).port}`
  await expect(asking(url).has(new Secret(PASSWORD))).rejects.toThrow(
    /^the list of breached passwords gave no answer \((?:DEPTH_ZERO|UNABLE_TO|SELF_SIGNED|ERR_TLS)/,
  )
  expect(requests).toEqual([])
})

test.for<readonly [what: string, text: string, minCount: number, isBreached: boolean]>([
  ['one that was seen', `${OTHER}:9\r\n${SUFFIX}:1\r\n`, 1, true],
  ['one that was seen, in small letters', `${SUFFIX.toLowerCase()}:1`, 1, true],
  ['one that stands last and without an end of line', `${OTHER}:9\n${SUFFIX}:1`, 1, true],
  ['one that was not', `${OTHER}:9\r\n`, 1, false],
  ['padding of the same name', `${OTHER}:9\r\n${SUFFIX}:0\r\n`, 1, false],
  ['one that was seen seldom', `${SUFFIX}:9\r\n`, 10, false],
  ['one that was seen often enough', `${SUFFIX}:10\r\n`, 10, true],
])('judges %s', async ([, text, minCount, isBreached]) => {
  const service = await listening(says(text))
  expect(await asking(service.url, { minCount }).has(new Secret(PASSWORD))).toBe(isBreached)
})

test('SEC-66: looks up the one form that is set', async () => {
  const service = await listening(says(`${SUFFIX}:1`))
  expect(await asking(service.url).has(new Secret(PASSWORD.normalize('NFD')))).toBe(true)
  expect(await asking(service.url).has(new Secret('x'.repeat(60_000)))).toBe(false)
  expect(service.calls.map(({ url }) => url)).toEqual([`/range/${PREFIX}`])
})

describe('a service that is no help', () => {
  const FAULTS: readonly (readonly [string, (call: ReceivedCall, response: ServerResponse) => void, string])[] = [
    ['is down', says('', 503), 'answered with status 503'],
    ['wants to know who asks', says('', 401), 'answered with status 401'],
    ['is somebody else', says('<html>Welcome to our hotel</html>'), 'is no list of breached passwords'],
    ['has nothing to say', says(''), 'is no list of breached passwords'],
    ['has one line that is none', says(`${SUFFIX}:3\nnonsense\n`), 'is no list of breached passwords'],
    ['talks without end', says(`${OTHER}:1\r\n`.repeat(20_000)), 'is too long'],
    ['breaks off', (_, response) => response.socket?.destroy(), 'gave no answer'],
    ['says nothing', () => undefined, 'gave no answer'],
  ]

  test.for(FAULTS)('refuses by default, and lets through where that is wanted, when it %s', async ([what, answer, message]) => {
    const service = await listening(answer)
    const timeoutMs = what === 'says nothing' ? 50 : 5_000
    const refused = await asking(service.url, { timeoutMs })
      .has(new Secret(PASSWORD))
      .catch((fault: unknown) => fault)
    expect(refused).toMatchObject({ name: 'BreachCheckFault', message: expect.stringContaining(message) })
    // SEC-74: nothing of the password, nor the characters that were sent, is in what is told.
    expect(inspect(refused, { depth: 10, showHidden: true })).not.toMatch(new RegExp(`${PREFIX}|${SUFFIX}|horse`, 'i'))
    const told: unknown[] = []
    const lenient = asking(service.url, { timeoutMs, onFault: 'allow', report: (fault) => told.push(fault) })
    expect(await lenient.has(new Secret(PASSWORD))).toBe(false)
    expect(told).toEqual([expect.objectContaining({ name: 'BreachCheckFault' })])
  })
})

test('SEC-33: a service that is slow is asked by so many at a time, and whoever comes when the line is full is turned away', async () => {
  const answers: (() => void)[] = []
  const service = await listening((_, response) => answers.push(() => says(`${OTHER}:1`)({ url: '', headers: {}, body: '' }, response)))
  const breached = asking(service.url, { timeoutMs: 60_000 })
  const asked = Array.from({ length: 300 }, async () => breached.has(new Secret(PASSWORD)))
  const settled = Promise.allSettled(asked)
  await expect.poll(() => service.calls.length).toBe(16)
  const answering = { isOver: false }
  const done = settled.finally(() => (answering.isOver = true))
  for (; !answering.isOver;) {
    for (const answer of answers.splice(0)) answer()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const outcomes = (await done).map((one) =>
    one.status === 'fulfilled' ? String(one.value) : one.reason instanceof Error && one.reason.name,
  )
  expect([outcomes.filter((one) => one === 'false').length, outcomes.filter((one) => one === 'Overloaded').length]).toEqual([272, 28])
})

test('SEC-33: whoever waits in the line waits no longer than for the service itself', async () => {
  const service = await listening(() => undefined)
  const failing = async (one: ReturnType<typeof asking>): Promise<unknown> => one.has(new Secret(PASSWORD)).catch((fault: unknown) => fault)
  const [crowded, alone] = [asking(service.url, { timeoutMs: 300 }), asking(service.url, { timeoutMs: 300 })]
  const line = { isOver: false }
  const crowd = Promise.all(Array.from({ length: 160 }, () => failing(crowded))).finally(() => (line.isOver = true))
  let callsMeanwhile = 0
  for (; !line.isOver; callsMeanwhile++) await failing(alone)
  expect(await crowd).toEqual(Array.from({ length: 160 }, () => expect.objectContaining({ name: 'BreachCheckFault' })))
  // Ten lots of sixteen, each for as long as one call, would be ten.
  expect(callsMeanwhile).toBeLessThan(5)
})
