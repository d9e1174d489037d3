import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { live, TOKEN, type Asked } from './live.js'

const FLOW = `flow: generate
speaks:
  bright-pattern: generate
require: vouched
steps:
  - trustedCaller: { secret: '\${REKEY_BRIGHT_PATTERN_TOKEN}', mode: timed }
  - userQuery: { fields: [login, domain, principalName, distinguishedName], alternatives: any }
  - generatePassword
`

const asking = (user: unknown, more: object = {}) => ({ type: 'request', request: { action: 'generate_password', user }, ...more })

describe('the call of the page', () => {
  test.for([
    'Jon.One',
    'mydomain\\Jon.One',
    'Jon.One@mydomain.com',
    'LDAP://CN=Jon.One,CN=Users,DC=mydomain,DC=com',
    'jon.one',
    'MYDOMAIN.COM\\JON.ONE',
  ])('sets a password for %s', async (user) => {
    const { send, passwordIs } = await live()
    const { status, text } = await send({ body: asking(user, { emp_num: '4711' }) })
    const password = (JSON.parse(text) as { readonly response: { readonly password: string } }).response.password
    expect([status, text]).toEqual([
      200,
      `{"res":"ok","type":"response","response":{"password":${JSON.stringify(password)},"username":"CN=Jon.One,CN=Users,DC=mydomain,DC=com"}}`,
    ])
    expect(password).toMatch(/^(?=.*[A-Z])(?=.*[a-z])(?=.*[2-9])(?=.*[!#$%*+=?@_-]).{12}$/)
    expect([await passwordIs('Jon.One', password), await passwordIs('Jon.One', 'Passw0rd1')]).toEqual([true, false])
  })

  test('sets one that keeps the standard policy', async () => {
    const { send, passwordIs } = await live(undefined, { profile: 'standard' })
    const { text } = await send({ body: asking('Jon.One') })
    const { res, response } = JSON.parse(text) as { readonly res: string; readonly response?: { readonly password: string } }
    const password = response?.password ?? ''
    expect([res, password.length, await passwordIs('Jon.One', password)]).toEqual(['ok', 15, true])
  })

  test('SEC-1 every refusal reads alike, and only the log tells them apart', async () => {
    const { send, events, passwordIs } = await live()
    const bodies = [
      asking('nobody'),
      asking('Jane.Two'),
      asking('llock'),
      asking('*'),
      asking('otherdomain\\Jon.One'),
      asking(''),
      asking(17),
      { type: 'request' },
      {},
    ]
    const answers = await Promise.all(bodies.map((body) => send({ body })))
    expect(answers.map(({ status, text }) => `${status} ${text}`)).toEqual(bodies.map(() => '200 {"res":"failed"}'))
    expect(new Set(answers.map(({ headers }) => JSON.stringify(headers))).size).toBe(1)
    expect(await passwordIs('Jane.Two', 'Passw0rd1')).toBe(true)
    expect(events).toEqual(expect.arrayContaining(['named no-match', 'hidden group-disallowed', 'named state-locked']))
  })

  test('a body that is no JSON is 400, after the token', async () => {
    const { send } = await live()
    const pasted = '{"type":"request","request":{"action":"generate_password","user":"mydomain\\Jon.One"}}'
    for (const body of ['{', '[]', pasted, 'x'.repeat(70_000)]) {
      const { status, text } = await send({ body })
      expect([status, text]).toEqual([400, '{"res":"failed"}'])
    }
  })
})

test('a wrong token is an unknown path, byte by byte', async () => {
  const { send } = await live()
  const good = asking('Jon.One')
  const unknown = await send({ path: '/no/such/path', body: good })
  expect([unknown.status, unknown.text]).toEqual([404, '{"type":"urn:rekey:not-found","title":"Not Found","status":404}'])
  const asked: readonly Asked[] = [
    { token: '', body: good },
    { token: 'wrong', body: good },
    { token: TOKEN.toUpperCase(), body: good },
    { token: 'wrong', body: '{' },
    { token: 'wrong', body: {} },
    { token: 'wrong', body: 'x'.repeat(70_000) },
    { token: 'wrong' },
    { method: 'PUT', body: good },
    { path: '/api/users/', body: good },
    { path: '/api/users/Jon.One', body: good },
    { path: '/API/users', body: good },
    { path: '/api', body: good },
  ]
  for (const one of asked) expect(await send(one)).toEqual(unknown)
  for (const method of ['GET', 'DELETE', 'OPTIONS', 'PATCH']) {
    expect(await send({ method })).toEqual(await send({ method, path: '/no/such/path' }))
  }
})

test('the timed token: of this window and its neighbours, and not the shared one', async () => {
  const { send } = await live(FLOW)
  const window = Math.floor(Date.now() / 300_000)
  const timed = (at: number) => createHash('sha1').update(`${TOKEN}${at}`).digest('hex')
  // The sample of the vendor's manual.
  expect(timed(5_373_119)).toBe('a930a186df2a671ff66c6144ee4878422dde80f5')
  const status = async (token: string) => (await send({ token, body: asking('nobody') })).status
  // Two windows away holds whenever the test runs; one away may become two while it does.
  expect(await Promise.all([timed(window), timed(window).toUpperCase()].map(status))).toEqual([200, 200])
  expect(await Promise.all([timed(window - 3), timed(window + 3), TOKEN, ''].map(status))).toEqual([404, 404, 404, 404])
})
