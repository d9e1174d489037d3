import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Seal, UnreadableError } from '../../../src/adapters/redis/index.js'

const one = { id: 'one', key: randomBytes(32) }
const two = { id: 'two', key: randomBytes(32) }
const value = Buffer.from('{"answer":"blue ✓"}')

describe('a sealed value', () => {
  test.for([
    ['a text', value],
    ['nothing', Buffer.alloc(0)],
    ['all bytes', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
  ] as const)('opens in its place: %s', ([, content]) => {
    const seal = new Seal([one])
    expect(seal.open(seal.close(content, 'here'), 'here')).toEqual(content)
  })

  test('shows nothing of what it holds, and is never the same twice', () => {
    const seal = new Seal([one])
    const [first, second] = [seal.close(value, 'here'), seal.close(value, 'here')]
    expect(first.includes('blue')).toBe(false)
    expect(first.equals(second)).toBe(false)
    expect(first.length).toBe(1 + one.id.length + 12 + value.length + 16)
  })

  test('no nonce is used twice, however many are drawn at once', () => {
    const seal = new Seal([one])
    const nonceOf = (sealed: Buffer) => sealed.subarray(1 + one.id.length, 1 + one.id.length + 12).toString('hex')
    expect(new Set(Array.from({ length: 1_000 }, () => nonceOf(seal.close(value, 'here')))).size).toBe(1_000)
  })

  test('does not open when any bit of it was changed', () => {
    const seal = new Seal([one, two])
    const sealed = seal.close(value, 'here')
    const opened = Array.from({ length: sealed.length * 8 }, (_, bit) => {
      const bent = Buffer.from(sealed)
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      return openedOr(seal, bent, 'here')
    })
    expect(opened.filter((result) => result !== 'UnreadableError')).toEqual([])
  })

  test('does not open when it is cut anywhere, or longer', () => {
    const seal = new Seal([one])
    const sealed = seal.close(value, 'here')
    const cut = Array.from({ length: sealed.length }, (_, length) => openedOr(seal, sealed.subarray(0, length), 'here'))
    expect([...cut, openedOr(seal, Buffer.concat([sealed, Buffer.from([0])]), 'here')]).toEqual(
      Array.from({ length: sealed.length + 1 }, () => 'UnreadableError'),
    )
  })

  test('SEC-72 does not open in another place', () => {
    const seal = new Seal([one])
    expect(openedOr(seal, seal.close(value, 'content rekey:{b01}:c:x 4 2 0'), 'content rekey:{b01}:c:x 5 2 0')).toBe('UnreadableError')
  })
})

describe('rotation', () => {
  test.for([
    ['a new key was added behind', [one, two], 'opened'],
    ['a new key was put in front', [two, one], 'opened'],
    ['the old key was taken away', [two], 'UnreadableError'],
    ['another key has the same id', [{ id: 'one', key: two.key }], 'UnreadableError'],
  ] as const)('a value of the old key, when %s', ([, keys, result]) => {
    expect(openedOr(new Seal(keys), new Seal([one]).close(value, 'here'), 'here')).toBe(result)
  })

  test('the first key seals', () => {
    const sealed = new Seal([two, one]).close(value, 'here')
    expect(openedOr(new Seal([two]), sealed, 'here')).toBe('opened')
  })
})

test.for([
  ['no key', [], 'a seal needs a key'],
  ['a short key', [{ id: 'a', key: randomBytes(31) }], 'the seal key `a` must be 32 bytes long'],
  ['an empty id', [{ id: '', key: randomBytes(32) }], 'a seal key id is 1 to 16 letters, digits, `_` or `-`'],
  ['a long id', [{ id: 'a'.repeat(17), key: randomBytes(32) }], 'a seal key id is 1 to 16 letters, digits, `_` or `-`'],
  ['one id twice', [one, { id: 'one', key: two.key }], 'two seal keys have the same id'],
] as const)('a seal is not made with %s', ([, keys, message]) => {
  expect(() => new Seal(keys)).toThrow(new TypeError(message))
})

function openedOr(seal: Seal, sealed: Buffer, place: string): string {
  try {
    return seal.open(sealed, place).equals(value) ? 'opened' : 'something else'
  } catch (error) {
    return error instanceof UnreadableError ? error.name : String(error)
  }
}
