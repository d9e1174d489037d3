import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { envelopeOf, liveServer, packageIn, type Answer, type Live } from './live.js'
import { good, LOGOUT, START } from './wire.js'

const PORTAL = 'https://portal.example'
let server: Live
beforeAll(async () => {
  server = await liveServer({ settings: { origins: [PORTAL] } })
})
afterAll(() => server.close())

async function signIn(user: string, password = 'Passw0rd1'): Promise<Answer> {
  const { session, ids } = packageIn(await server.start(user))
  return server.advance(session, { MechanismId: ids['UP'], Action: 'Answer', Answer: password })
}

const start = (headers: Readonly<Record<string, string>>, body: object = {}) => server.call(START, { User: 'jdoe', ...body }, headers)

describe('a start by somebody who is signed in', () => {
  let token = ''
  let first: Answer
  beforeAll(async () => {
    first = await signIn('hdesk')
    token = envelopeOf(first).Result.Auth
  })

  test.for<readonly [string, (token: string) => Readonly<Record<string, string>>]>([
    ['with the cookie', (value) => ({ Cookie: `.ASPXAUTH=${value}` })],
    ['with the cookie among others', (value) => ({ Cookie: `CCSID=1; .ASPXAUTH=${value}; x=y` })],
    ['with a bearer token', (value) => ({ Authorization: `Bearer ${value}` })],
    ['with the cookie, from a page of a configured origin', (value) => ({ Cookie: `.ASPXAUTH=${value}`, Origin: PORTAL })],
  ])('%s is answered with the session they have', async ([, headers]) => {
    const answer = await start(headers(token))
    const { TokenLifetime, ...result } = JSON.parse(answer.text).Result
    const { TokenLifetime: whole, ...same } = JSON.parse(first.text).Result
    expect([Object.keys(JSON.parse(answer.text).Result), result]).toEqual([Object.keys(JSON.parse(first.text).Result), same])
    expect(TokenLifetime).toSatisfy((seconds: number) => seconds > whole - 60 && seconds <= whole)
    expect(answer.headers.get('set-cookie')).toBe(`.ASPXAUTH=${token}; Path=/; HttpOnly; SameSite=Lax`)
  })

  test('keeps the cookie beyond the browser when the client says so', async () => {
    const answer = await start({ Cookie: `.ASPXAUTH=${token}` }, { PersistentLogin: true })
    expect(answer.headers.get('set-cookie')).toMatch(/^\.ASPXAUTH=[0-9A-F]+; Path=\/; Max-Age=28[78]\d\d; HttpOnly; SameSite=Lax$/)
  })

  test('begins nothing: no user is a fault as ever, a suffix alone asks for the host', async () => {
    const cookie = { Cookie: `.ASPXAUTH=${token}` }
    expect([(await start(cookie, { User: '' })).text, (await start(cookie, { User: '@tenant.example' })).text]).toEqual([
      expect.stringContaining('"Summary":"Undefined"'),
      JSON.stringify(good({ PodFqdn: new URL(server.url).host, Summary: 'Undefined' })),
    ])
  })
})

describe('a start with a credential that is not good looks like one without', () => {
  /** What is random in each package. */
  const shape = ({ status, headers, text }: Answer) => ({
    status,
    headers: [...headers].filter(([name]) => name !== 'date'),
    text: text.replaceAll(/"(SessionId|MechanismId)":"[^"]+"/g, '"$1":"…"'),
  })
  let alive = ''
  let over = ''
  let outdated = ''
  beforeAll(async () => {
    alive = envelopeOf(await signIn('bjensen')).Result.Auth
    over = envelopeOf(await signIn('jdoe')).Result.Auth
    await server.call(LOGOUT, [], { Cookie: `.ASPXAUTH=${over}` })
    outdated = envelopeOf(await signIn('admin')).Result.Auth
    const changed = await server.change(outdated, { oldPassword: 'Passw0rd1', newPassword: 'a quite new passphrase' })
    expect(envelopeOf(changed).success).toBe(true)
  })

  test.for<readonly [string, () => Readonly<Record<string, string>>]>([
    ['a session that nobody opened', () => ({ Cookie: '.ASPXAUTH=0123456789ABCDEF0123456789ABCDEF' })],
    ['a session that was ended', () => ({ Cookie: `.ASPXAUTH=${over}` })],
    ['a session from before a change of the password', () => ({ Cookie: `.ASPXAUTH=${outdated}` })],
    ['a good session in small letters', () => ({ Cookie: `.ASPXAUTH=${alive.toLowerCase()}` })],
    ['no text of a session at all', () => ({ Cookie: '.ASPXAUTH=../../x' })],
    ['an empty cookie', () => ({ Cookie: '.ASPXAUTH=' })],
    ['two cookies', () => ({ Cookie: `.ASPXAUTH=${alive}; .ASPXAUTH=${alive}` })],
    ['a bad bearer token beside a good cookie', () => ({ Authorization: 'Bearer AB12', Cookie: `.ASPXAUTH=${alive}` })],
    ['a token of somebody else', () => ({ Authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJqZG9lIn0.' })],
    ['a good cookie from a foreign page', () => ({ Cookie: `.ASPXAUTH=${alive}`, Origin: 'https://evil.example' })],
    ['a good cookie from another site', () => ({ Cookie: `.ASPXAUTH=${alive}`, 'Sec-Fetch-Site': 'cross-site' })],
  ])('%s', async ([, headers]) => {
    const without = await start({})
    expect(envelopeOf(without).Result.Summary).toBe('NewPackage')
    expect(shape(await start(headers()))).toEqual(shape(without))
    expect(without.text).not.toContain('"Auth"')
  })
})
