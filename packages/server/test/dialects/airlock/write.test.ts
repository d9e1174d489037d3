import { PROBLEM_CODES, type AskedRequirement, type Problem, type View } from '@rekey/core'
import { describe, expect, test } from 'vitest'
import { sessionId } from '../../../src/dialects/airlock/document.js'
import {
  APP_CODE,
  asked,
  BEARER,
  CARRYING,
  CHOICE,
  CLEARED,
  codeOf,
  CONSENT,
  EMAIL_CODE,
  ended,
  JSON_API,
  META,
  mounted,
  NEW_PASSWORD,
  OLD_PASSWORD,
  open,
  post,
  PROTECTED,
  PUBLIC,
  QUESTIONS,
  request,
  SESSION_ID,
  SMS_CODE,
  USERNAME,
  write,
} from './wire.js'

const SET = post(`${PUBLIC}/password/set`)
const CHECK = post(`${PUBLIC}/verification/email/otp/check/`)

describe('documents, to the letter', () => {
  const text = (view: View, problem?: Problem, asking = SET) => JSON.stringify(write(asking, view, problem).body)

  test('a flow that goes on', () => {
    expect(text(open(EMAIL_CODE))).toBe(
      '{"meta":{"type":"jsonapi.metadata.document","timestamp":"2021-03-02T20:26:22.970+00:00"},' +
        `"data":{"type":"public-self-service.session","id":"${SESSION_ID}","attributes":{"nextStep":"EMAIL_OTP_REQUIRED"}}}`,
    )
  })

  test('the end', () => {
    expect(text(ended())).toBe(
      '{"meta":{"type":"jsonapi.metadata.document","timestamp":"2021-03-02T20:26:22.970+00:00"},' +
        `"data":{"type":"public-self-service.session","id":"${SESSION_ID}","attributes":{}}}`,
    )
  })

  test('a refused password', () => {
    const problem = { code: 'answer-rejected', reason: 'policy', at: '/password', details: [{ rule: 'HISTORY' }] } as const
    expect(text(open(NEW_PASSWORD), problem)).toBe(
      '{"meta":{"type":"jsonapi.metadata.document","timestamp":"2021-03-02T20:26:22.970+00:00","nextStep":"NEW_PASSWORD_REQUIRED"},' +
        '"errors":[{"code":"PASSWORD_POLICY_VIOLATED","source":{"pointer":"/newPassword"},' +
        '"meta":{"type":"jsonapi.metadata.validation.error","detail":"SAME_AS_OLD"}}]}',
    )
  })

  test('a wrong code', () => {
    const problem = { code: 'answer-rejected', reason: 'code-mismatch', at: '/code' } as const
    expect(text(open(EMAIL_CODE), problem, CHECK)).toBe(
      '{"meta":{"type":"jsonapi.metadata.document","timestamp":"2021-03-02T20:26:22.970+00:00","nextStep":"EMAIL_OTP_REQUIRED"},' +
        '"errors":[{"code":"OTP_WRONG"}]}',
    )
  })
})

/** A view, what came with it, and the answer without the document that every answer has. */
test.for([
  ['a step', SET, open(EMAIL_CODE), undefined, 200, { ...JSON_API, ...CARRYING }],
  ['the end', SET, ended(), undefined, 200, { ...JSON_API, ...CLEARED }],
  ['a failed end', SET, ended('failed'), undefined, 400, { ...JSON_API, ...CLEARED }],
  ['a refusal', SET, open(NEW_PASSWORD), { code: 'answer-rejected' }, 400, { ...JSON_API, ...CARRYING }],
  ['the last refusal', SET, ended('failed'), { code: 'too-many-attempts' }, 400, { ...JSON_API, ...CLEARED }],
  ['no session', SET, undefined, { code: 'token-invalid' }, 400, JSON_API],
  ['the state', request('GET', PUBLIC), open(EMAIL_CODE), undefined, 200, JSON_API],
  ['the state of a flow that is over', request('GET', PUBLIC), ended(), undefined, 400, JSON_API],
  ['an ended flow', request('DELETE', `${PUBLIC}/flow`), ended('cancelled'), undefined, 204, CLEARED],
  ['a flow that was not there', request('DELETE', `${PUBLIC}/flow`), undefined, { code: 'spent' }, 204, CLEARED],
  ['a flow that cannot be ended now', request('DELETE', `${PUBLIC}/flow`), undefined, { code: 'unavailable' }, 503, JSON_API],
] as const)('%s: status and headers', ([, asking, view, problem, status, headers]) => {
  const written = write(asking, view, problem)
  expect([written.status, written.headers]).toEqual([status, headers])
})

test('a reply that is nothing is a fault of ours', () => {
  expect(() => write(SET, undefined)).toThrow('neither a state nor a problem')
})

const NEXT_STEPS: readonly (readonly [string, AskedRequirement, string])[] = [
  ['USERNAME_REQUIRED', USERNAME, 'USERNAME_REQUIRED'],
  ['EMAIL_OTP_REQUIRED', EMAIL_CODE, 'EMAIL_OTP_REQUIRED'],
  ['SMS_OTP_REQUIRED', SMS_CODE, 'SMS_OTP_REQUIRED'],
  ['OATH_OTP_REQUIRED', APP_CODE, 'OATH_OTP_REQUIRED'],
  ['SECRET_QUESTIONS_REQUIRED', QUESTIONS, 'SECRET_QUESTIONS_REQUIRED'],
  ['PASSWORD_REQUIRED', OLD_PASSWORD, 'PASSWORD_CHANGE_REQUIRED'],
  ['NEW_PASSWORD_REQUIRED', NEW_PASSWORD, 'NEW_PASSWORD_REQUIRED'],
  ['SELECTION_REQUIRED', CHOICE, 'SELECTION_REQUIRED'],
]

test.for(NEXT_STEPS)('%s', ([inPublic, requirement, inProtected]) => {
  const state = (root: string) => write(request('GET', root), open(requirement)).body
  expect(state(PUBLIC)).toEqual({
    meta: META,
    data: { type: 'public-self-service.session', id: SESSION_ID, attributes: { nextStep: inPublic } },
  })
  expect(state(PROTECTED)).toEqual({
    meta: META,
    data: { type: 'self-service.session', id: SESSION_ID, attributes: { nextStep: inProtected } },
  })
})

test('a message to acknowledge has its text and its id', () => {
  expect(write(SET, open(CONSENT)).body).toMatchObject({
    data: { attributes: { nextStep: 'ACKNOWLEDGE_MESSAGE_REQUIRED', messageId: 'terms', serverMessage: 'Read this' } },
  })
})

test('a flow may give its steps other names', () => {
  expect(write(SET, open(USERNAME, 'renamed')).body).toMatchObject({ data: { attributes: { nextStep: 'USER_DATA_REQUIRED' } } })
})

test('kinds without a word never come here, and would not pass unnoticed', () => {
  for (const kind of ['approval', 'attributes', 'captcha'] as const) {
    expect(() => write(SET, open(asked({ kind })))).toThrow(`no word for ${kind}`)
  }
})

const WORDS = {
  'flow-unknown': [404, 'FLOW_NOT_FOUND'],
  'request-malformed': [400, 'MALFORMED_REQUEST'],
  'answer-missing': [400, 'VALIDATION_FAILED'],
  'answer-invalid': [400, 'VALIDATION_FAILED'],
  'answer-rejected': [400, 'ANSWER_WRONG'],
  'out-of-turn': [400, 'UNEXPECTED_CALL'],
  'token-invalid': [400, 'UNEXPECTED_CALL'],
  'token-foreign': [400, 'UNEXPECTED_CALL'],
  spent: [400, 'UNEXPECTED_CALL'],
  ended: [400, 'UNEXPECTED_CALL'],
  'too-many-attempts': [400, 'ANSWER_WRONG'],
  'step-failed': [400, 'FLOW_ABORTED_INTENTIONALLY'],
  'already-changed': [409, 'PASSWORD_ALREADY_CHANGED'],
  'caller-refused': [401, 'AUTHENTICATION_REQUIRED'],
  limited: [429, 'TOO_MANY_REQUESTS'],
  unavailable: [503, 'EXTERNAL_SERVICE_UNAVAILABLE'],
} as const

test.for(PROBLEM_CODES)('the problem %s', (code) => {
  const written = write(SET, undefined, { code })
  expect([written.status, codeOf(written)]).toEqual(WORDS[code])
})

test.for([
  ['code-mismatch', 400, 'OTP_WRONG'],
  ['answers-mismatch', 400, 'SECRET_QUESTIONS_WRONG'],
  ['password-mismatch', 400, 'PASSWORD_WRONG'],
  ['no-match', 400, 'USER_NOT_FOUND'],
  ['ambiguous', 400, 'USER_NOT_FOUND'],
  ['state-locked', 403, 'USER_LOCKED'],
  ['state-disabled', 403, 'USER_INVALID'],
  ['group-disallowed', 403, 'USER_INVALID'],
  ['no-mail', 403, 'USER_INVALID'],
  ['a-stranger-says-so', 400, 'ANSWER_WRONG'],
] as const)('the reason %s, once and for the last time', ([reason, status, code]) => {
  const once = write(SET, open(USERNAME), { code: 'answer-rejected', reason })
  const last = write(SET, ended('failed'), { code: 'too-many-attempts', reason })
  expect([once.status, codeOf(once), last.status, codeOf(last)]).toEqual([status, code, status, code])
})

test.for([
  ['MIN_LENGTH', 'TOO_SHORT', {}],
  ['REQUIRED', 'TOO_SHORT', {}],
  ['MAX_LENGTH', 'TOO_LONG', {}],
  ['AT_LEAST_X_NUMBERS', 'REQUIRED_CHARACTERS_MISSING', {}],
  ['CANNOT_CONTAIN_OTHERS', 'CONTAINS_USER_DATA', {}],
  ['COMMON', 'BLACKLISTED', {}],
  ['BREACHED', 'BLACKLISTED', {}],
  ['HISTORY', 'SAME_AS_OLD', {}],
  ['HISTORY', 'HISTORY_MATCH', { policyDetails: { HISTORY: 'HISTORY_MATCH' } }],
  ['OF_A_STRANGER', 'OF_A_STRANGER', {}],
] as const)('the rule %s is %s', ([rule, detail, settings]) => {
  const problem = { code: 'answer-rejected', reason: 'policy', at: '/password', details: [{ rule }, { rule: 'ANOTHER' }] } as const
  expect(write(SET, open(NEW_PASSWORD), problem, mounted(settings)).body).toMatchObject({
    errors: [{ source: { pointer: '/newPassword' }, meta: { detail } }],
  })
})

describe('both passwords in one call', () => {
  const change = post(`${PROTECTED}/password/change/`, { headers: BEARER })
  test.for([
    ['a long old one', open(OLD_PASSWORD), { code: 'answer-invalid', at: '/password' }, '/oldPassword'],
    ['a long new one', open(NEW_PASSWORD), { code: 'answer-invalid', at: '/password' }, '/newPassword'],
    ['the last weak one', ended('failed'), { code: 'too-many-attempts', reason: 'policy', at: '/password' }, '/newPassword'],
  ] as const)('%s', ([, view, problem, pointer]) => {
    expect(write(change, view, problem).body).toMatchObject({ errors: [{ source: { pointer } }] })
  })

  test('a step between them is shown, and what was accepted stays accepted', () => {
    const written = write(change, open(EMAIL_CODE, 'password-change'), { code: 'out-of-turn', reason: 'asks-first' })
    expect([written.status, written.body]).toMatchObject([200, { data: { attributes: { nextStep: 'EMAIL_OTP_REQUIRED' } } }])
    const atOnce = write(post('/auth/rest/protected/my/password/change', { headers: BEARER }), open(EMAIL_CODE), {
      code: 'out-of-turn',
      reason: 'asks-first',
    })
    expect([atOnce.status, codeOf(atOnce), atOnce.headers]).toEqual([400, 'UNEXPECTED_CALL', JSON_API])
  })
})

describe('lists', () => {
  const retrieve = (path: string, language = '') => post(`${PUBLIC}/${path}`, { headers: { 'accept-language': language } })

  test.for([
    ['de', 'Ihre Lieblingsfarbe?'],
    ['fr', 'Your favorite color?'],
    ['', 'Your favorite color?'],
  ] as const)('questions for a reader of `%s`', ([language, question]) => {
    expect(write(retrieve('verification/secret-questions/retrieve', language), open(QUESTIONS))).toEqual({
      status: 200,
      headers: JSON_API,
      body: {
        meta: META,
        data: [
          { type: 'secret-question', id: 'answer1', attributes: { question } },
          { type: 'secret-question', id: 'answer2', attributes: { question: 'My first cat?' } },
        ],
      },
    })
  })

  test('options', () => {
    expect(write(retrieve('selection/options/retrieve'), open(CHOICE)).body).toEqual({
      meta: META,
      data: [
        { type: 'selection-option', id: 'mail', attributes: { nextStep: 'EMAIL_OTP_REQUIRED' } },
        { type: 'selection-option', id: 'text', attributes: { nextStep: 'SMS_OTP_REQUIRED' } },
      ],
    })
  })

  test('of a step that is not open', () => {
    const written = write(retrieve('selection/options/retrieve'), open(EMAIL_CODE))
    expect([written.status, written.body]).toEqual([
      400,
      { meta: { ...META, nextStep: 'EMAIL_OTP_REQUIRED' }, errors: [{ code: 'UNEXPECTED_CALL' }] },
    ])
  })
})

describe('media types', () => {
  test.for([
    [undefined, 'application/vnd.api+json'],
    ['application/vnd.api+json, application/json, */*', 'application/vnd.api+json'],
    ['application/json, text/plain, */*', 'application/vnd.api+json'],
    ['application/json', 'application/json'],
    ['Application/JSON;q=0.9', 'application/json'],
    ['application/json, text/plain', 'application/json'],
    ['application/json, application/*;q=0.1', 'application/vnd.api+json'],
    ['application/json, */*;q=0', 'application/json'],
    ['text/html', 'application/vnd.api+json'],
    [', ;', 'application/vnd.api+json'],
  ] as const)('Accept: %s', ([accept, type]) => {
    const asking = post(`${PUBLIC}/password/set`, { headers: accept === undefined ? {} : { accept } })
    expect(write(asking, open(EMAIL_CODE)).headers['Content-Type']).toBe(type)
    expect(write(asking, undefined, { code: 'spent' }).headers['Content-Type']).toBe(type)
  })
})

test('the number of a session has 18 digits and is that of its conversation', () => {
  const ids = Array.from({ length: 2000 }, (_none, index) => sessionId(`conversation ${index}`))
  expect(ids.filter((id) => !/^[1-9]\d{17}$/.test(id))).toEqual([])
  expect([new Set(ids).size, sessionId('conversation 7')]).toEqual([2000, ids[7]])
})
