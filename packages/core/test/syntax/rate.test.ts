import { expect, test } from 'vitest'
import { parseRate } from '../../src/syntax/rate.js'

test.for([
  ['5/h', { count: 5, seconds: 3600 }],
  ['600/h', { count: 600, seconds: 3600 }],
  ['3/15m', { count: 3, seconds: 900 }],
  ['1/30s', { count: 1, seconds: 30 }],
  ['2/d', { count: 2, seconds: 86_400 }],
  ['0/h', undefined],
  ['5', undefined],
  ['5/', undefined],
  ['/h', undefined],
  ['5/0m', undefined],
  ['5/w', undefined],
  ['5 / h', undefined],
  ['-5/h', undefined],
  ['5/h/h', undefined],
  ['1234567/h', undefined],
  ['5/999999999d', undefined],
] as const)('%s is %o', ([text, rate]) => {
  expect(parseRate(text)).toEqual(rate)
})
