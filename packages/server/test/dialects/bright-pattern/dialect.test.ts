import { PROBLEM_CODES, Secret, type Ended, type JsonObject } from '@rekey/core'
import { describe, expect, test } from 'vitest'
import { unknownPath } from '../../../src/dialect/unknown-path.js'
import { problemDetails } from '../../../src/http/problem-details.js'
import { mounted, readIntent, request, route, text, write, type Sent } from './wire.js'

const BODY = { type: 'request', request: { action: 'generate_password', user: 'Jon.One' } }
const REQUEST = { languages: [], address: '192.0.2.1', requestId: 'request-1' }
const BASE = { act: 'start', dialect: 'bright-pattern', flow: 'generate' }
const filter = { is: 'equals', field: 'login', value: 'Jon.One' }

describe('reading', () => {
  test('the sample of the page, with members of the scenario beside it, under any content type', () => {
    const own = { user: 'x', User: 'y', list: [{ user: 1 }, { user: 2 }], text: '"user":1,"user":2' }
    const body = text({ ...BODY, emp_num: '4711', phone: '+15550107', own })
    const intent = readIntent({ headers: { authorization: ['Bearer secret_token'], 'content-type': ['text/plain'] }, body })
    expect(intent).toEqual({
      ...BASE,
      answers: [{ kind: 'identifier', value: { filter } }],
      request: { ...REQUEST, bearer: expect.any(Secret), rawBody: body.is === 'text' ? body.text : '' },
    })
    expect(intent.request.bearer?.reveal()).toBe('secret_token')
  })

  test.for<readonly [what: string, body: Sent['body'], why: string]>([
    ['no body', { is: 'none' }, 'not-json'],
    ['an open brace', text('{"type":'), 'not-json'],
    [
      'a backslash pasted as it is',
      text('{"type":"request","request":{"action":"generate_password","user":"mydomain\\Jon.One"}}'),
      'not-json',
    ],
    ['a list', text([BODY]), 'not-json'],
    ['a text', text('"x"'), 'not-json'],
    ['a user twice', text('{"type":"request","request":{"action":"generate_password","user":"Jane.Two","user":"Jon.One"}}'), 'not-json'],
    ['two spellings of a user', text({ ...BODY, request: { ...BODY.request, User: 'Jane.Two' } }), 'not-json'],
    ['a request twice', text(`{"request":{"user":"Jane.Two"},${JSON.stringify(BODY).slice(1)}`), 'not-json'],
    ['two spellings of a request', text({ ...BODY, REQUEST: {} }), 'not-json'],
    ['a type twice, once escaped', text(`{"t\\u0079pe":"request",${JSON.stringify(BODY).slice(1)}`), 'not-json'],
    ['a type with the long s of a request', text({ ...BODY, ['reque\u017ft']: {} }), 'not-json'],
    ['too much', { is: 'too-large' }, 'not-json'],
    ['packed', { is: 'encoded' }, 'not-json'],
    ['not UTF-8', { is: 'not-utf8' }, 'not-json'],
    ['an empty object', text({}), 'not-a-request'],
    ['another type', text({ ...BODY, type: 'response' }), 'not-a-request'],
    ['another action', text({ ...BODY, request: { ...BODY.request, action: 'delete' } }), 'not-a-request'],
    ['no request', text({ type: 'request' }), 'not-a-request'],
    ['no user', text({ ...BODY, request: { action: 'generate_password' } }), 'not-a-request'],
    ['a list of users', text({ ...BODY, request: { ...BODY.request, user: ['Jon.One'] } }), 'not-a-request'],
    ['an empty user', text({ ...BODY, request: { ...BODY.request, user: '' } }), 'not-a-request'],
    ['a user that is no name', text({ ...BODY, request: { ...BODY.request, user: 'x@' } }), 'not-a-request'],
  ])('%s is a fault that waits for the token', ([, body, why]) => {
    expect(readIntent(body === undefined ? {} : { body })).toEqual({
      ...BASE,
      answers: [],
      request: REQUEST,
      fault: { code: 'request-malformed', detail: why },
    })
  })

  test.for<readonly [string, readonly string[] | undefined, string | undefined]>([
    ['none', undefined, undefined],
    ['Basic', ['Basic c2VjcmV0'], undefined],
    ['two', ['Bearer a', 'Bearer b'], undefined],
    ['an empty one', ['Bearer '], undefined],
    ['one with a blank inside', ['Bearer a b'], undefined],
    ['another case of the scheme', ['bearer a'], 'a'],
  ])('the credential of %s', ([, authorization, bearer]) => {
    const intent = readIntent({ body: text(BODY), ...(authorization && { headers: { authorization } }) })
    expect(intent.request.bearer?.reveal()).toBe(bearer)
  })
})

const ended = (outputs: JsonObject, as: Ended['as'] = 'completed'): Ended => ({
  is: 'ended',
  flow: 'generate',
  conversation: 'c',
  as,
  step: { id: 'generatePassword', type: 'generatePassword' },
  outputs,
  address: 'generate',
})
const NO_STORE = { 'Cache-Control': 'no-store' }
const FAILED = { status: 200, headers: NO_STORE, body: { res: 'failed' } }
const DN = 'CN=Jon.One,CN=Users,DC=mydomain,DC=com'

describe('writing', () => {
  test.for<readonly [what: string, settings: JsonObject, outputs: JsonObject, username: string]>([
    ['the whole name', {}, { password: 'E2x7s+', userName: 'Jon.One', distinguishedName: DN }, DN],
    [
      'its first part, as the sample of the page',
      { dnStyle: 'rdn' },
      { password: 'E2x7s+', userName: 'Jon.One', distinguishedName: DN },
      'CN=Jon.One',
    ],
    ['the user name of somebody without one', {}, { password: 'E2x7s+', userName: 'jdoe' }, 'jdoe'],
  ])('a password under %s', ([, settings, outputs, username]) => {
    const response = write(ended(outputs), undefined, settings)
    expect(response.status).toBe(200)
    expect(response.headers).toEqual(NO_STORE)
    expect(JSON.stringify(response.body)).toBe(`{"res":"ok","type":"response","response":{"password":"E2x7s+","username":"${username}"}}`)
  })

  test('every problem is told alike, or not at all', () => {
    const answers = Object.fromEntries(PROBLEM_CODES.map((code) => [code, write(undefined, { code }).status]))
    expect(answers).toEqual({
      'flow-unknown': 404,
      'request-malformed': 200,
      'answer-missing': 200,
      'answer-invalid': 200,
      'answer-rejected': 200,
      'out-of-turn': 200,
      'token-invalid': 200,
      'token-foreign': 200,
      spent: 200,
      ended: 200,
      'too-many-attempts': 200,
      'step-failed': 200,
      'already-changed': 200,
      'caller-refused': 404,
      limited: 404,
      unavailable: 200,
    })
    for (const code of PROBLEM_CODES.filter((one) => answers[one] === 200)) {
      expect(write(undefined, { code, reason: 'group-disallowed', detail: 'not-a-request' })).toEqual(FAILED)
    }
    expect(write(undefined, { code: 'request-malformed', detail: 'not-json' })).toEqual({ ...FAILED, status: 400 })
    expect(write(undefined, { code: 'caller-refused' })).toEqual(unknownPath())
  })

  test('an ending without a password, and a flow that asks for more, are failures', () => {
    expect(write(ended({}))).toEqual(FAILED)
    expect(write(ended({ password: 'E2x7s+' }, 'failed'))).toEqual(FAILED)
    expect(write(undefined)).toEqual(FAILED)
  })

  test('an unknown path is told as the server itself tells one', () => {
    expect(unknownPath()).toEqual(problemDetails('not-found'))
    const dialect = mounted()
    const faults = ['no-route', 'bad-method', 'bad-path'] as const
    expect(faults.map((fault) => dialect.stray(request({}), fault))).toEqual(faults.map(() => unknownPath()))
  })

  test.for([
    ['a success', undefined, 20, 280],
    ['a failure', { code: 'step-failed' }, 20, 280],
    ['a failure that took long', { code: 'step-failed' }, 900, 0],
    ['a wrong token', { code: 'caller-refused' }, 20, 0],
  ] as const)('%s waits until the least time is over', ([, problem, took, waits]) => {
    expect(route().holdMs?.(undefined, problem, took)).toBe(waits)
  })
})
