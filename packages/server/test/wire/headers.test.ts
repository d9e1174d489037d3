import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ANONYMOUS, submitTo, valuesOf, type Answer, type Call } from './call.js'
import { wireConfig, wireServer, type WireOptions, type WireServer } from './server.js'

let server: WireServer
beforeAll(async () => {
  server = await wireServer()
})
afterAll(() => server.close())

const JSON_HEADERS = { ...ANONYMOUS, 'Content-Type': 'application/json' }
const FORGEROCK = 'application/json; charset=UTF-8'
const OURS = 'application/json; charset=utf-8'
const PROBLEM = 'application/problem+json'
const PASSWORD = '{"password":"x"}'

type Route = readonly [name: string, call: Call, status: number, type: string, more?: readonly string[]]
const get = (target: string, headers: Call['headers'] = {}): Call => ({ method: 'GET', target, headers })
const post = (target: string, body: string): Call => ({ method: 'POST', target, headers: JSON_HEADERS, body })

const ROUTES: readonly Route[] = [
  ['health', get('/health'), 200, OURS],
  ['the mailbox', get('/dev/mailbox'), 200, OURS],
  [
    'the mailbox as a page',
    get('/dev/mailbox', { Accept: 'text/html' }),
    200,
    'text/html; charset=utf-8',
    ['Content-Security-Policy', 'Referrer-Policy'],
  ],
  ['a process', get('/openidm/selfservice/reset'), 200, FORGEROCK, ['ETag']],
  ['a process with a slash', get('/openidm/selfservice/reset/'), 200, FORGEROCK, ['ETag']],
  ['a submit', post(submitTo('reset'), '{"input":{}}'), 200, FORGEROCK],
  ['a submit that is refused', post(submitTo('reset'), '{}'), 400, FORGEROCK],
  ['a submit of nobody', { ...post(submitTo('reset'), '{}'), headers: {} }, 401, FORGEROCK],
  ['a submit that is too large', post(submitTo('reset'), ' '.repeat(100_000)), 413, FORGEROCK],
  ['the policy of a process', get('/openidm/policy/selfservice/reset'), 200, FORGEROCK],
  ['a check of a password', post('/openidm/policy/selfservice/reset?_action=validateObject', PASSWORD), 200, FORGEROCK],
  ['the policy of people', get('/openidm/policy/managed/user'), 200, FORGEROCK],
  ['the settings of the pages', get('/openidm/info/uiconfig'), 200, FORGEROCK],
  ['the features', get('/openidm/info/features?_queryFilter=true'), 200, FORGEROCK],
  ['the configuration of the older pages', get('/openidm/config/ui/configuration'), 200, FORGEROCK],
  ['a process that is not there', get('/openidm/selfservice/x'), 403, FORGEROCK],
  ['a path of the dialect that is not there', get('/openidm/x'), 404, FORGEROCK],
  ['another verb', { method: 'DELETE', target: '/openidm/selfservice/reset', headers: ANONYMOUS }, 403, FORGEROCK],
  ['a path that is bent', get('/openidm/%ff'), 404, FORGEROCK],
  ['a path of nobody', get('/x'), 404, PROBLEM],
  ['the root', get('/'), 404, PROBLEM],
  ['a verb that health lacks', { method: 'POST', target: '/health' }, 405, PROBLEM, ['Allow']],
  ['an expectation', { ...post(submitTo('reset'), '{}'), headers: { ...JSON_HEADERS, Expect: 'tea' } }, 417, PROBLEM],
]

/** What Node puts behind our headers. */
const TRANSPORT = ['Date', 'Connection', 'Keep-Alive', 'Transfer-Encoding', 'Content-Length']

describe('every answer is kept by no cache, guessed at by no browser, and tells nothing of what made it (SEC-60)', () => {
  test.for(ROUTES)('%s', async ([, call, status, type, more = []]) => {
    const answer = await server.client.send(call)
    expect({
      status: answer.status,
      type: valuesOf(answer, 'Content-Type'),
      stored: valuesOf(answer, 'Cache-Control').map((value) => value.includes('no-store')),
      sniffed: valuesOf(answer, 'X-Content-Type-Options'),
      others: namesBeside(answer, [...TRANSPORT, 'Content-Type', 'Cache-Control', 'X-Content-Type-Options']),
    }).toEqual({ status, type: [type], stored: [true], sniffed: ['nosniff'], others: more })
  })

  test.for(ROUTES)('a foreign page is allowed nothing: %s (SEC-59)', async ([, call]) => {
    const asked = await server.client.send({
      method: 'OPTIONS',
      target: call.target,
      headers: {
        Origin: 'https://evil.example',
        'Access-Control-Request-Method': call.method,
        'Access-Control-Request-Headers': 'x-openidm-username',
      },
    })
    const told = await server.client.send({ ...call, headers: { ...call.headers, Origin: 'https://evil.example' } })
    const allowed = [asked, told].flatMap(({ headers }) => headers.filter(([name]) => /^(?:access-control-|vary$)/i.test(name)))
    expect([asked.status >= 400, allowed]).toEqual([true, []])
  })
})

test('a mail is the same whatever host the request names (SEC-34)', async () => {
  const link = /https?:\/\/[^/]+\//
  const links: (string | undefined)[] = []
  for (const [at, headers] of [
    {},
    { Host: 'evil.example' },
    { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https', Forwarded: 'host=evil.example' },
    { 'X-Original-URL': 'http://evil.example/', 'X-Host': 'evil.example', Referer: 'http://evil.example/' },
  ].entries()) {
    await server.client.post(submitTo('resetOneStage'), { input: { queryFilter: 'userName eq "mdurand"' } }, headers)
    links.push(link.exec((await server.nextMail('mdurand@example.fr', at)).text)?.[0])
  }
  expect(links).toEqual(links.map(() => `${server.running.url}/`))
})

describe('the mailbox of developers (SEC-78)', () => {
  test.for<readonly [string, WireOptions]>([
    ['in production', { env: { NODE_ENV: 'production' }, config: { directory: { seed: 'demo' } } }],
    ['with `dev` off', { config: { dev: false, directory: { seed: 'demo' } } }],
    ['without a mailbox', { config: { mail: { mailbox: false } } }],
  ])('is absent %s', async ([, options]) => {
    const quiet = await wireServer(options)
    try {
      // Somebody is owed a mail, so there would be something to read.
      await quiet.client.post(submitTo('resetOneStage'), { input: { queryFilter: 'userName eq "jdoe"' } })
      const answers = await Promise.all(
        ['/dev/mailbox', '/dev/mailbox/', '/dev/mailbox?to=jdoe@example.com', '/dev', '//dev/mailbox'].map((target) =>
          quiet.client.get(target),
        ),
      )
      expect(answers.map(({ status, text }) => [status, text])).toEqual(
        answers.map(() => [404, '{"type":"urn:rekey:not-found","title":"Not Found","status":404}']),
      )
      expect(JSON.stringify(quiet.running.report)).not.toContain('/dev/mailbox')
    } finally {
      await quiet.close()
    }
  })

  test('is absent on an address that others can reach, and cannot be asked for there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rekey-wire-'))
    try {
      expect((await wireConfig(folder, { config: { host: '0.0.0.0' } })).dev).toBe(false)
      await expect(wireConfig(folder, { config: { host: '0.0.0.0', dev: true } })).rejects.toThrow(/dev/)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})

function namesBeside({ headers }: Answer, usual: readonly string[]): readonly string[] {
  return headers.map(([name]) => name).filter((name) => !usual.includes(name))
}
