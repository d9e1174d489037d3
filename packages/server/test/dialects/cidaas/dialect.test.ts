import { PROBLEM_CODES, Secret, type AskedRequirement, type JsonObject, type PolicyRule, type Problem } from '@rekey/core'
import { describe, expect, test } from 'vitest'
import { openCode, sealCode } from '../../../src/dialects/cidaas/mailed-code.js'
import { isRequestId, mintRequestId } from '../../../src/dialects/cidaas/request-id.js'
import { mounted, NOW, open, queried, read, readIntent, REFERENCE, refusal, request, SITE, write, type Sent } from './wire.js'

const INITIATE = '/users-srv/resetpassword/initiate'
const VALIDATE = '/users-srv/resetpassword/validatecode'
const ACCEPT = '/users-srv/resetpassword/accept'
const OFF: JsonObject = { requireRequestId: false }

function failure(status: number, code: number, error: string, moreInfo = '') {
  const body = { success: false, status, error: { code, moreInfo, type: 'UsersException', status, referenceNumber: REFERENCE, error } }
  return { status, headers: {}, body }
}

const NOT_FOUND = failure(404, 10_003, 'Not found', 'VER_0003')

describe('a request id', () => {
  const id = mintRequestId(SITE, request('POST', '/x'))
  const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)

  test.for<readonly [what: string, text: string, now: Date, good: boolean]>([
    ['fresh', id, NOW, true],
    ['in capitals', id.toUpperCase(), NOW, true],
    ['half an hour old', id, later(1799), true],
    ['older', id, later(1801), false],
    ['of another clock', id, later(-59), true],
    ['of the future', id, later(-62), false],
    ['empty', '', NOW, false],
    ['of anybody', '5f5cbb84-4ceb-4975-b347-4bfac61e9248', NOW, false],
    ['longer', `${id}0`, NOW, false],
  ])('%s', ([, text, now, good]) => {
    expect(isRequestId(SITE, text, now)).toBe(good)
  })

  test('no character of it can be another', () => {
    const others = id
      .split('')
      .flatMap((character, at) => (character === '-' ? [] : [id.slice(0, at) + (character === '0' ? '1' : '0') + id.slice(at + 1)]))
    expect(others.filter((text) => isRequestId(SITE, text, NOW))).toEqual([])
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})

describe('a mailed code', () => {
  test.for(['123456', '', '0', '5f5cbb84-4ceb-4975-b347-4bfac61e9248', 'x'.repeat(64)])('%s comes back', (code) => {
    const sealed = sealCode(SITE, 'rprq', code)
    expect(openCode(SITE, 'rprq', sealed)).toBe(code === '' ? undefined : code)
    expect(openCode(SITE, 'other', sealed)).toBeUndefined()
    if (code.length > 1) expect(sealed).not.toContain(code)
  })

  test('bent it is none', () => {
    const sealed = sealCode(SITE, 'rprq', '123456')
    const others = sealed
      .split('')
      .flatMap((character, at) => [sealed.slice(0, at) + (character === 'A' ? 'B' : 'A') + sealed.slice(at + 1), sealed.slice(0, at)])
    expect(others.filter((text) => openCode(SITE, 'rprq', text) !== undefined)).toEqual([])
  })
})

describe('reading a change', () => {
  const body = { sub: 'me', old_password: 'old', new_password: 'new', confirm_password: 'new' }
  const values = { languages: ['de', 'en'], address: '192.0.2.1', requestId: '5f5cbb84-4ceb-4975-b347-4bfac61e9248' }
  const base = { act: 'start', dialect: 'cidaas', flow: 'change' }
  const answers = [
    { kind: 'password', value: { password: 'old' } },
    { kind: 'newPassword', value: { password: 'new' } },
  ]

  test.for<readonly [what: string, headers: NonNullable<Sent['headers']>, token: string | undefined]>([
    ['Authorization', { authorization: 'Bearer one' }, 'one'],
    ['access_token', { access_token: 'two' }, 'two'],
    ['both', { authorization: 'Bearer one', access_token: 'two' }, 'one'],
    ['a bent Authorization before a good one', { authorization: 'Basic x', access_token: 'two' }, undefined],
    ['Authorization twice', { authorization: ['Bearer one', 'Bearer two'] }, undefined],
    ['access_token twice', { access_token: ['one', 'two'] }, undefined],
    ['none', {}, undefined],
  ])('takes the token of %s', ([, headers, token]) => {
    const intent = readIntent(request('PUT', '/password-srv/password', { headers: { ...headers, acceptlanguage: 'de, en' }, body }))
    expect(intent).toEqual({
      ...base,
      answers,
      request: { ...values, subjects: ['me'], ...(token !== undefined && { bearer: expect.any(Secret) }) },
    })
    expect(intent.request.bearer?.reveal()).toBe(token)
  })

  test.for<readonly [what: string, sent: Sent, fault: string]>([
    ['no body', {}, 'body'],
    ['a list', { body: [] }, 'body'],
    ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'sub=me' }, 'body'],
    ['a packed body', { wire: { is: 'encoded' } }, 'body'],
    ['another encoding', { wire: { is: 'not-utf8' } }, 'body'],
    ['a long body', { wire: { is: 'too-large' } }, 'too-large'],
    ['a bent sub', { body: { ...body, sub: 5 } }, 'missing'],
    ['a bent identityId', { body: { ...body, identityId: [] } }, 'missing'],
    ['no old password', { body: { ...body, old_password: null } }, 'missing'],
  ])('%s is a fault that waits for the token', ([, sent, fault]) => {
    const intent = readIntent(request('PUT', '/password-srv/password', sent))
    expect(intent).toEqual({
      ...base,
      answers: [],
      request: { ...values, languages: [] },
      fault: { code: 'request-malformed', detail: fault },
    })
  })

  test('another confirmation waits for the comparison of the sub as well', () => {
    const intent = readIntent(request('PUT', '/password-srv/password', { body: { ...body, identityId: 'myself', confirm_password: 'x' } }))
    expect(intent).toMatchObject({ request: { subjects: ['me', 'myself'] }, fault: { detail: 'confirmation' } })
  })

  test('a first password needs no sub', () => {
    const intent = readIntent(request('POST', '/password-srv/password', { body: { password: 'new', confirmPassword: 'new' } }))
    expect(intent).toEqual({ ...base, flow: 'set', answers: answers.slice(1), request: { ...values, languages: [] } })
  })
})

describe('the medium of a reset', () => {
  const asking = (resetMedium: unknown) => {
    const intent = readIntent(request('POST', INITIATE, { body: { email: 'a@b.example', resetMedium } }), mounted(OFF))
    const [, answer] = intent.answers
    if (answer?.kind !== 'open') throw new Error('the medium is left open')
    return (requirement: AskedRequirement) => answer.read(requirement)
  }
  const option = (channel: 'email' | 'sms'): AskedRequirement => ({ ...open('code').requirement, channel, target: `by ${channel}` })
  const choice: AskedRequirement = { ...open('choice').requirement, options: [option('email'), option('sms')] }

  test.for([
    [undefined, 'by email'],
    ['EMAIL', 'by email'],
    ['email', 'by email'],
    ['SMS', 'by sms'],
    ['sms', 'by sms'],
  ] as const)('%s picks the option', ([medium, target]) => {
    expect(asking(medium)(choice)).toEqual({ is: 'value', value: { option: target } })
  })

  test('that a flow does not have is a missing field; a flow without a choice takes its own', () => {
    const picked = asking('SMS')({ ...choice, options: [option('email')] })
    expect(picked).toEqual({ is: 'fault', problem: { code: 'answer-invalid', at: '/resetMedium' } })
    const unneeded = asking('SMS')(open('code').requirement)
    if (unneeded.is !== 'fault') throw new Error('a code is no choice')
    const drawn = write(request('POST', INITIATE, { body: {} }), open('code'), unneeded.problem)
    expect(drawn).toEqual({ status: 200, headers: {}, body: { success: true, status: 200, data: { reset_initiated: true, rprq: 'RPRQ' } } })
  })

  test('repeats only what names the same request id', () => {
    const id = mintRequestId(SITE, request('POST', '/x'))
    const body = (over: object) => ({ requestId: id, email: 'a@b.example', ...over })
    const key = (over: object, settings: JsonObject = OFF) =>
      readIntent(request('POST', INITIATE, { body: body(over) }), mounted(settings)).repeats
    expect(key({})).toEqual({ key: expect.stringContaining(id), seconds: 120 })
    expect(key({ requestId: id.toUpperCase(), resetMedium: 'email' })).toEqual(key({}))
    expect(key({ resetMedium: 'SMS' })).not.toEqual(key({}))
    expect(key({ requestId: 'made-up' })).toBeUndefined()
    expect(key({}, { ...OFF, repeatSeconds: 0 })).toBeUndefined()
  })
})

/** What each call says of each problem: status, code and, where the vendor has one, its text code. */
describe('problems', () => {
  const said = (target: string, method: string, problem: Problem) => {
    const { status, body } = write(request(method, target, { body: {} }), undefined, problem)
    return JSON.stringify(body).includes('refnumber') ? `${status}` : [status, ...wordsIn(body)].join(' ')
  }

  test('have words each', () => {
    const table = Object.fromEntries(PROBLEM_CODES.map((code) => [code, said(ACCEPT, 'POST', { code })]))
    expect(table).toEqual({
      'flow-unknown': '404 10003 VER_0003 Not found',
      'request-malformed': '400 10004 VER_0004 The request is no JSON object',
      'answer-missing': '417 10005 VER_0005 A required field is missing or has the wrong type',
      'answer-invalid': '417 10005 VER_0005 A required field is missing or has the wrong type',
      'answer-rejected': '400 10006 VER_0006 The request was refused',
      'out-of-turn': '400 10002 Invalid resetRequestId or exchangeId',
      'token-invalid': '400 10002 Invalid resetRequestId or exchangeId',
      'token-foreign': '400 10002 Invalid resetRequestId or exchangeId',
      spent: '400 10002 Invalid resetRequestId or exchangeId',
      ended: '400 10002 Invalid resetRequestId or exchangeId',
      'too-many-attempts': '400 10006 VER_0006 The request was refused',
      'step-failed': '400 10006 VER_0006 The request was refused',
      'already-changed': '409 10409 The password has been changed meanwhile',
      'caller-refused': '401',
      limited: '429 10429 Too many requests',
      unavailable: '500 10500 Internal server error',
    })
  })

  test.for<readonly [what: string, problem: Problem, words: string]>([
    ['a reset that is done', { code: 'ended', reason: 'completed' }, '400 10002 VER_0007 Invalid resetRequestId'],
    ['the last wrong code', { code: 'too-many-attempts', reason: 'code-mismatch' }, '400 10008 Invalid code'],
    ['a wrong old password', { code: 'answer-rejected', reason: 'password-mismatch' }, '400 507 Given old password is incorrect'],
    ['a password there is', { code: 'step-failed', reason: 'has-password' }, '400 10014 PASSWORD_EXISTS A password is set already'],
    ['nobody, where the flow reveals it', { code: 'answer-rejected', reason: 'no-match' }, '400 10013 USER_NOT_FOUND User not found'],
    ['a common password', weak('COMMON'), '400 10120 VER_0120 The password is compromised'],
    ['a password seen in a breach', weak('BREACHED'), '400 10120 VER_0120 The password is compromised'],
    ['one used before', weak('HISTORY'), '400 10012 PASSWORD_HISTORY The password was used before'],
    [
      'a common one that is short',
      weak('MIN_LENGTH', 'COMMON'),
      '400 10011 PASSWORD_POLICY The password violates the password policy: MIN_LENGTH',
    ],
    ['one refused by the directory', weak(), '400 10011 PASSWORD_POLICY The password violates the password policy'],
    ['a confirmation', { code: 'request-malformed', detail: 'confirmation' }, '417 10009 new_password and confirm_password not matching'],
    ['a long body', { code: 'request-malformed', detail: 'too-large' }, '413 10413 The request is too large'],
  ])('%s', ([, problem, words]) => {
    expect(said('/password-srv/password', 'PUT', problem)).toBe(words)
  })

  function weak(...rules: readonly string[]): Problem {
    return { code: 'answer-rejected', reason: 'policy', at: '/password', details: rules.map((rule) => ({ rule })) }
  }

  function wordsIn(body: unknown): readonly string[] {
    const { error } = body as { readonly error: { readonly code: number; readonly moreInfo: string; readonly error: string } }
    return [String(error.code), error.moreInfo, error.error].filter((word) => word !== '')
  }
})

test('what no route takes is JSON, and so is a fault', () => {
  const dialect = mounted()
  const asked = request('GET', '/password-srv/nothing')
  expect((['no-route', 'bad-method', 'bad-path'] as const).map((fault) => dialect.stray(asked, fault))).toEqual([
    NOT_FOUND,
    NOT_FOUND,
    NOT_FOUND,
  ])
  expect(dialect.stray(asked, 'fault')).toEqual(failure(500, 10_500, 'Internal server error'))
  for (const query of ['', '?action=', '?action=destroy', '?action=validatecode&action=acceptreset', '?Action=validatecode']) {
    expect(read(request('POST', `/password-srv/resetpassword${query}`, { body: {} }))).toEqual(NOT_FOUND)
    expect(read(request('GET', `/password-srv/resetpassword${query}`))).toEqual(NOT_FOUND)
  }
})

describe('what needs no token', () => {
  test('a request id, by JSON and by form', () => {
    const made = { groupname: 'default', lang: 'de', view_type: 'login', requestId: mintRequestId(SITE, request('POST', '/x')) }
    const drawn = { status: 200, headers: {}, body: { success: true, status: 200, data: made } }
    const path = '/authz-srv/authrequest/authz/generate'
    const headers = { 'accept-language': 'de' }
    expect(refusal(request('POST', path, { headers, body: { client_id: 'any' } }))).toEqual(drawn)
    const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', ...headers }
    expect(refusal(request('POST', path, { headers: form, body: 'client_id=shop' }), mounted({ clientIds: ['shop'] }))).toEqual(drawn)
    expect(refusal(request('POST', path, { body: { client_id: 'other' } }), mounted({ clientIds: ['shop'] })).status).toBe(401)
    expect(refusal(request('POST', path))).toEqual(failure(400, 10_004, 'The request is no JSON object', 'VER_0004'))
  })

  test('the public list of methods is the same for everybody', () => {
    const path = '/verification-srv/v2/setup/public/configured/list'
    const id = mintRequestId(SITE, request('POST', '/x'))
    const drawn = refusal(
      request('POST', path, { body: { request_id: id, email: 'jdoe@example.com' } }),
      mounted({ methods: ['EMAIL', 'SMS'] }),
    )
    const list = [
      { type: 'EMAIL', mediums: [] },
      { type: 'SMS', mediums: [] },
    ]
    expect(drawn.body).toEqual({ success: true, status: 200, data: { configured_list: list } })
    expect(refusal(request('POST', path, { body: {} }))).toEqual(failure(400, 10_001, 'Invalid request id'))
  })

  test('the password policy, in the expressions of the vendor', () => {
    const rules: readonly PolicyRule[] = [
      { id: 'a', rule: 'MIN_LENGTH', params: { minLength: 8 } },
      { id: 'b', rule: 'MAX_LENGTH', params: { maxLength: 64 } },
      { id: 'c', rule: 'AT_LEAST_X_CAPITAL_LETTERS', params: { numCaps: 2 } },
      { id: 'd', rule: 'AT_LEAST_X_NUMBERS', params: { numNums: 1 } },
      { id: 'e', rule: 'COMMON', params: {} },
      { id: 'f', rule: 'HISTORY', params: {} },
    ]
    const id = mintRequestId(SITE, request('POST', '/x'))
    const { route, request: asked } = queried(request('GET', `/public-srv/public/${id}`))
    if (route.query !== 'passwordRules') throw new Error('it asks for the rules')
    expect(route.ask(asked)).toEqual({ query: 'passwordRules' })
    expect(route.answer(rules, asked).body).toMatchObject({
      data: {
        password_policy: {
          blockCompromised: true,
          denyUsageCount: 1,
          strengthRegexes: ['^.{8,64}$', '^(?=(?:.*[A-Z]){2}).*$', '^(?=(?:.*[0-9]){1}).*$'],
          changeEnforcement: { expirationInDays: 0, notifyUserBeforeInDays: 0 },
        },
      },
    })
    const other = queried(request('GET', '/public-srv/public/5f5cbb84-4ceb-4975-b347-4bfac61e9248'))
    expect(other.route.ask(other.request)).toEqual({ refuse: failure(400, 10_001, 'Invalid request id') })
  })
})

describe('calls from pages of other origins', () => {
  const dialect = mounted({ origins: ['https://portal.example'] })
  const asked = (origin: string, method: string) =>
    request('OPTIONS', '/password-srv/password', { headers: { origin, 'access-control-request-method': method } })
  const ALLOWED = { Vary: 'Origin', 'Access-Control-Allow-Origin': 'https://portal.example' }

  test('are allowed to configured ones', () => {
    const answer = refusal(asked('https://portal.example', 'PUT'), dialect)
    expect(answer).toEqual({
      status: 204,
      headers: {
        ...ALLOWED,
        'Access-Control-Allow-Methods': 'PUT, POST',
        'Access-Control-Allow-Headers': expect.stringContaining('authorization, content-type'),
        'Access-Control-Max-Age': '600',
      },
    })
  })

  test.for<readonly [what: string, origin: string, method: string]>([
    ['another origin', 'https://evil.example', 'PUT'],
    ['one that begins alike', 'https://portal.example.evil.example', 'PUT'],
    ['another scheme', 'http://portal.example', 'PUT'],
    ['no origin', 'null', 'PUT'],
    ['another method', 'https://portal.example', 'DELETE'],
  ])('are unknown to %s', ([, origin, method]) => {
    const answer = refusal(asked(origin, method), dialect)
    const headers = origin === 'https://portal.example' ? ALLOWED : { Vary: 'Origin' }
    expect(answer).toEqual({ ...NOT_FOUND, headers })
  })

  test('can read every answer, faults included', () => {
    const headers = { origin: 'https://portal.example' }
    const put = request('PUT', '/password-srv/password', { headers })
    const answers = [
      write(put, undefined, { code: 'caller-refused' }, dialect),
      write(put, undefined, { code: 'unavailable' }, dialect),
      dialect.stray(put, 'no-route'),
      dialect.stray(put, 'fault'),
      refusal(request('POST', VALIDATE, { headers }), dialect),
    ]
    expect(answers.map((answer) => answer.headers)).toEqual(answers.map(() => ALLOWED))
    expect(answers.map(({ status }) => status)).toEqual([401, 500, 404, 500, 400])
  })

  test('get no header where no origin is configured', () => {
    const answer = mounted().stray(request('GET', '/users-srv/x', { headers: { origin: 'https://portal.example' } }), 'no-route')
    expect(answer).toEqual(NOT_FOUND)
  })
})

describe('a flow that asks for something that its slot has no words for', () => {
  test.for<readonly [method: string, target: string, kind: Parameters<typeof open>[0]]>([
    ['PUT', '/password-srv/password', 'code'],
    ['POST', INITIATE, 'newPassword'],
    ['POST', VALIDATE, 'code'],
    ['POST', ACCEPT, 'newPassword'],
  ])('%s %s', ([method, target, kind]) => {
    expect(write(request(method, target, { body: {} }), open(kind))).toEqual(failure(400, 10_006, 'The request was refused', 'VER_0006'))
  })
})

describe('a page that is no address is refused when the dialect is mounted', () => {
  test.for(['forgotPage', 'setPage', 'successPage'])('%s', (name) => {
    expect(() => mounted({ [name]: 'https://id.example.com:99999/page' })).toThrow(`\`${name}\` takes the address of a page`)
    expect(() => mounted({ [name]: 'https://id.example.com/page' })).not.toThrow()
  })
})
