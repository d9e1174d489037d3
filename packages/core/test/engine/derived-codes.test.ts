import { describe, expect, test } from 'vitest'
import { DerivedCodes, Keyring, Secret, type CodeFormat, type Round } from '../../src/index.js'

const keyring = (...fills: readonly number[]) =>
  new Keyring({ signing: fills.map((fill) => ({ id: `k${fill}`, secret: new Uint8Array(32).fill(fill) })), stable: new Uint8Array(32) })
const codes = new DerivedCodes(keyring(1))
const digits: CodeFormat = { is: 'digits', length: 8 }
const round: Round = { conversation: 'c', step: 'emailValidation', number: 1 }

describe('a derived code', () => {
  test('is the same each time and matches itself only', () => {
    const code = codes.of(round, digits).reveal()
    expect(code).toMatch(/^\d{8}$/)
    expect(codes.of(round, digits).reveal()).toBe(code)
    expect(codes.matches(new Secret(code), round, digits)).toBe(true)
  })

  test.for([
    ['another conversation', { ...round, conversation: 'd' }],
    ['another step', { ...round, step: 'smsValidation' }],
    ['the next round', { ...round, number: 2 }],
  ] as const)('SEC-9 SEC-10 is refused in %s', ([, other]) => {
    expect(codes.matches(codes.of(round, digits), other, digits)).toBe(false)
  })

  test.for([[''], ['1'], ['12345678901234567890'], [' '.repeat(8)], ['１２３４５６７８']])('does not match %j', ([text]) => {
    expect(codes.matches(new Secret(text ?? ''), round, digits)).toBe(false)
  })

  test('survives a rotation of keys', () => {
    const old = codes.of(round, digits)
    expect(new DerivedCodes(keyring(2, 1)).matches(old, round, digits)).toBe(true)
    expect(new DerivedCodes(keyring(2)).matches(old, round, digits)).toBe(false)
  })

  test('can look like a UUID', () => {
    expect(codes.of(round, { is: 'uuid' }).reveal()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  test('SEC-8 has digits that are evenly spread', () => {
    const counts = Array.from({ length: 10 }, () => 0)
    const samples = 40_000
    for (let number = 0; number < samples / 8; number++) {
      for (const digit of codes.of({ ...round, number }, digits).reveal()) counts[Number(digit)] = (counts[Number(digit)] ?? 0) + 1
    }
    const expected = samples / 10
    const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    // 9 degrees of freedom: 33.7 is passed once in ten thousand by chance; the keys are fixed, so the figure is too.
    expect(chiSquared).toBeLessThan(33.7)
  })

  test('does not print', () => {
    const code = codes.of(round, digits)
    expect([`${code}`, JSON.stringify({ code })]).toEqual(['[secret]', '{"code":"[secret]"}'])
  })
})
