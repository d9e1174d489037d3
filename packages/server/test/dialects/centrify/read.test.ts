import { describe, expect, test } from 'vitest'
import type { WireRequest } from '../../../src/dialect/wire.js'
import { ADVANCE, APPROVE, bad, CHANGE, CLEANUP, good, LOGOUT, mounted, post, read, request, routeOf, SESSION, START } from './wire.js'

const carried = { is: 'handle', handle: SESSION, purpose: 'session' }
const of = { dialect: 'centrify', flow: '', answers: [] }
const answer = (password: unknown) => ({ kind: 'open', input: { password }, read: expect.any(Function) as unknown })
const advance = (body: object) => post(ADVANCE, { TenantId: 'ABC1234', SessionId: SESSION, ...body })
const refused = (Summary: string, message?: string) => ({ status: 200, headers: {}, body: bad({ Summary }, message) })
const UNREAD = refused('Undefined', 'The request could not be read. Please try again or contact your system administrator.')

test.for<readonly [string, WireRequest, object]>([
  [
    'a start names the user and wants to see what lies ahead',
    post(START, { TenantId: 'ABC1234', User: 'jdoe@example.com', Version: '1.0' }),
    {
      ...of,
      act: 'start',
      flow: 'login',
      ahead: true,
      answers: [{ kind: 'open', input: { user: 'jdoe@example.com' }, read: expect.any(Function) as unknown }],
    },
  ],
  [
    'an answer',
    advance({ MechanismId: 'm-1', Action: 'Answer', Answer: '123456' }),
    { ...of, act: 'submit', carried, target: 'm-1', answers: [answer('123456')] },
  ],
  [
    'an answer to several questions',
    advance({ MechanismId: 'm-1', Action: 'Answer', Answer: { answer1: 'Blue' } }),
    { ...of, act: 'submit', carried, target: 'm-1', answers: [answer({ answer1: 'Blue' })] },
  ],
  [
    'an answer that is not there',
    advance({ MechanismId: 'm-1', Action: 'Answer' }),
    { ...of, act: 'submit', carried, target: 'm-1', answers: [answer(null)] },
  ],
  [
    'a beginning out of band',
    advance({ MechanismId: 'm-1', Action: 'StartOOB', Answer: '' }),
    { ...of, act: 'open', carried, target: 'm-1' },
  ],
  ['a poll', advance({ MechanismId: 'm-1', Action: 'Poll', Answer: '' }), { ...of, act: 'poll', carried, target: 'm-1' }],
  [
    'a forgotten password',
    advance({ Action: 'ForgotPassword', PersistentLogin: null }),
    { ...of, act: 'become', carried, slot: 'forgot', ahead: true },
  ],
  [
    'names in another letter case',
    post(ADVANCE.toLowerCase(), { sessionid: SESSION, ACTION: 'Poll', mechanismID: 'm-1' }),
    { ...of, act: 'poll', carried, target: 'm-1' },
  ],
  [
    'the last of names that differ in case only',
    advance({ Action: 'Poll', MechanismId: 'm-1', mechanismid: 'm-2' }),
    { ...of, act: 'poll', carried, target: 'm-2' },
  ],
  ['a clean-up', post(CLEANUP, { TenantId: 'ABC1234', SessionId: SESSION }), { ...of, act: 'cancel', carried }],
])('%s', ([, asked, intent]) => {
  expect(read(asked)).toEqual([intent])
})

test('several operations are intents in their order', () => {
  const operations = [
    { MechanismId: 'm-1', Action: 'Answer', Answer: 'Passw0rd1' },
    { MechanismId: 'm-2', Action: 'StartOOB' },
  ]
  expect(read(advance({ Action: 'MultipleOperations', MultipleOperations: operations }))).toEqual([
    { ...of, act: 'submit', carried, target: 'm-1', answers: [answer('Passw0rd1')] },
    { ...of, act: 'open', carried, target: 'm-2' },
  ])
})

test.for<readonly [string, WireRequest, object]>([
  ['no body', post(START), UNREAD],
  ['an empty list', post(START, []), UNREAD],
  ['a list', post(START, ['jdoe']), UNREAD],
  ['no JSON', post(START, '{'), UNREAD],
  ['no user', post(START, { TenantId: 'ABC1234' }), UNREAD],
  ['an empty user', post(START, { User: '' }), UNREAD],
  ['a user that is no text', post(START, { User: { $ne: null } }), UNREAD],
  ['a form', post(START, 'User=jdoe', { 'content-type': 'application/x-www-form-urlencoded' }), UNREAD],
  ['a body without a type', request('POST', START, { body: { User: 'jdoe' } }), UNREAD],
  ['two types', post(START, { User: 'jdoe' }, { 'content-type': ['application/json', 'application/json'] }), UNREAD],
  ['a packed body', request('POST', START, { wire: { is: 'encoded' } }), UNREAD],
  ['a body that is too large', request('POST', ADVANCE, { wire: { is: 'too-large' } }), UNREAD],
  ['no session', post(ADVANCE, { MechanismId: 'm-1', Action: 'Poll' }), refused('Failure')],
  ['a session that is no text', post(ADVANCE, { SessionId: 1, MechanismId: 'm-1', Action: 'Poll' }), refused('Failure')],
  ['no action', advance({ MechanismId: 'm-1' }), refused('Failure')],
  ['an unknown action', advance({ MechanismId: 'm-1', Action: 'Skip' }), refused('Failure')],
  ['an action in another letter case', advance({ MechanismId: 'm-1', Action: 'poll' }), refused('Failure')],
  ['an action without a mechanism', advance({ Action: 'Answer', Answer: 'x' }), refused('Failure')],
  ['a mechanism that is no text', advance({ Action: 'Answer', MechanismId: ['m-1'], Answer: 'x' }), refused('Failure')],
  ['no operations', advance({ Action: 'MultipleOperations', MultipleOperations: [] }), refused('Failure')],
  ['operations that are no list', advance({ Action: 'MultipleOperations', MultipleOperations: {} }), refused('Failure')],
  [
    'operations of which one is bent',
    advance({ Action: 'MultipleOperations', MultipleOperations: [{ Action: 'Poll', MechanismId: 'm-1' }, {}] }),
    refused('Failure'),
  ],
  [
    'operations within operations',
    advance({ Action: 'MultipleOperations', MultipleOperations: [{ Action: 'MultipleOperations', MultipleOperations: [] }] }),
    refused('Failure'),
  ],
  [
    'more operations than anybody needs',
    advance({
      Action: 'MultipleOperations',
      MultipleOperations: Array.from({ length: 9 }, () => ({ Action: 'Poll', MechanismId: 'm-1' })),
    }),
    refused('Failure'),
  ],
  [
    'a suffix alone, which asks for the host',
    post(START, { User: '@tenant.example' }),
    { status: 200, headers: {}, body: good({ PodFqdn: 'rekey.example', Summary: 'Undefined' }) },
  ],
  ['a clean-up of nothing', post(CLEANUP), { status: 200, headers: {}, body: good(null) }],
])('answers %s by itself', ([, asked, response]) => {
  expect(read(asked)).toEqual(response)
})

describe('the header of native clients', () => {
  const strict = mounted({ requireNativeHeader: true })
  const user = { User: 'jdoe' }
  test.for<readonly [string, WireRequest, boolean]>([
    ['the older name', post(START, user, { 'x-centrify-native-client': 'Yes' }), true],
    ['the newer name', post(START, user, { 'x-idap-native-client': 'true' }), true],
    ['none', post(START, user), false],
    ['none on an advance', post(ADVANCE, {}), false],
    ['none on a clean-up', post(CLEANUP), false],
    ['none on a log-out', post(LOGOUT), false],
    ['none on a change', post(CHANGE), false],
  ])('where it is demanded, %s', ([, asked, passes]) => {
    const made = read(asked, strict)
    expect('status' in made ? made.status : 'intent').toBe(passes ? 'intent' : 401)
  })
})

describe('the credential of a session', () => {
  const own = { origin: 'https://rekey.example' }
  test.for<readonly [string, Readonly<Record<string, string | readonly string[]>>, string | 401]>([
    ['the cookie', { cookie: 'CCSID=1; .ASPXAUTH=AB12; x=y' }, 'AB12'],
    ['a bearer token', { authorization: 'Bearer AB12' }, 'AB12'],
    ['a bearer token beside a cookie', { authorization: 'bearer AB12', cookie: '.ASPXAUTH=CD34' }, 'AB12'],
    ['the cookie from a page of our own', { cookie: '.ASPXAUTH=AB12', ...own }, 'AB12'],
    ['the cookie from a foreign page', { cookie: '.ASPXAUTH=AB12', origin: 'https://evil.example' }, 401],
    ['the cookie from another site', { cookie: '.ASPXAUTH=AB12', 'sec-fetch-site': 'cross-site' }, 401],
    ['two cookies of the name', { cookie: '.ASPXAUTH=AB12; .ASPXAUTH=CD34' }, 401],
    ['an empty cookie', { cookie: '.ASPXAUTH=' }, 401],
    ['another scheme', { authorization: 'Basic AB12', cookie: '.ASPXAUTH=CD34' }, 401],
    ['two bearer tokens', { authorization: ['Bearer AB12', 'Bearer CD34'] }, 401],
    ['nothing', {}, 401],
  ])('%s', ([, headers, credential]) => {
    const asked = post(LOGOUT, [], headers)
    const made = routeOf(asked).read(asked)
    const found =
      'refuse' in made ? made.refuse.status : Array.isArray(made) ? 'several' : 'request' in made && made.request.bearer?.reveal()
    expect(found).toBe(credential)
  })
})

describe('a change of the password', () => {
  const cookie = { cookie: '.ASPXAUTH=AB12' }
  const start = { ...of, act: 'start', flow: 'change' }
  const passwords = (old: unknown, fresh: unknown) => [
    { kind: 'password', value: { password: old } },
    { kind: 'newPassword', value: { password: fresh } },
  ]
  test.for<readonly [string, unknown, object]>([
    ['in camel case', { oldPassword: 'a', newPassword: 'b' }, { ...start, answers: passwords('a', 'b') }],
    ['in Pascal case', { OldPassword: 'a', NewPassword: 'b' }, { ...start, answers: passwords('a', 'b') }],
    [
      'without the old one',
      { newPassword: 'b' },
      {
        ...start,
        answers: [
          { kind: 'password', value: {} },
          { kind: 'newPassword', value: { password: 'b' } },
        ],
      },
    ],
    ['with something else in its place', { oldPassword: ['a'], newPassword: 'b' }, { ...start, answers: passwords(['a'], 'b') }],
    ['without JSON', '{', { ...start, fault: { code: 'request-malformed' } }],
  ])('%s', ([, body, intent]) => {
    expect(read(post(CHANGE, body, cookie))).toEqual([intent])
  })
})

describe('the page behind a link', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const approval = { is: 'approval', token: 'a.b.c' }
  test.for<readonly [string, WireRequest, object | 'closed']>([
    ['opened', request('GET', `${APPROVE}?token=a.b.c`), { ...of, act: 'look', carried: approval }],
    ['approved', post(APPROVE, 'token=a.b.c&answer=approve', form), { ...of, act: 'approve', carried: approval }],
    ['denied', post(APPROVE, 'token=a.b.c&answer=deny', form), { ...of, act: 'deny', carried: approval }],
    ['opened without a token', request('GET', APPROVE), 'closed'],
    ['opened with two tokens', request('GET', `${APPROVE}?token=a&token=b`), 'closed'],
    ['sent without an answer', post(APPROVE, 'token=a.b.c', form), 'closed'],
    ['sent with both answers', post(APPROVE, 'token=a.b.c&answer=deny&answer=approve', form), 'closed'],
    ['sent with another answer', post(APPROVE, 'token=a.b.c&answer=yes', form), 'closed'],
    ['sent as JSON', post(APPROVE, { token: 'a.b.c', answer: 'approve' }), 'closed'],
  ])('%s', ([, asked, intent]) => {
    const made = read(asked)
    expect('status' in made ? 'closed' : made).toEqual(intent === 'closed' ? 'closed' : [intent])
  })
})
