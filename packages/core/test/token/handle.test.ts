import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Handles, Keyring } from '../../src/index.js'

const secret = (fill: number) => new Uint8Array(32).fill(fill)
const keyring = (...fills: readonly number[]) =>
  new Keyring({ signing: fills.map((fill) => ({ id: `k${fill}`, secret: secret(fill) })), stable: secret(99) })

const handles = new Handles(keyring(1))
const ID = '0b5e1f0a-7c1d-4f6e-9b3a-2d8c4e6f8a10'
const PURPOSE = 'wire/session'
const good = handles.mint(ID, PURPOSE)

describe('a handle', () => {
  test('gives its id back', () => {
    expect(handles.read(good, PURPOSE)).toBe(ID)
    fc.assert(
      fc.property(fc.uuid(), fc.string(), (id, purpose) => {
        expect(handles.read(handles.mint(id, purpose), purpose)).toBe(id)
      }),
    )
  })

  test('is the same each time, 43 characters that need no escaping', () => {
    expect(handles.mint(ID, PURPOSE)).toBe(good)
    expect(good).toMatch(/^[A-Za-z0-9_-]{43}$/)
  })

  test('is another one for another purpose or another id', () => {
    const made = [handles.mint(ID, 'wire/other'), handles.mint(ID, 'other/session'), handles.mint(randomUUID(), PURPOSE)]
    expect(new Set([good, ...made]).size).toBe(4)
  })
})

describe('SEC-16 SEC-17 refused is', () => {
  test.for([
    ['an empty text', ''],
    ['one character less', good.slice(0, -1)],
    ['one character more', `${good}A`],
    ['padding', `${good}=`],
    ['blanks around it', ` ${good.slice(1)}`],
    ['base64 of the other alphabet', '+/'.repeat(21) + '+'],
    ['letters that are none of base64url', '.'.repeat(43)],
    ['letters beyond ASCII', `${good.slice(0, -1)}é`],
    ['a bare id', Buffer.from(ID.replaceAll('-', ''), 'hex').toString('base64url')],
    ['the id as text', ID],
    ['nothing but zeros', 'A'.repeat(43)],
    ['the MAC of another id', swapped(handles.mint(randomUUID(), PURPOSE))],
    ['a very long text', good.repeat(1000)],
  ] as const)('%s', ([, handle]) => {
    expect(handles.read(handle, PURPOSE)).toBeUndefined()
  })

  test('every single bent character', () => {
    for (let at = 0; at < good.length; at++) {
      const bent = good.slice(0, at) + nextLetter(good.charAt(at)) + good.slice(at + 1)
      expect(handles.read(bent, PURPOSE), `character ${at}`).toBeUndefined()
    }
  })

  test('every other spelling of the same bytes', () => {
    const spare = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const read = spare.split('').filter((last) => handles.read(good.slice(0, -1) + last, PURPOSE) !== undefined)
    expect(read).toEqual([good.slice(-1)])
  })

  test.for([
    ['another purpose', 'wire/other'],
    ['another dialect', 'other/session'],
    ['a longer purpose', `${PURPOSE}s`],
    ['no purpose', ''],
  ])('one made for %s', ([, purpose = '']) => {
    expect(handles.read(good, purpose)).toBeUndefined()
    expect(handles.read(handles.mint(ID, purpose), PURPOSE)).toBeUndefined()
  })

  test('any text at all', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        expect(handles.read(text, PURPOSE)).toBeUndefined()
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        expect(handles.read(Buffer.from(bytes).toString('base64url'), PURPOSE)).toBeUndefined()
      }),
    )
  })
})

describe('SEC-14 rotation', () => {
  test('accepts old handles while their key stays, and makes new ones with the first', () => {
    const rotated = new Handles(keyring(2, 1))
    expect(rotated.read(good, PURPOSE)).toBe(ID)
    expect(handles.read(rotated.mint(ID, PURPOSE), PURPOSE)).toBeUndefined()
    expect(new Handles(keyring(2)).read(good, PURPOSE)).toBeUndefined()
  })

  test('does not depend on the key that stays', () => {
    const other = new Handles(new Keyring({ signing: [{ id: 'k1', secret: secret(1) }], stable: secret(98) }))
    expect(other.mint(ID, PURPOSE)).toBe(good)
  })
})

/** The good id with the MAC of another handle. */
function swapped(other: string): string {
  const bytes = [good, other].map((handle) => Buffer.from(handle, 'base64url'))
  return Buffer.concat([bytes[0]?.subarray(0, 16) ?? Buffer.alloc(0), bytes[1]?.subarray(16) ?? Buffer.alloc(0)]).toString('base64url')
}

function nextLetter(letter: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return letters.charAt((letters.indexOf(letter) + 1) % letters.length)
}
