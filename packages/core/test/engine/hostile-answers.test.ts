import { expect, test } from 'vitest'
import { answerCheck } from '../../src/engine/answer-check.js'

const PROPERTIES = { code: { type: 'string' }, answers: { type: 'array', items: { type: 'integer' } } } as const

test('SEC-49 a schema cannot refer to what was sent', () => {
  const referring = { least: { type: 'integer' }, count: { type: 'integer', minimum: { $data: '1/least' } } }
  expect(() => answerCheck(referring as never, [])).toThrow('minimum')
})

test('SEC-49 the first fault ends the check, however many there are', () => {
  const check = answerCheck(PROPERTIES, ['code'])
  const many = { code: 'x', answers: Array.from({ length: 1_000 }, () => 'none') }
  expect(check(many)).toEqual({ is: 'fault', problem: { code: 'answer-invalid', at: '/answers/0' } })
})

test.for([
  ['of 60 KB', 'a'.repeat(61_440)],
  ['of 60 KB that nearly fits a pattern', `${'1'.repeat(61_440)}!`],
  ['of 60 KB of pairs', '🔑'.repeat(15_360)],
] as const)('SEC-49 a text %s is refused for its length', ([, text]) => {
  expect(answerCheck(PROPERTIES, ['code'])({ code: text })).toEqual({ is: 'fault', problem: { code: 'answer-invalid', at: '/code' } })
})

test.for(['__proto__', 'constructor', 'prototype', 'toString'])('SEC-48 the member `%s` is none that was asked for', (name) => {
  const given = Object.defineProperty({ code: 'x' }, name, { value: { polluted: true }, enumerable: true })
  const checked = answerCheck(PROPERTIES, ['code'])(given)
  expect(checked.is === 'good' && [Object.getPrototypeOf(checked.answer), Object.keys(checked.answer)]).toEqual([null, ['code']])
  expect('polluted' in {}).toBe(false)
})
