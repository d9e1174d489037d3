import { createHmac, createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { jwtVerify, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { Keyring, MAX_TOKEN_LENGTH, Tokens, type TokenClaims } from '../../src/index.js'

const secret = (fill: number) => new Uint8Array(32).fill(fill)
const keyring = (...ids: readonly number[]) =>
  new Keyring({ signing: ids.map((id) => ({ id: `k${id}`, secret: secret(id) })), stable: secret(99) })

const now = 1_800_000_000
const claims: TokenClaims = { jti: 'c-1', ver: 3, aud: 'forgerock/reset', iat: now - 10, exp: now + 600 }
const tokens = new Tokens(keyring(1))
const good = tokens.mint(claims)

const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const [goodHeader = '', goodPayload = '', goodSignature = ''] = good.split('.')
const keyOf = (ring: Keyring) => ring.tokens[0]?.object ?? createSecretKey(secret(0))
const signed = (header: unknown, payload: unknown) => {
  const text = `${b64(header)}.${b64(payload)}`
  return `${text}.${createHmac('sha256', keyOf(keyring(1)))
    .update(text)
    .digest('base64url')}`
}
const header = { alg: 'HS256', typ: 'rekey+jwt', kid: 'k1' }

describe('a token', () => {
  test('comes back as it went', () => {
    expect(tokens.verify(good, now)).toEqual(claims)
  })

  test('is the same for the same claims', () => {
    expect(tokens.mint(claims)).toBe(good)
  })

  test('SEC-15 holds nothing but its five claims', () => {
    expect(JSON.parse(Buffer.from(goodPayload, 'base64url').toString())).toEqual(claims)
    expect(JSON.parse(Buffer.from(goodHeader, 'base64url').toString())).toEqual(header)
  })

  test('survives the link parsing of old clients', () => {
    expect(good).toMatch(/^[A-Za-z0-9_.-]+$/)
  })

  test('is what another library takes for a JWS', async () => {
    const { payload, protectedHeader } = await jwtVerify(good, keyOf(keyring(1)), {
      algorithms: ['HS256'],
      typ: 'rekey+jwt',
      currentDate: new Date(now * 1000),
    })
    expect([payload, protectedHeader]).toEqual([claims, header])
  })

  test('is read as another library writes it', async () => {
    const theirs = await new SignJWT({ ...claims }).setProtectedHeader(header).sign(keyOf(keyring(1)))
    expect(tokens.verify(theirs, now)).toEqual(claims)
  })
})

describe('SEC-11 SEC-12 SEC-13 SEC-17 refused are', () => {
  test.for([
    ['an empty text', ''],
    ['one part', 'abc'],
    ['two parts', `${goodHeader}.${goodPayload}`],
    ['four parts', `${good}.x`],
    ['no signature', `${goodHeader}.${goodPayload}.`],
    ['a signature with a spare bit set', good.slice(0, -1) + nextLetter(good.slice(-1))],
    ['alg none, unsigned', `${b64({ alg: 'none', typ: 'rekey+jwt' })}.${goodPayload}.`],
    ['alg none, signed', signed({ alg: 'none', typ: 'rekey+jwt', kid: 'k1' }, claims)],
    ['alg in other letters', signed({ ...header, alg: 'hs256' }, claims)],
    ['another alg', signed({ ...header, alg: 'HS512' }, claims)],
    ['no alg', signed({ typ: 'rekey+jwt', kid: 'k1' }, claims)],
    ['crit', signed({ ...header, crit: ['b64'], b64: false }, claims)],
    ['zip', signed({ ...header, zip: 'DEF' }, claims)],
    ['jku', signed({ ...header, jku: 'http://127.0.0.1:1/keys' }, claims)],
    ['a key of its own', signed({ ...header, jwk: { kty: 'oct', k: 'AAAA' } }, claims)],
    ['another type', signed({ ...header, typ: 'JWT' }, claims)],
    ['no type', signed({ alg: 'HS256', kid: 'k1' }, claims)],
    ['an unknown key', signed({ ...header, kid: 'k9' }, claims)],
    ['a key by path', signed({ ...header, kid: '../../dev/null' }, claims)],
    ['a key by SQL', signed({ ...header, kid: "' or 1=1 --" }, claims)],
    ['a key of the prototype', signed({ ...header, kid: '__proto__' }, claims)],
    ['a key that is an object', signed({ ...header, kid: { toString: 'k1' } }, claims)],
    ['a long key id', signed({ ...header, kid: 'k'.repeat(4096) }, claims)],
    ['an encrypted token', 'eyJhbGciOiJQQkVTMi1IUzI1NitBMTI4S1ciLCJwMmMiOjIxNDc0ODM2NDd9.a.b.c.d'],
    ['no exp', signed(header, { ...claims, exp: undefined })],
    ['exp that is a text', signed(header, { ...claims, exp: String(claims.exp) })],
    ['expired', signed(header, { ...claims, exp: now })],
    ['of the future', signed(header, { ...claims, iat: now + 3600 })],
    ['no aud', signed(header, { ...claims, aud: undefined })],
    ['aud that is a list', signed(header, { ...claims, aud: [claims.aud] })],
    ['a fractional version', signed(header, { ...claims, ver: 1.5 })],
    ['a payload that is no object', signed(header, null)],
    ['too long', `${good}${'A'.repeat(MAX_TOKEN_LENGTH)}`],
  ] as const)('%s', ([, token]) => {
    expect(tokens.verify(token, now)).toBeUndefined()
  })

  test('every single bent character', () => {
    for (let at = 0; at < good.length; at++) {
      const bent = good.slice(0, at) + nextLetter(good.charAt(at)) + good.slice(at + 1)
      expect(tokens.verify(bent, now), `character ${at}`).toBeUndefined()
    }
  })

  test('any text at all', () => {
    const refuses = (text: string) => {
      expect(tokens.verify(text, now)).toBeUndefined()
    }
    fc.assert(fc.property(fc.string({ maxLength: 300 }), refuses))
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => refuses(`${goodHeader}.${a}.${b}`)))
  })

  test('the right signature over other bytes', () => {
    expect(tokens.verify(`${goodHeader}.${b64({ ...claims, ver: 4 })}.${goodSignature}`, now)).toBeUndefined()
  })
})

describe('SEC-14 rotation', () => {
  test('accepts old tokens while their key stays, and signs with the first', () => {
    const rotated = new Tokens(keyring(2, 1))
    expect(rotated.verify(good, now)).toEqual(claims)
    expect(tokens.verify(rotated.mint(claims), now)).toBeUndefined()
    expect(new Tokens(keyring(2)).verify(good, now)).toBeUndefined()
  })

  test.for([
    ['no key', []],
    ['a short key', [{ id: 'a', secret: new Uint8Array(31) }]],
    [
      'two keys of one id',
      [
        { id: 'a', secret: secret(1) },
        { id: 'a', secret: secret(2) },
      ],
    ],
  ] as const)('refuses %s', ([, signing]) => {
    expect(() => new Keyring({ signing, stable: secret(9) })).toThrow(RangeError)
  })

  test('derives a key of its own for each purpose', () => {
    const ring = keyring(1)
    const bytes = [ring.tokens, ring.seals, ring.codes].map(([key]) => Buffer.from(key?.bytes ?? []).toString('hex'))
    expect(new Set(bytes).size).toBe(3)
  })
})

function nextLetter(letter: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return letters.charAt((letters.indexOf(letter) + 1) % letters.length)
}
