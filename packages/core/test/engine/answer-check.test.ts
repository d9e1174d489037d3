import { describe, expect, test } from 'vitest'
import { Secret, type Properties } from '../../src/index.js'
import { answerCheck } from '../../src/engine/answer-check.js'

const secret = { type: 'string', secret: true } as const

describe('a checked answer', () => {
  test.for([
    ['a member', { code: secret }, { code: 'x1' }],
    ['items of a list', { codes: { type: 'array', items: secret } }, { codes: ['x1', 'x2'] }],
    ['members of an object', { of: { type: 'object', properties: { code: secret } } }, { of: { code: 'x1' } }],
    ['members by any name', { answers: { type: 'object', additionalProperties: secret } }, { answers: { a: 'x1', b: 'x2' } }],
    [
      'members of items of a list',
      { all: { type: 'array', items: { type: 'object', properties: { code: secret } } } },
      { all: [{ code: 'x1' }] },
    ],
  ] as const satisfies readonly (readonly [string, Properties, object])[])(
    'SEC-74 holds no secret in clear: %s',
    ([, properties, given]) => {
      const checked = answerCheck(properties, [])(given)
      if (checked.is !== 'good') throw new Error(JSON.stringify(checked))
      expect(JSON.stringify(checked)).not.toMatch(/x\d/)
      expect(secretsIn(checked.answer)).toEqual(JSON.stringify(given).match(/x\d/g))
    },
  )

  test('holds nothing that was not asked for, nor anything inherited', () => {
    const checked = answerCheck({ code: secret }, [])({ code: 'x', userId: 'p-2', ['__proto__']: { code: 'y' } })
    if (checked.is !== 'good') throw new Error(JSON.stringify(checked))
    expect(Reflect.ownKeys(checked.answer)).toEqual(['code'])
    expect(Object.getPrototypeOf(checked.answer)).toBeNull()
  })

  test.for([
    ['a missing member', {}, { code: 'answer-missing', at: '/code' }],
    ['a wrong type', { code: 1 }, { code: 'answer-invalid', at: '/code' }],
    ['a list of the wrong type', { code: 'x', codes: [1] }, { code: 'answer-invalid', at: '/codes/0' }],
    ['a text that is too long', { code: 'x'.repeat(4097) }, { code: 'answer-invalid', at: '/code' }],
  ] as const)('is refused for %s, at its place', ([, given, problem]) => {
    const check = answerCheck({ code: secret, codes: { type: 'array', items: secret } }, ['code'])
    expect(check(given)).toEqual({ is: 'fault', problem })
  })
})

/** The texts of all secrets in a value, in order. */
function secretsIn(value: unknown): readonly string[] {
  if (value instanceof Secret) return [value.reveal()]
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(secretsIn) : []
}
