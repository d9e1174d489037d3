import { describe, expect, test } from 'vitest'
import { PROBLEM_CODES, type AskedRequirement, type JsonObject, type PolicyRule, type Problem, type View } from '@rekey/core'
import {
  ADVANCE,
  asks,
  bad,
  CHANGE,
  CLEANUP,
  ended,
  good,
  LOGOUT,
  mail,
  mounted,
  open,
  post,
  reset,
  SESSION,
  STANDARD,
  START,
  text,
  up,
  write,
  written,
} from './wire.js'

const start = post(START, { User: 'jdoe' })
const advance = (Action: string, more: object = {}) => post(ADVANCE, { SessionId: SESSION, MechanismId: 'm-1', Action, ...more })

const UP = {
  AnswerType: 'Text',
  Name: 'UP',
  PromptMechChosen: 'Enter Password',
  PromptSelectMech: 'Password',
  MechanismId: 'id-of-password',
  Enrolled: true,
}
const RULES = 'Rules for the new password: '
const rule = (name: string, params: JsonObject = {}): PolicyRule => ({ id: name.toLowerCase(), rule: name, params })
const RESET = {
  AnswerType: 'Text',
  Name: 'RESET',
  PromptMechChosen: 'Enter a new password',
  PromptSelectMech: 'New password',
  MechanismId: 'id-of-newPassword',
  Enrolled: true,
}
const EMAIL = {
  AnswerType: 'StartTextOob',
  Name: 'EMAIL',
  PromptMechChosen: 'A mail was sent to you. Enter the code that stands in it, or follow its link',
  PromptSelectMech: 'Email to j**e@e*****e.com',
  MechanismId: 'id-of-mail',
  PartialAddress: 'e*****e.com',
  MaskedEmailAddress: 'j**e@e*****e.com',
  Enrolled: true,
}
const SMS = {
  AnswerType: 'StartTextOob',
  Name: 'SMS',
  PromptMechChosen: 'A text message was sent to you. Enter the code that stands in it',
  PromptSelectMech: 'Text message to ...101',
  MechanismId: 'id-of-text',
  PartialDeviceAddress: '101',
  Enrolled: true,
}

function packaged(challenges: readonly (readonly object[])[], more: JsonObject = {}, allowed = true) {
  return {
    ClientHints: { PersistDefault: false, AllowPersist: true, AllowForgotPassword: allowed, EndpointAuthenticationEnabled: false },
    Version: '1.0',
    SessionId: SESSION,
    EventDescription: null,
    RetryWaitingTime: 0,
    SecurityImageName: null,
    AllowLoginMfaCache: false,
    Challenges: challenges.map((Mechanisms) => ({ Mechanisms })),
    ...more,
    Summary: 'NewPackage',
    TenantId: 'ABC1234',
  }
}

describe('a package', () => {
  const choice = asks('choice', { options: [mail, text] })
  test.for<readonly [string, View, object]>([
    ['asks for the password', open(up), packaged([[UP]])],
    ['says that nothing may be reset', open(up, { mayBecome: [] }), packaged([[UP]], {}, false)],
    ['shows what lies ahead', open(mail, { ahead: [reset] }), packaged([[EMAIL], [RESET]])],
    ['shows the ways of a choice as one challenge', open(choice, { ahead: [reset] }), packaged([[EMAIL, SMS], [RESET]])],
  ])('%s', ([, view, result]) => {
    expect(JSON.stringify(written(start, view))).toBe(JSON.stringify(good(result)))
  })

  test.for<readonly [string, readonly PolicyRule[], string | undefined]>([
    [
      'in plain words, in the order of the policy',
      [
        rule('REQUIRED'),
        rule('MIN_LENGTH', { minLength: 8 }),
        rule('MAX_LENGTH', { maxLength: 64 }),
        rule('AT_LEAST_X_CAPITAL_LETTERS', { numCaps: 1 }),
        rule('AT_LEAST_X_NUMBERS', { numNums: 2 }),
        rule('CANNOT_CONTAIN_OTHERS', { disallowedFields: 'userName,mail' }),
        rule('COMMON'),
        rule('HISTORY'),
      ],
      'Rules for the new password: at least 8 characters; at most 64 characters; at least 1 capital letter; at least 2 digits; ' +
        'without your name or address; none of the passwords that everybody tries first; none that you have used before.',
    ],
    ['but for a rule without words', [rule('X'), rule('COMMON')], `${RULES}none of the passwords that everybody tries first.`],
    ['of breaches', [rule('BREACHED')], `${RULES}none that is known from a breach of some other service.`],
    ['not at all where no rule has words', [rule('REQUIRED'), rule('X')], undefined],
  ])('tells the rules for new passwords %s', ([, rules, hint]) => {
    const { Enrolled, ...mechanism } = RESET
    const told = { ...mechanism, ...(hint !== undefined && { PasswordComplexityHint: hint }), Enrolled }
    const body = written(start, open(mail, { ahead: [reset] }), undefined, mounted({}, rules))
    expect(JSON.stringify(body)).toBe(JSON.stringify(good(packaged([[EMAIL], [told]]))))
  })

  test('names the configured tenant', () => {
    const body = written(start, open(up), undefined, mounted({ tenantId: 'XYZ9' }))
    expect(body).toEqual(good({ ...packaged([[UP]]), TenantId: 'XYZ9' }))
  })
})

describe('a mechanism', () => {
  const question = (key: string, en: string) => ({ key, id: key, text: { en, fr: `${en} (fr)` } })
  test.for<readonly [string, AskedRequirement, JsonObject]>([
    ['a code by mail', mail, EMAIL],
    ['a code by mail to an address that nobody shows', asks('code', { channel: 'email' }), { Name: 'EMAIL', AnswerType: 'StartTextOob' }],
    ['a code by text message', text, SMS],
    ['a code of an app', asks('code', { channel: 'app' }), { Name: 'OATH', AnswerType: 'StartTextOob' }],
    ['a code of a channel without a name', asks('code'), { Name: 'OTP', AnswerType: 'StartTextOob' }],
    ['an approval by mail', asks('approval', { channel: 'email' }), { Name: 'EMAIL', AnswerType: 'StartOob' }],
    ['an approval in an app', asks('approval', { channel: 'app' }), { Name: 'OTP', AnswerType: 'StartOob' }],
    ['a password', up, UP],
    ['a new password', reset, RESET],
    [
      'one question',
      asks('answers', { questions: [question('answer1', 'Colour?')] }),
      { Name: 'SQ', AnswerType: 'Text', Question: 'Colour? (fr)' },
    ],
    [
      "a person's own question",
      asks('answers', { questions: [{ key: 'answer1', id: 'x', text: { '': 'Mine?' } }] }),
      { Name: 'SQ', Question: 'Mine?' },
    ],
    [
      'two questions',
      asks('answers', { questions: [question('answer1', 'Colour?'), question('answer2', 'Town?')] }),
      {
        Name: 'SQ',
        AnswerType: 'Text',
        MultipartMechanism: {
          PromptSelectMech: 'Security questions',
          MechanismParts: [
            { Uuid: 'answer1', QuestionText: 'Colour? (fr)', PromptMechChosen: 'Enter the answer to your security question' },
            { Uuid: 'answer2', QuestionText: 'Town? (fr)', PromptMechChosen: 'Enter the answer to your security question' },
          ],
        },
      },
    ],
  ])('%s', ([, requirement, mechanism]) => {
    const french = post(START, { User: 'jdoe' }, { 'accept-language': 'fr' })
    const drawn = JSON.parse(JSON.stringify(written(french, open(requirement)))) as Drawn
    const [shown] = drawn.Result.Challenges[0].Mechanisms
    expect(shown).toMatchObject(mechanism)
    // Clients refuse a mechanism without these.
    expect(shown).toMatchObject({
      PromptSelectMech: expect.stringMatching(/^.{2,}$/) as unknown,
      PromptMechChosen: expect.stringMatching(/^.{2,}$/) as unknown,
      MechanismId: expect.stringMatching(/^[^;=]+$/) as unknown,
      Enrolled: true,
    })
  })
})

describe('an advance', () => {
  const forgot = (requirement: AskedRequirement, more = {}) => open(requirement, { address: 'forgot', ...more })
  const whole = { resetTransition: 'NewPackage' }
  test.for<readonly [string, string, View, JsonObject, object]>([
    ['the right password, and more is asked', 'Answer', open(mail), {}, { Summary: 'StartNextChallenge' }],
    ['the right password, and it has expired', 'Answer', open(reset), {}, packaged([[RESET]])],
    ['the right code', 'Answer', forgot(reset), {}, { Summary: 'StartNextChallenge' }],
    ["the right code, for the vendor's screens", 'Answer', forgot(reset), whole, packaged([[RESET]])],
    ['the first of two proofs', 'Answer', forgot(text), whole, { Summary: 'StartNextChallenge' }],
    ['a mail that goes out', 'StartOOB', forgot(mail), {}, { Summary: 'OobPending' }],
    ['a poll that finds nothing', 'Poll', forgot(mail, { poll: 'waiting' }), {}, { Summary: 'OobPending' }],
    [
      'a poll that finds the approval, and each one after it',
      'Poll',
      forgot(reset, { poll: 'passed' }),
      {},
      { Summary: 'StartNextChallenge' },
    ],
    ["such a poll of the vendor's screens", 'Poll', forgot(reset, { poll: 'passed' }), whole, packaged([[RESET]])],
    ['a forgotten password', 'ForgotPassword', forgot(mail, { ahead: [reset] }), {}, packaged([[EMAIL], [RESET]])],
  ])('%s', ([, action, view, settings, result]) => {
    expect(JSON.stringify(written(advance(action), view, undefined, mounted(settings)))).toBe(JSON.stringify(good(result)))
  })

  test('several operations are answered by the last', () => {
    const operations = [
      { Action: 'Answer', MechanismId: 'm-1', Answer: 'x' },
      { Action: 'StartOOB', MechanismId: 'm-2' },
    ]
    expect(written(advance('MultipleOperations', { MultipleOperations: operations }), open(mail))).toEqual(good({ Summary: 'OobPending' }))
  })
})

describe('SEC-56 an ending', () => {
  const outputs = {
    sessionToken: 'AB12',
    issuedAt: 1000,
    expiresAt: 29_800,
    userId: 'p-1',
    userName: 'jdoe',
    displayName: 'John Doe',
    mail: 'jdoe@example.com',
  }
  const login = {
    Auth: 'AB12',
    Token: 'AB12',
    TokenLifetime: 28_800,
    UserId: 'p-1',
    User: 'jdoe',
    DisplayName: 'John Doe',
    EmailAddress: 'jdoe@example.com',
    CustomerID: 'ABC1234',
    SystemID: 'ABC1234',
    PodFqdn: 'rekey.example',
    UserDirectory: 'CDS',
    SourceDsType: 'CDS',
    AuthLevel: 'Normal',
    Summary: 'LoginSuccess',
  }
  const changed = 'Password change was successful, please authenticate with your new credentials.'
  const cookie = '.ASPXAUTH=AB12; Path=/; HttpOnly; SameSite=Lax; Secure'
  test.for<readonly [string, object, View, object, string | undefined]>([
    ['with a session', {}, ended({ outputs }), login, cookie],
    [
      'with a session that outlives the browser',
      { PersistentLogin: true },
      ended({ outputs }),
      login,
      cookie.replace('Path=/', 'Path=/; Max-Age=28800'),
    ],
    ['with a session after a reset', {}, ended({ outputs, address: 'forgot' }), login, cookie],
    [
      'with a session of somebody who has no more than a name',
      {},
      ended({ outputs: { sessionToken: 'AB12', userId: 'p-1', userName: 'jdoe', displayName: '' } }),
      Object.fromEntries(Object.entries(login).filter(([name]) => !['TokenLifetime', 'DisplayName', 'EmailAddress'].includes(name))),
      cookie,
    ],
    ['without one after a reset', {}, ended({ address: 'forgot' }), { ClientMessage: changed, Summary: 'NoncommitalSuccess' }, undefined],
    ['without one', {}, ended(), { ClientMessage: 'Authentication was successful.', Summary: 'NoncommitalSuccess' }, undefined],
  ])('%s', ([, more, view, result, setCookie]) => {
    const { status, headers, body } = write(advance('Answer', more), view)
    expect({ status, headers, body: JSON.stringify(body) }).toEqual({
      status: 200,
      headers: setCookie === undefined ? {} : { 'Set-Cookie': setCookie },
      body: JSON.stringify(good(result)),
    })
  })

  test('that is none: the conversation was cancelled', () => {
    expect(written(advance('Answer'), ended({ as: 'cancelled' }))).toEqual(bad({ Summary: 'Failure' }))
  })

  test('without a secure address the cookie is sent over either', () => {
    const plain = write(post(LOGOUT, []), undefined)
    expect(plain.headers).toEqual({ 'Set-Cookie': '.ASPXAUTH=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure' })
  })
})

describe('a problem', () => {
  const summaries: Record<(typeof PROBLEM_CODES)[number], readonly [number, string]> = {
    'flow-unknown': [200, 'Undefined'],
    'request-malformed': [200, 'Undefined'],
    'answer-missing': [200, 'Failure'],
    'answer-invalid': [200, 'Failure'],
    'answer-rejected': [200, 'Failure'],
    'out-of-turn': [200, 'Failure'],
    'token-invalid': [200, 'Failure'],
    'token-foreign': [200, 'Failure'],
    spent: [200, 'Failure'],
    ended: [200, 'Failure'],
    'too-many-attempts': [200, 'LoginFailure'],
    'step-failed': [200, 'Failure'],
    'already-changed': [200, 'Failure'],
    'caller-refused': [401, 'Failure'],
    limited: [200, 'Undefined'],
    unavailable: [503, 'Undefined'],
  }
  test.for(PROBLEM_CODES)('%s', (code) => {
    const { status, body } = write(advance('Answer'), undefined, { code })
    const [wanted, Summary] = summaries[code]
    expect({ status, body }).toMatchObject({
      status: wanted,
      body: { success: false, Result: { Summary }, Message: expect.stringMatching(/.{20}/) as unknown },
    })
  })

  test('whatever can depend on the person reads the same', () => {
    const codes = ['answer-missing', 'answer-invalid', 'answer-rejected', 'out-of-turn', 'token-invalid', 'ended', 'step-failed'] as const
    expect(new Set(codes.map((code) => JSON.stringify(write(advance('Answer'), undefined, { code }))))).toEqual(
      new Set([JSON.stringify({ status: 200, headers: {}, body: bad({ Summary: 'Failure' }, STANDARD) })]),
    )
  })

  const weak: Problem = {
    code: 'answer-rejected',
    reason: 'policy',
    at: '/password',
    details: [{ rule: 'MIN_LENGTH', params: { minLength: 8 } }, { rule: 'COMMON' }],
  }
  const why =
    'The new password does not meet the rules for passwords: it has fewer than 8 characters; it is one of the passwords that everybody tries first.'
  test.for<readonly [string, JsonObject, Problem, object]>([
    ['is asked again with the reason', {}, weak, good(packaged([[RESET]], { ClientMessage: why }))],
    ['is refused with the reason, where so set', { weakPasswordReply: 'failure' }, weak, bad({ Summary: 'Failure' }, why)],
    ['ends the session after the last try', {}, { ...weak, code: 'too-many-attempts' }, bad({ Summary: 'LoginFailure' }, why)],
    [
      'was seen in a breach',
      { weakPasswordReply: 'failure' },
      { ...weak, details: [{ rule: 'BREACHED' }] },
      bad(
        { Summary: 'Failure' },
        'The new password does not meet the rules for passwords: it is known from a breach of some other service.',
      ),
    ],
    [
      'breaks a rule without words',
      { weakPasswordReply: 'failure' },
      { ...weak, details: [{ rule: 'X' }] },
      bad({ Summary: 'Failure' }, 'The new password does not meet the rules for passwords.'),
    ],
  ])('a weak password %s', ([, settings, problem, body]) => {
    expect(JSON.stringify(written(advance('Answer'), open(reset, { address: 'forgot' }), problem, mounted(settings)))).toBe(
      JSON.stringify(body),
    )
  })

  test('a password that must be changed is told to whoever knew it', () => {
    const body = written(advance('Answer'), undefined, { code: 'step-failed', reason: 'password-must-change' })
    expect(body).toEqual(
      bad(
        { Summary: 'Failure' },
        'Your password has to be changed before you can sign in. Please ask for a new one as if you had forgotten it.',
      ),
    )
  })

  test('a poll is never told that a part is down', () => {
    expect(write(advance('Poll'), undefined, { code: 'unavailable' })).toEqual({
      status: 200,
      headers: {},
      body: good({ Summary: 'OobPending' }),
    })
  })

  test('too many starts are told to wait', () => {
    expect(written(start, undefined, { code: 'limited' })).toEqual(
      bad({ RetryWaitingTime: 30, Summary: 'Undefined' }, 'Too many attempts. Please wait before you try again.'),
    )
  })
})

test('only a poll that waits is held', () => {
  const route = mounted({ pollHoldMs: 250 }).routes.find(({ path }) => path === ADVANCE)
  if (!route || 'query' in route) throw new Error('no route to advance by')
  expect([
    route.holdMs?.(open(mail, { poll: 'waiting' }), undefined, 1),
    route.holdMs?.(open(reset, { poll: 'passed' }), undefined, 1),
    route.holdMs?.(open(mail), undefined, 1),
    route.holdMs?.(undefined, { code: 'ended' }, 1),
  ]).toEqual([250, 0, 0, 0])
})

test.for<readonly [string, View | undefined, Problem | undefined, number, object]>([
  ['works', ended({ address: 'change' }), undefined, 200, good(null)],
  [
    'has the wrong old password',
    undefined,
    { code: 'answer-rejected', reason: 'password-mismatch' },
    200,
    bad(null, 'The old password is not correct.'),
  ],
  [
    'has a weak new one',
    open(reset),
    { code: 'answer-rejected', reason: 'policy', details: [{ rule: 'HISTORY' }] },
    200,
    bad(null, 'The new password does not meet the rules for passwords: you have used it before.'),
  ],
  [
    'comes without a session',
    undefined,
    { code: 'caller-refused' },
    401,
    bad(null, 'You are not authorized to do this. Please sign in and try again.'),
  ],
  ['lacks a password', undefined, { code: 'answer-missing' }, 200, bad(null)],
  ['cannot finish its flow', open(mail), undefined, 200, bad(null)],
])('a change that %s', ([, view, problem, status, body]) => {
  expect(write(post(CHANGE, {}), view, problem)).toEqual({ status, headers: {}, body })
})

test.for<Problem | undefined>([undefined, { code: 'ended' }, { code: 'token-invalid' }, { code: 'unavailable' }])(
  'a clean-up succeeds after %o',
  (problem) => {
    expect(write(post(CLEANUP, { SessionId: SESSION }), undefined, problem)).toEqual({ status: 200, headers: {}, body: good(null) })
  },
)

interface Drawn {
  readonly Result: { readonly Challenges: readonly [{ readonly Mechanisms: readonly [JsonObject] }] }
}
