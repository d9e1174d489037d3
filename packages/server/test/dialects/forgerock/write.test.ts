import { PROBLEM_CODES, type AskedRequirement, type Json, type JsonObject, type Problem } from '@rekey/core'
import { describe, expect, test } from 'vitest'
import {
  asked,
  CHOICE,
  EMAIL_CODE,
  HEADERS,
  KBA,
  mounted,
  open,
  PARAMETERS,
  post,
  request,
  RESET,
  SUBMIT,
  USER_QUERY,
  write,
} from './wire.js'

const SCHEMA = 'http://json-schema.org/draft-04/schema#'

/** Bodies are compared as text: the order of members is part of the contract. */
function text(body: unknown): string {
  return JSON.stringify(body)
}

const REQUIREMENTS: readonly (readonly [string, AskedRequirement, string, JsonObject])[] = [
  [
    'userQuery',
    USER_QUERY,
    'userQuery',
    {
      $schema: SCHEMA,
      description: 'Find your account',
      type: 'object',
      required: ['queryFilter'],
      properties: { queryFilter: { description: 'filter string to find account', type: 'string' } },
    },
  ],
  [
    'emailValidation',
    EMAIL_CODE,
    'emailValidation',
    {
      $schema: SCHEMA,
      description: 'Verify emailed code',
      type: 'object',
      required: ['code'],
      properties: { code: { description: 'Enter code emailed', type: 'string' } },
    },
  ],
  [
    'kba',
    KBA,
    'kbaSecurityAnswerVerificationStage',
    {
      $schema: SCHEMA,
      description: 'Answer security questions',
      type: 'object',
      required: ['answer1', 'answer2'],
      properties: {
        answer1: { systemQuestion: { en: "What's your favorite color?", fr: 'Quelle est votre couleur préférée ?' }, type: 'string' },
        answer2: { userQuestion: 'Name of my first cat?', type: 'string' },
      },
    },
  ],
  [
    'reset',
    RESET,
    'resetStage',
    {
      $schema: SCHEMA,
      description: 'Reset password',
      type: 'object',
      required: ['password'],
      properties: { password: { description: 'Password', type: 'string' } },
    },
  ],
  [
    'parameters',
    PARAMETERS,
    'parameters',
    {
      $schema: SCHEMA,
      description: 'Parameters',
      type: 'object',
      properties: { returnParams: { description: "Parameter named 'returnParams'", type: 'string' } },
    },
  ],
  [
    'a choice, by the ids of what is offered',
    CHOICE,
    'choose',
    {
      $schema: SCHEMA,
      description: 'Choose how to go on',
      type: 'object',
      required: ['option'],
      properties: { option: { description: 'Id of the step to take', type: 'string', enum: ['emailValidation', 'kba'] } },
    },
  ],
  [
    'a choice whose options are not known yet',
    { ...CHOICE, options: [] },
    'choose',
    {
      $schema: SCHEMA,
      description: 'Choose how to go on',
      type: 'object',
      required: ['option'],
      properties: { option: { description: 'Id of the step to take', type: 'string' } },
    },
  ],
  [
    'captcha',
    asked({
      kind: 'captcha',
      step: { id: 'captcha', type: 'captcha' },
      asks: 'Captcha stage',
      answer: { response: { type: 'string', description: 'Captcha response' } },
      required: ['response'],
    }),
    'captcha',
    {
      $schema: SCHEMA,
      description: 'Captcha stage',
      type: 'object',
      required: ['response'],
      properties: { response: { description: 'Captcha response', type: 'string' } },
    },
  ],
  [
    'captcha with the key of its site',
    asked({
      kind: 'captcha',
      step: { id: 'human', type: 'captcha' },
      asks: 'Show that you are no robot',
      answer: { response: { type: 'string', secret: true, maxLength: 16_384, description: 'Captcha response' } },
      required: ['response'],
      captcha: { vendor: 'recaptcha-v2', siteKey: '6LfSite' },
    }),
    'captcha',
    {
      $schema: SCHEMA,
      description: 'Captcha stage',
      type: 'object',
      required: ['response'],
      properties: { response: { recaptchaSiteKey: '6LfSite', description: 'Captcha response', type: 'string' } },
    },
  ],
  [
    'captcha of another vendor than the pages know',
    asked({
      kind: 'captcha',
      step: { id: 'captcha', type: 'captcha' },
      asks: 'Show that you are no robot',
      answer: { response: { type: 'string' } },
      required: ['response'],
      captcha: { vendor: 'turnstile', siteKey: '0x4Site', action: 'reset' },
    }),
    'captcha',
    {
      $schema: SCHEMA,
      description: 'Captcha stage',
      type: 'object',
      required: ['response'],
      properties: {
        response: {
          recaptchaSiteKey: '0x4Site',
          captchaVendor: 'turnstile',
          captchaAction: 'reset',
          description: 'Captcha response',
          type: 'string',
        },
      },
    },
  ],
  [
    'captcha of a stranger',
    asked({
      kind: 'captcha',
      step: { id: 'puzzle', type: 'acme/puzzle' },
      asks: 'Solve the puzzle',
      answer: { solution: { type: 'string', description: 'Solution' }, level: { type: 'integer' } },
      required: ['solution'],
      captcha: { vendor: 'recaptcha-v2', siteKey: 'site' },
    }),
    'acme/puzzle',
    {
      $schema: SCHEMA,
      description: 'Solve the puzzle',
      type: 'object',
      required: ['solution'],
      properties: { solution: { recaptchaSiteKey: 'site', description: 'Solution', type: 'string' }, level: { type: 'integer' } },
    },
  ],
  [
    'terms',
    asked({
      kind: 'consent',
      step: { id: 'terms', type: 'termsAndConditions' },
      asks: 'Accept Terms and Condition',
      answer: { accepted: { type: 'boolean' } },
      required: ['accepted'],
    }),
    'termsAndConditions',
    {
      $schema: SCHEMA,
      description: 'Accept Terms and Condition',
      type: 'object',
      required: ['accept'],
      properties: { accept: { description: 'Accept', type: 'string' } },
    },
  ],
  [
    "a stranger's code step",
    asked({
      kind: 'code',
      step: { id: 'badge', type: 'acme/badge' },
      asks: 'Enter the code of your badge',
      answer: {
        code: { type: 'string', secret: true, minLength: 6, default: 'x' },
        place: { const: 'Zug' },
        life: { type: 'string', format: 'duration' },
      },
      required: ['code'],
    }),
    'acme/badge',
    {
      $schema: SCHEMA,
      description: 'Enter the code of your badge',
      type: 'object',
      required: ['code'],
      properties: { code: { type: 'string', minLength: 6 }, place: { type: 'string', enum: ['Zug'] }, life: { type: 'string' } },
    },
  ],
]

describe('writing', () => {
  test.for(REQUIREMENTS)('asks as %s', ([, requirement, type, requirements]) => {
    const response = write(open(requirement))
    expect({ ...response, body: text(response.body) }).toEqual({
      status: 200,
      headers: HEADERS,
      body: text({ type, tag: requirement.tag, requirements, token: 'a.b.c' }),
    })
  })

  test('describes with a revision and the same one as ETag, and without a token', () => {
    const view = { is: 'described', flow: 'reset', step: PARAMETERS.step, requirement: PARAMETERS } as const
    const [, , , requirements = {}] = REQUIREMENTS.find(([name]) => name === 'parameters') ?? []
    const rest = { type: 'parameters', tag: 'initial', requirements }
    const response = write(view, undefined, request('GET', '/openidm/selfservice/reset'))
    expect(text(response.body)).toBe(text({ _id: '1', _rev: '3972575977', ...rest }))
    expect(response).toMatchObject({ status: 200, headers: { ...HEADERS, ETag: '"3972575977"' } })

    const old = write(view, undefined, request('GET', '/openidm/selfservice/reset', { headers: { 'accept-api-version': 'protocol=1.0' } }))
    expect(text(old.body)).toBe(text(rest))
  })

  test('describes a first step that asks nothing', () => {
    const view = { is: 'described', flow: 'reset', step: { id: 'consent', type: 'validateActiveAccount' } } as const
    const response = write(view, undefined, request('GET', '/openidm/selfservice/reset'))
    expect(response.body).toMatchObject({ type: 'validateActiveAccount', tag: 'initial', requirements: {} })
  })

  test.for([
    ['without outputs', {}],
    ['with outputs', { returnParams: 'a=b' }],
  ] as const)('ends %s', ([, outputs]) => {
    const response = write({ is: 'ended', flow: 'reset', conversation: 'c', as: 'completed', step: RESET.step, outputs, address: 'reset' })
    expect({ ...response, body: text(response.body) }).toEqual({
      status: 200,
      headers: HEADERS,
      body: text({ type: 'resetStage', tag: 'end', status: { success: true }, additions: outputs }),
    })
  })

  test('prints over several lines when asked', () => {
    const response = write(open(RESET), undefined, post(`${SUBMIT}&_prettyPrint=true`))
    expect(response.headers).toEqual(HEADERS)
    expect(response.body).toBe(`${JSON.stringify(write(open(RESET)).body, null, 2)}\n`)
  })

  test('throws for a reply without view and problem', () => {
    expect(() => write(undefined)).toThrow('a reply has neither a view nor a problem')
  })

  test.for<readonly [Problem, number, string, string]>([
    [{ code: 'flow-unknown' }, 403, 'Forbidden', 'Access denied'],
    [{ code: 'request-malformed', detail: 'No input provided' }, 400, 'Bad Request', 'No input provided'],
    [{ code: 'answer-missing', at: '/code' }, 400, 'Bad Request', 'Input code is missing'],
    [{ code: 'answer-missing', at: '/user' }, 400, 'Bad Request', '/input/user: Expecting a value'],
    [{ code: 'answer-missing' }, 400, 'Bad Request', 'No input provided'],
    [{ code: 'answer-invalid', at: '/code' }, 400, 'Bad Request', 'Invalid code'],
    [{ code: 'answer-invalid', at: '/filter/of/0' }, 400, 'Bad Request', 'Invalid query filter'],
    [{ code: 'answer-invalid', at: '/answers/answer1' }, 400, 'Bad Request', 'Answers are not matched'],
    [{ code: 'answer-invalid' }, 400, 'Bad Request', 'Invalid input'],
    [{ code: 'answer-rejected', reason: 'no-match', at: '/filter' }, 400, 'Bad Request', 'Unable to find account'],
    [{ code: 'answer-rejected', reason: 'ambiguous' }, 400, 'Bad Request', 'Unable to find account'],
    [{ code: 'answer-rejected', reason: 'filter-field', at: '/filter' }, 400, 'Bad Request', 'Invalid query filter'],
    [{ code: 'answer-rejected', reason: 'code-mismatch', at: '/code' }, 400, 'Bad Request', 'Invalid code'],
    [{ code: 'answer-rejected', reason: 'code-missing', at: '/code' }, 400, 'Bad Request', 'Input code is missing'],
    [{ code: 'answer-rejected', reason: 'answers-mismatch' }, 400, 'Bad Request', 'Answers are not matched'],
    [{ code: 'answer-rejected', reason: 'password-missing' }, 400, 'Bad Request', 'password is missing from input'],
    [{ code: 'answer-rejected', reason: 'acme-says-no' }, 400, 'Bad Request', 'Invalid input'],
    [
      { code: 'answer-rejected', reason: 'state-locked' },
      400,
      'Bad Request',
      'You do not have permissions to reset password. Please contact administrator',
    ],
    [{ code: 'too-many-attempts', reason: 'code-mismatch' }, 400, 'Bad Request', 'Invalid code'],
    [{ code: 'step-failed', reason: 'no-mail' }, 400, 'Bad Request', 'Unable to verify email'],
    [{ code: 'step-failed', reason: 'too-few-questions' }, 400, 'Bad Request', 'Insufficient number of questions'],
    [{ code: 'step-failed', reason: 'acme-failed' }, 400, 'Bad Request', 'Unable to complete the process'],
    [{ code: 'out-of-turn' }, 400, 'Bad Request', 'Snapshot token is invalid'],
    [{ code: 'token-invalid' }, 400, 'Bad Request', 'Snapshot token is invalid'],
    [{ code: 'token-foreign' }, 400, 'Bad Request', 'Invalid token'],
    [{ code: 'spent' }, 400, 'Bad Request', 'Snapshot token is invalid'],
    [{ code: 'ended' }, 400, 'Bad Request', 'Snapshot token is invalid'],
    [{ code: 'already-changed' }, 409, 'Conflict', 'The password has been changed meanwhile'],
    [{ code: 'caller-refused' }, 401, 'Unauthorized', 'Access Denied'],
    [{ code: 'limited' }, 429, 'Too Many Requests', 'Too many requests'],
    [{ code: 'unavailable' }, 503, 'Service Unavailable', 'Service unavailable'],
  ])('draws the problem %j', ([problem, status, reason, message]) => {
    const response = write(undefined, problem)
    expect({ ...response, body: text(response.body) }).toEqual({ status, headers: HEADERS, body: text({ code: status, reason, message }) })
    expect(text(write(open(EMAIL_CODE), problem).body)).toBe(text(response.body))
  })

  test('repeats a pointer bounded and printable', () => {
    const response = write(undefined, { code: 'answer-invalid', at: `/${'\u0007'.repeat(500)}` })
    expect(response.body).toEqual({ code: 400, reason: 'Bad Request', message: `/input/${'?'.repeat(99)}...: Invalid value` })
  })

  test('has a non-empty message for every problem', () => {
    const messages = PROBLEM_CODES.map((code) => write(undefined, { code }).body)
    expect(messages.every((body) => typeof body === 'object' && body !== null && 'message' in body && body.message !== '')).toBe(true)
  })

  test('draws an ending that is no success as an error', () => {
    const view = {
      is: 'ended',
      flow: 'reset',
      conversation: 'c',
      as: 'cancelled',
      step: RESET.step,
      outputs: {},
      address: 'reset',
    } as const
    expect(write(view)).toMatchObject({ status: 400, body: { message: 'Unable to complete the process' } })
  })
})

describe('a weak password', () => {
  const problem: Problem = {
    code: 'answer-rejected',
    reason: 'policy',
    at: '/password',
    details: [{ rule: 'MIN_LENGTH', params: { minLength: 8 } }, { rule: 'REQUIRED' }],
  }
  const error: Json = {
    code: 403,
    reason: 'Forbidden',
    message: 'Policy validation failed',
    detail: {
      result: false,
      failedPolicyRequirements: [
        {
          property: 'password',
          policyRequirements: [{ policyRequirement: 'MIN_LENGTH', params: { minLength: 8 } }, { policyRequirement: 'REQUIRED' }],
        },
      ],
    },
  }

  test('is asked for again inside a 200, with a token', () => {
    const response = write(open(RESET), problem)
    const [, , , requirements = {}] = REQUIREMENTS.find(([name]) => name === 'reset') ?? []
    expect(response.status).toBe(200)
    expect(text(response.body)).toBe(text({ type: 'resetStage', tag: 'initial', requirements: { ...requirements, error }, token: 'a.b.c' }))
  })

  test.for([
    ['in the style of 4 and 5', write(open(RESET), problem, post(SUBMIT), mounted({ weakPassword: 'error' }))],
    ['when it was the last try', write(undefined, { ...problem, code: 'too-many-attempts' })],
  ] as const)('is an error %s', ([, response]) => {
    expect({ ...response, body: text(response.body) }).toEqual({ status: 403, headers: HEADERS, body: text(error) })
  })
})
