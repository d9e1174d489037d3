import type { AskedRequirement, Json, Problem } from '@rekey/core'
import { describe, expect, test } from 'vitest'
import { readAnswer } from '../../../src/dialects/forgerock/answer.js'
import { wordsOf } from '../../../src/dialects/forgerock/problems.js'
import { asked, CHOICE, EMAIL_CODE, KBA, PARAMETERS, RESET, USER_QUERY } from './wire.js'

const CONSENT = asked({
  kind: 'consent',
  step: { id: 'terms', type: 'termsAndConditions' },
  answer: { accepted: { type: 'boolean' } },
  required: ['accepted'],
})
const PROFILE = asked({
  kind: 'attributes',
  step: { id: 'profile', type: 'acme/profile' },
  answer: {
    age: { type: 'integer' },
    news: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string' } },
    address: { type: 'object' },
    name: { type: 'string' },
  },
  required: ['name'],
})
const CAPTCHA = asked({
  kind: 'captcha',
  step: { id: 'captcha', type: 'captcha' },
  answer: { response: { type: 'string' } },
  required: ['response'],
})

describe('readAnswer', () => {
  test.for<readonly [string, AskedRequirement, Json, Json]>([
    ['a filter', USER_QUERY, { queryFilter: 'sn eq "Doe"' }, { filter: { is: 'equals', field: 'surname', value: 'Doe' } }],
    ['a code', EMAIL_CODE, { code: '123456', token: 'T' }, { code: '123456' }],
    ['answers', KBA, { answer1: 'Blue', answer2: 'Tom', answer3: 'x', queryFilter: 1 }, { answers: { answer1: 'Blue', answer2: 'Tom' } }],
    ['some answers', KBA, { answer2: 'Tom' }, { answers: { answer2: 'Tom' } }],
    ['no answers', KBA, {}, { answers: {} }],
    ['a new password', RESET, { password: 'Passw0rd', userId: 'admin' }, { password: 'Passw0rd' }],
    ['parameters', PARAMETERS, { returnParams: 'a=b', other: 1 }, { returnParams: 'a=b' }],
    ['no parameters', PARAMETERS, {}, {}],
    ['the nested input of the registration page', PARAMETERS, { input: {} }, {}],
    ['an empty parameter', PARAMETERS, { returnParams: '' }, { returnParams: '' }],
    ['a null parameter', PARAMETERS, { returnParams: null }, {}],
    ['accept as text', CONSENT, { accept: 'true' }, { accepted: true }],
    ['consentGiven as text', CONSENT, { consentGiven: 'false' }, { accepted: false }],
    ['accept as a boolean', CONSENT, { accept: true }, { accepted: true }],
    ['its own name', CONSENT, { accepted: 'true' }, { accepted: true }],
    ['a captcha', CAPTCHA, { response: 'r' }, { response: 'r' }],
    ['a pick', CHOICE, { option: 'kba', code: '1' }, { option: 'kba' }],
    ['a captcha of the newer page', CAPTCHA, { 'g-recaptcha-response': 'r' }, { response: 'r' }],
    ['numbers and booleans as text', PROFILE, { age: '42', news: 'true', name: 'n' }, { age: 42, news: true, name: 'n' }],
    [
      'values of every type',
      PROFILE,
      { age: 42, news: false, tags: ['a'], address: { city: 'x' }, name: 'n' },
      { age: 42, news: false, tags: ['a'], address: { city: 'x' }, name: 'n' },
    ],
  ])('reads %s', ([, requirement, input, value]) => {
    const read = readAnswer(requirement, input)
    expect(JSON.parse(JSON.stringify(read))).toEqual({ is: 'value', value })
  })

  const missing = (at: string): Problem => ({ code: 'answer-missing', at })
  const invalid = (at: string, reason: string): Problem => ({ code: 'answer-invalid', at, reason })
  test.for<readonly [string, AskedRequirement, Json, Problem, string]>([
    ['no filter', USER_QUERY, {}, missing('/filter'), '/input/queryFilter: Expecting a value'],
    ['a null filter', USER_QUERY, { queryFilter: null }, missing('/filter'), '/input/queryFilter: Expecting a value'],
    [
      'a number for a filter',
      USER_QUERY,
      { queryFilter: 1 },
      invalid('/filter', 'expects-string'),
      '/input/queryFilter: Expecting a java.lang.String',
    ],
    [
      'an object for a filter',
      USER_QUERY,
      { queryFilter: {} },
      invalid('/filter', 'expects-string'),
      '/input/queryFilter: Expecting a java.lang.String',
    ],
    ['an empty filter', USER_QUERY, { queryFilter: '' }, invalid('/filter', 'filter-invalid'), 'Invalid query filter'],
    ['a bent filter', USER_QUERY, { queryFilter: 'mail co "a"' }, invalid('/filter', 'filter-invalid'), 'Invalid query filter'],
    ['an input that is no object', USER_QUERY, 'x', missing('/filter'), '/input/queryFilter: Expecting a value'],
    ['no code', EMAIL_CODE, {}, missing('/code'), 'Input code is missing'],
    ['an empty code', EMAIL_CODE, { code: '' }, missing('/code'), 'Input code is missing'],
    ['a number for a code', EMAIL_CODE, { code: 123456 }, invalid('/code', 'expects-string'), '/input/code: Expecting a java.lang.String'],
    [
      'a list for a code',
      EMAIL_CODE,
      { code: ['123456'] },
      invalid('/code', 'expects-string'),
      '/input/code: Expecting a java.lang.String',
    ],
    ['a list for a code input', EMAIL_CODE, ['123456'], missing('/code'), 'Input code is missing'],
    [
      'a boolean for an answer',
      KBA,
      { answer1: true },
      invalid('/answers/answer1', 'expects-string'),
      '/input/answer1: Expecting a java.lang.String',
    ],
    ['no password', RESET, {}, missing('/password'), 'password is missing from input'],
    ['an empty password', RESET, { password: '' }, missing('/password'), 'password is missing from input'],
    [
      'an object for a password',
      RESET,
      { password: {} },
      invalid('/password', 'expects-string'),
      '/input/password: Expecting a java.lang.String',
    ],
    [
      'a number for a parameter',
      PARAMETERS,
      { returnParams: 1 },
      invalid('/returnParams', 'expects-string'),
      '/input/returnParams: Expecting a java.lang.String',
    ],
    ['no captcha', CAPTCHA, {}, missing('/response'), '/input/response: Expecting a value'],
    [
      'a word for consent',
      CONSENT,
      { accept: 'yes' },
      invalid('/accepted', 'expects-boolean'),
      '/input/accepted: Expecting a java.lang.Boolean',
    ],
    [
      'a word for a number',
      PROFILE,
      { age: 'x', name: 'n' },
      invalid('/age', 'expects-number'),
      '/input/age: Expecting a java.lang.Number',
    ],
    [
      'an object for a list',
      PROFILE,
      { tags: {}, name: 'n' },
      invalid('/tags', 'expects-array'),
      '/input/tags: Expecting a java.util.List',
    ],
    [
      'a list for an object',
      PROFILE,
      { address: [], name: 'n' },
      invalid('/address', 'expects-object'),
      '/input/address: Expecting a java.util.Map',
    ],
  ])('refuses %s', ([, requirement, input, problem, message]) => {
    expect(readAnswer(requirement, input)).toEqual({ is: 'fault', problem })
    expect(wordsOf(problem)).toEqual({ status: 400, message })
  })
})
