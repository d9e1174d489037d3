import { createHmac, generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { REVOCATION_KEPT_SECONDS, Secret, type Sessions } from '@rekey/core'
import { memoryStore } from '@rekey/core/memory'
import { MemoryDirectory } from '@rekey/core/testing'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Issuer } from '../../../src/adapters/bearers/issuer.js'
import { KnownBearers } from '../../../src/adapters/bearers/known-bearers.js'

const NOW = 1_767_323_045
const now = () => NOW * 1_000
const ISSUER = 'https://issuer.example.com'
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const stranger = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const JWKS = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }] })

const people = () =>
  new MemoryDirectory([
    { id: 'p-jdoe', userName: 'jdoe', mail: 'jdoe@example.com', password: 'Passw0rd1' },
    { id: 'p-anonymous', userName: 'anonymous' },
    { id: 'p-locked', userName: 'locked', state: 'locked' },
    { id: 'p-twin-1', userName: 'twin1', mail: 'twins@example.com' },
    { id: 'p-twin-2', userName: 'twin2', mail: 'twins@example.com' },
  ])

function bearersOf(more: Partial<Issuer> = {}, directory = people()) {
  const { sessions } = memoryStore({ now })
  const issuer: Issuer = {
    issuer: ISSUER,
    audience: 'rekey',
    keys: { is: 'jwks', text: JWKS },
    algorithms: ['RS256'],
    subject: 'id',
    clockSkewSeconds: 30,
    ...more,
  }
  return { sessions, directory, bearers: new KnownBearers({ sessions, directory, issuers: [issuer], now }) }
}

interface TokenWishes {
  /** `kid: null` leaves it out. */
  readonly header?: {
    readonly alg?: string
    readonly kid?: string | null
    readonly crit?: readonly string[]
    readonly typ?: string
    readonly jku?: string
    readonly x5u?: string
  }
  readonly claims?: { readonly [name: string]: unknown }
  readonly key?: typeof privateKey
}

const CLAIMS = { iss: ISSUER, aud: 'rekey', sub: 'p-jdoe', iat: NOW, exp: NOW + 60 }

/** A token; claims that are undefined are left out. */
function token({ header: { kid = 'k1', crit, ...header } = {}, claims = {}, key = privateKey }: TokenWishes = {}): Promise<string> {
  const given = Object.fromEntries(Object.entries({ ...CLAIMS, ...claims }).filter(([, value]) => value !== undefined))
  return new SignJWT(given)
    .setProtectedHeader({ alg: 'RS256', ...(kid !== null && { kid }), ...(crit && { crit: [...crit] }), ...header })
    .sign(key)
}

describe('SEC-62 after a change that revokes, of its person and of nobody else', () => {
  const CHANGED = NOW - 10

  test.for([
    ['of before it', { iat: CHANGED - 1 }, false],
    ['of its very second', { iat: CHANGED }, false],
    ['of a part of its second', { iat: CHANGED + 0.5 }, false],
    ['of after it', { iat: CHANGED + 1 }, true],
    ['of before it, of somebody else', { iat: CHANGED - 1, sub: 'p-anonymous' }, true],
  ] as const)('a token %s', async ([, claims, isGood]) => {
    const { sessions, bearers } = bearersOf()
    await sessions.revokeUntil('p-jdoe', CHANGED)
    expect((await bearers.verify(new Secret(await token({ claims })))) !== undefined).toBe(isGood)
  })

  test('a token that names its person by another attribute is over as well', async () => {
    const { sessions, bearers } = bearersOf({ subject: 'mail' })
    const old = new Secret(await token({ claims: { sub: 'jdoe@example.com' } }))
    expect(await bearers.verify(old)).toMatchObject({ principal: 'p-jdoe' })
    await sessions.revokeUntil('p-jdoe', NOW)
    expect(await bearers.verify(old)).toBeUndefined()
  })

  test('a token that is older than revocations are remembered is never good', async () => {
    const { bearers } = bearersOf()
    const aged = async (seconds: number) => bearers.verify(new Secret(await token({ claims: { iat: NOW - seconds } })))
    expect([(await aged(REVOCATION_KEPT_SECONDS - 1)) !== undefined, await aged(REVOCATION_KEPT_SECONDS)]).toEqual([true, undefined])
  })

  test('what cannot be looked up is not taken for good', async () => {
    const { sessions, directory } = bearersOf()
    const issuer: Issuer = { issuer: ISSUER, keys: { is: 'jwks', text: JWKS }, algorithms: ['RS256'], subject: 'id', clockSkewSeconds: 30 }
    const away: Sessions = {
      issue: (session) => sessions.issue(session),
      find: (one) => sessions.find(one),
      revoke: (one) => sessions.revoke(one),
      revokeUntil: (principal, until) => sessions.revokeUntil(principal, until),
      revokedUntil: async () => Promise.reject(new Error('the store is away')),
    }
    const bearers = new KnownBearers({ sessions: away, directory, issuers: [issuer], now })
    await expect(bearers.verify(new Secret(await token()))).rejects.toThrow('the store is away')
  })
})

describe('tokens of an issuer', () => {
  test.for([
    ['a good one', {}, { principal: 'p-jdoe', scopes: [], subjects: ['p-jdoe'] }],
    ['one with scopes in a list', { claims: { scopes: ['a', 'b', 5] } }, { principal: 'p-jdoe', scopes: ['a', 'b'], subjects: ['p-jdoe'] }],
    ['one with scopes in a text', { claims: { scope: 'a  b' } }, { principal: 'p-jdoe', scopes: ['a', 'b'], subjects: ['p-jdoe'] }],
    ['one with a second name', { claims: { isub: 'i-1' } }, { principal: 'p-jdoe', scopes: [], subjects: ['p-jdoe', 'i-1'] }],
    ['one for several', { claims: { aud: ['other', 'rekey'] } }, { principal: 'p-jdoe', scopes: [], subjects: ['p-jdoe'] }],
    ['one that has ended within the skew', { claims: { exp: NOW - 29 } }, { principal: 'p-jdoe', scopes: [], subjects: ['p-jdoe'] }],
    ['one made a little in the future', { claims: { iat: NOW + 29 } }, { principal: 'p-jdoe', scopes: [], subjects: ['p-jdoe'] }],
    ['one that has ended', { claims: { exp: NOW - 31 } }, undefined],
    ['one of the future', { claims: { iat: NOW + 31 } }, undefined],
    ['one not yet good', { claims: { nbf: NOW + 31 } }, undefined],
    ['one without an end', { claims: { exp: undefined } }, undefined],
    ['one without a beginning', { claims: { iat: undefined } }, undefined],
    ['one without a subject', { claims: { sub: undefined } }, undefined],
    ['one of a type', { header: { typ: 'JWT' } }, { principal: 'p-jdoe', scopes: [], subjects: ['p-jdoe'] }],
    ['an access token by its type', { header: { typ: 'Application/AT+jwt' } }, { principal: 'p-jdoe', scopes: [], subjects: ['p-jdoe'] }],
    ['a log-out token', { header: { typ: 'logout+jwt' } }, undefined],
    ['a proof of possession', { header: { typ: 'dpop+jwt' } }, undefined],
    ['one of an empty type', { header: { typ: '' } }, undefined],
    ['one with an empty subject', { claims: { sub: '' } }, undefined],
    ['one for nobody', { claims: { sub: 'p-nobody' } }, undefined],
    ['one for somebody who is locked', { claims: { sub: 'p-locked' } }, undefined],
    ['one for another audience', { claims: { aud: 'other' } }, undefined],
    ['one for no audience', { claims: { aud: undefined } }, undefined],
    ['one of another issuer', { claims: { iss: `${ISSUER}/` } }, undefined],
    ['one of no issuer', { claims: { iss: undefined } }, undefined],
    ['one signed by a stranger', { key: stranger.privateKey }, undefined],
    ['one without a key id', { header: { kid: null } }, undefined],
    ['one with another key id', { header: { kid: 'k2' } }, undefined],
    ['a key id that is a path', { header: { kid: '../../etc/passwd' } }, undefined],
    ['a key id that is a prototype', { header: { kid: '__proto__' } }, undefined],
    ['another algorithm of the same key', { header: { alg: 'PS256' } }, undefined],
    ['an extension it must understand', { header: { crit: ['exp'] } }, undefined],
  ] as const satisfies readonly (readonly [string, TokenWishes, object | undefined])[])(
    'SEC-11 SEC-12 SEC-13: %s',
    async ([, wishes, bearer]) => {
      const { bearers } = bearersOf()
      const made = await token(wishes).catch(() => 'a.b.c')
      expect(await bearers.verify(new Secret(made))).toEqual(bearer)
    },
  )

  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const pem = publicKey.export({ format: 'pem', type: 'spki' })
  const forSharedSecret = `${part({ alg: 'HS256', kid: 'k1' })}.${part(CLAIMS)}`
  const forged: readonly (readonly [what: string, token: string])[] = [
    ['no signature', `${part({ alg: 'none', kid: 'k1' })}.${part(CLAIMS)}.`],
    [
      'the public key taken for a shared secret',
      `${forSharedSecret}.${createHmac('sha256', pem).update(forSharedSecret).digest('base64url')}`,
    ],
    ['a header that is a list', `${part([])}.${part(CLAIMS)}.x`],
    ['a header that is no JSON', `x.${part(CLAIMS)}.x`],
    ['nothing', ''],
    ['two dots', '..'],
    ['eight kilobytes', `${'x'.repeat(9_000)}.y.z`],
  ]
  test.for(forged)('SEC-11 SEC-17: %s', async ([, text]) => {
    expect(await bearersOf().bearers.verify(new Secret(text))).toBeUndefined()
  })

  test.for([
    ['userName', 'JDOE', 'p-jdoe'],
    ['mail', 'jdoe@example.com', 'p-jdoe'],
    ['mail', 'twins@example.com', undefined],
    ['userName', 'p-jdoe', undefined],
    ['userName', 'ANONYMOUS', undefined],
    ['userName', 'anonymous', undefined],
  ] as const)('a subject may be a %s: %s', async ([subject, sub, principal]) => {
    const { bearers } = bearersOf({ subject })
    const bearer = await bearers.verify(new Secret(await token({ claims: { sub } })))
    expect(bearer?.principal).toBe(principal)
  })

  test('without an audience in the configuration it is not looked at', async () => {
    const { sessions } = memoryStore({ now })
    const bearers = new KnownBearers({
      sessions,
      directory: people(),
      issuers: [{ issuer: ISSUER, keys: { is: 'jwks', text: JWKS }, algorithms: ['RS256'], subject: 'id', clockSkewSeconds: 30 }],
      now,
    })
    expect(await bearers.verify(new Secret(await token({ claims: { aud: 'anybody' } })))).toEqual({
      principal: 'p-jdoe',
      scopes: [],
      subjects: ['p-jdoe'],
    })
  })
})

describe('keys from an address', () => {
  const asked: string[] = []
  let base = ''
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (request.url === '/moved') response.writeHead(302, { Location: '/jwks' }).end()
    else if (request.url === '/broken') response.writeHead(500).end()
    else response.writeHead(200, { 'Content-Type': 'application/json' }).end(JWKS)
  })
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    // Listening on a port, a server has an address of this form.
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  test('are fetched once, and where the token says nothing is fetched (SEC-12)', async () => {
    asked.length = 0
    const { bearers } = bearersOf({ keys: { is: 'url', url: `${base}/jwks` } })
    const bent = { jku: `${base}/stolen`, x5u: `${base}/stolen` }
    for (const header of [{}, {}, bent])
      expect(await bearers.verify(new Secret(await token({ header })))).toMatchObject({ principal: 'p-jdoe' })
    expect(await bearers.verify(new Secret(await token({ header: { ...bent, kid: 'k9' } })))).toBeUndefined()
    expect(asked).toEqual(['/jwks'])
  })

  test.for(['/moved', '/broken'])('that cannot be had say nothing of the token: %s (SEC-53)', async (path) => {
    asked.length = 0
    const { bearers } = bearersOf({ keys: { is: 'url', url: `${base}${path}` } })
    await expect(bearers.verify(new Secret(await token()))).rejects.toThrow('cannot be had')
    expect(asked).toEqual([path])
  })
})

describe('login sessions', () => {
  const session = { principal: 'p-jdoe', credentialVersion: '', issuedAt: NOW, expiresAt: NOW + 60 }

  test('are good until the password changes (SEC-62)', async () => {
    const { bearers, sessions, directory } = bearersOf()
    const { credentialVersion = '' } = (await directory.read('p-jdoe')) ?? {}
    const opened = await sessions.issue({ ...session, credentialVersion })
    expect(await bearers.verify(opened)).toEqual({ principal: 'p-jdoe', scopes: [], subjects: [] })
    await directory.setPassword({
      id: 'p-jdoe',
      secret: new Secret('another'),
      expect: credentialVersion,
      act: 'a',
      deadline: Date.now() + 60_000,
    })
    expect(await bearers.verify(opened)).toBeUndefined()
  })

  test('are no good for somebody who is locked or gone, nor when they are revoked', async () => {
    const { bearers, sessions, directory } = bearersOf()
    const versionOf = async (id: string) => (await directory.read(id))?.credentialVersion ?? ''
    const locked = await sessions.issue({ ...session, principal: 'p-locked', credentialVersion: await versionOf('p-locked') })
    const gone = await sessions.issue({ ...session, principal: 'p-gone' })
    const revoked = await sessions.issue({ ...session, credentialVersion: await versionOf('p-jdoe') })
    await sessions.revoke(revoked)
    for (const one of [locked, gone, revoked, new Secret('0'.repeat(64))]) expect(await bearers.verify(one)).toBeUndefined()
  })
})
