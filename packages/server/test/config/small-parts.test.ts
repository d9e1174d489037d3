import { describe, expect, test } from 'vitest'
import { readKey } from '../../src/config/key-ring.js'
import { isLoopback, urlHost } from '../../src/config/loopback.js'
import { parseRate } from '../../src/config/rate.js'
import { takes } from '../../src/config/takes.js'

const SENTENCE = Buffer.from('correct horse battery staple, and for ever so', 'latin1')
const RANDOM = '4yRzhdYwmGqYjyqyXx3UMZKQgoXA2tMEVZTkMwDn4yY'

describe('SEC-14 readKey', () => {
  test.for([
    ['base64url', RANDOM, 'key'],
    ['base64', Buffer.from(RANDOM, 'base64url').toString('base64'), 'key'],
    ['hex', Buffer.from(RANDOM, 'base64url').toString('hex'), 'key'],
    ['upper case hex', Buffer.from(RANDOM, 'base64url').toString('hex').toUpperCase(), 'key'],
    ['a line break behind it', `${RANDOM}\n`, 'key'],
    ['64 bytes', Buffer.concat([Buffer.from(RANDOM, 'base64url'), Buffer.from(RANDOM, 'base64url')]).toString('base64'), 'key'],
    ['nothing', '', 'is neither base64, base64url nor hex'],
    ['a sentence', 'correct horse battery staple', 'is neither base64, base64url nor hex'],
    ['31 bytes', Buffer.from(RANDOM, 'base64url').subarray(1).toString('base64'), 'has 31 bytes, of 32 at least'],
    ['31 bytes in hex', Buffer.from(RANDOM, 'base64url').subarray(1).toString('hex'), 'has 31 bytes, of 32 at least'],
    ['zeros', Buffer.alloc(32).toString('base64'), 'counts instead of being random'],
    ['a ladder', Buffer.from(Array.from({ length: 32 }, (_, index) => index * 3)).toString('base64'), 'counts instead of being random'],
    ['a repeated pattern', '0badc0de'.repeat(8), 'repeats itself'],
    ['a text in base64', SENTENCE.toString('base64'), 'is a text and no random bytes'],
    ['words', 'thisisnotarandomkeybutfortythreelettersoftex', 'is a text and no random bytes'],
  ] as const)('%s', ([, text, expected]) => {
    const key = readKey(text)
    expect(key.is === 'key' ? 'key' : key.why).toBe(expected)
  })

  test('all spellings are one secret', () => {
    const hex = readKey(Buffer.from(RANDOM, 'base64url').toString('hex'))
    expect(hex.is === 'key' && hex.secret.reveal()).toBe(RANDOM)
  })
})

test.for([
  ['127.0.0.1', true, '127.0.0.1'],
  ['127.255.255.254', true, '127.255.255.254'],
  ['::1', true, '[::1]'],
  ['[::1]', true, '[::1]'],
  ['localhost', true, 'localhost'],
  ['LOCALHOST', true, 'LOCALHOST'],
  ['0.0.0.0', false, '0.0.0.0'],
  ['::', false, '[::]'],
  ['10.0.0.1', false, '10.0.0.1'],
  ['localhost.example.com', false, 'localhost.example.com'],
  ['127.0.0.1.example.com', false, '127.0.0.1.example.com'],
] as const)('%s: loopback %s', ([host, loopback, inUrl]) => {
  expect([isLoopback(host), urlHost(host)]).toEqual([loopback, inUrl])
})

test.for([
  ['5/h', { count: 5, seconds: 3600 }],
  ['3/15m', { count: 3, seconds: 900 }],
  ['1/30d', { count: 1, seconds: 2_592_000 }],
  ['1/31d', undefined],
  ['0/h', undefined],
  ['5/0h', undefined],
  ['5', undefined],
  ['5 / h', undefined],
  ['5/week', undefined],
] as const)('the rate %s', ([text, rate]) => {
  expect(parseRate(text)).toEqual(rate)
})

test.for([
  [{ type: 'integer', minimum: 1, maximum: 3 }, 'a whole number from 1 to 3'],
  [{ type: 'integer', minimum: 1 }, 'a whole number, at least 1'],
  [{ type: 'number', maximum: 1 }, 'a number, at most 1'],
  [{ type: 'boolean' }, '`true` or `false`'],
  [{ enum: ['a', true, 3] }, '`a`, `true` or `3`'],
  [{ type: 'string', format: 'duration' }, 'a duration such as `30s`, `15m` or `2h`'],
  [{ type: 'string', minLength: 1, maxLength: 2 }, 'a text of 1 to 2 characters'],
  [{ type: 'string', pattern: '^a$' }, 'a text that matches `^a$`'],
  [{ type: 'array', minItems: 1 }, 'a list of at least 1 entry'],
  [{ type: 'object' }, 'a mapping of keys to values'],
] as const)('%o takes %s', ([schema, words]) => {
  expect(takes(schema)).toBe(words)
})
