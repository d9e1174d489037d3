import { Secret, type Answer, type AskedRequirement, type Intent, type Json } from '@rekey/core'
import { describe, expect, test } from 'vitest'
import {
  APP_CODE,
  asked,
  BEARER,
  CHOICE,
  CONSENT,
  COOKIE,
  EMAIL_CODE,
  mounted,
  NEW_PASSWORD,
  OLD_PASSWORD,
  post,
  PROTECTED,
  PUBLIC,
  QUESTIONS,
  readIntent,
  refusal,
  request,
  SMS_CODE,
  USERNAME,
} from './wire.js'

const VALUES = { languages: [], address: '192.0.2.1', requestId: 'request-1' }

/** The answers of an intent, read as the engine would once it knows what is open. */
function answersTo({ answers }: Intent, requirement: AskedRequirement) {
  return answers.map((answer: Answer) => {
    if (answer.kind !== 'open') throw new Error('this wire names no kind')
    const read = answer.read(requirement)
    return read.is === 'value' ? read.value : read.problem
  })
}

const OUT_OF_TURN = { code: 'out-of-turn' }
const equals = (field: string, value: string) => ({ is: 'equals', field, value })

describe('select', () => {
  test.for([
    ['no body and no type', {}],
    ['an empty body with a type', { headers: { 'content-type': 'application/json' } }],
    ['an empty text with a type', { text: '' }],
    ['an empty object', { body: {} }],
    ['members that nobody asked for', { body: { a: 1 } }],
  ] as const)('starts with %s', ([, sent]) => {
    expect(readIntent(post(`${PUBLIC}/flows/password-reset/select/`, sent))).toEqual({
      act: 'start',
      dialect: 'airlock',
      flow: 'password-reset',
      answers: [],
      request: VALUES,
    })
  })

  test('brings the conversation of its cookie along only to be told whether it lives', () => {
    const select = post(`${PUBLIC}/flows/password-reset/select`, { headers: { ...COOKIE, 'accept-language': 'de' } })
    expect(readIntent(select)).toMatchObject({ act: 'start', carried: 'a.b.c', whileRunning: 'refuse', request: { languages: ['de'] } })
    expect(readIntent(select, mounted({ selectWhileRunning: 'restart' }))).toMatchObject({ act: 'start', whileRunning: 'restart' })
  })

  test.for([
    ['a list', { body: [] }, 400, 'MALFORMED_REQUEST'],
    ['a text', { body: 'x' }, 400, 'MALFORMED_REQUEST'],
    ['half a document', { text: '{' }, 400, 'MALFORMED_REQUEST'],
    ['depth', { text: '['.repeat(20_000) }, 400, 'MALFORMED_REQUEST'],
    ['other bytes than UTF-8', { wire: { is: 'not-utf8' }, headers: { 'content-type': 'application/json' } }, 400, 'MALFORMED_REQUEST'],
    ['a body without a type', { wire: { is: 'text', text: '{}' } }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a form without a body', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['two types', { body: {}, headers: { 'content-type': ['application/json', 'text/plain'] } }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a packed body', { wire: { is: 'encoded' }, headers: { 'content-type': 'application/json' } }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['too much', { wire: { is: 'too-large' }, headers: { 'content-type': 'application/json' } }, 413, 'REQUEST_TOO_LARGE'],
  ] as const)('is refused with %s', ([, sent, status, code]) => {
    expect(refusal(post(`${PUBLIC}/flows/password-reset/select`, sent))).toEqual([status, code])
  })

  test('continues what a mailed link is about', () => {
    const headers = { ...COOKIE, 'x-flow-continuation-token': 'x.y.z.12345678' }
    const intent = readIntent(post(`${PUBLIC}/flows/password-reset/select`, { headers }))
    expect(intent).toMatchObject({ act: 'submit', flow: 'password-reset', carried: 'x.y.z' })
    expect(intent.whileRunning).toBeUndefined()
    expect(answersTo(intent, EMAIL_CODE)).toEqual([{ code: '12345678' }])
    expect([SMS_CODE, NEW_PASSWORD].map((open) => answersTo(intent, open))).toEqual([[OUT_OF_TURN], [OUT_OF_TURN]])
  })

  test.for(['', '.', 'x', 'x.', '.x'])('knows the continuation `%s` for none', (given) => {
    const sent = { headers: { 'x-flow-continuation-token': given } }
    expect(refusal(post(`${PUBLIC}/flows/password-reset/select`, sent))).toEqual([403, 'FLOW_CONTINUATION_TOKEN_INVALID'])
  })
})

/** Call, what is open, body, what the step is given. */
const ANSWERED: readonly (readonly [string, AskedRequirement, Json, object])[] = [
  ['username/identify', USERNAME, { username: 'jdoe' }, { filter: equals('userName', 'jdoe') }],
  ['username/identify', USERNAME, { username: 'jdoe', other: 1 }, { filter: equals('userName', 'jdoe') }],
  ['username/identify', USERNAME, {}, { code: 'answer-missing', at: '/username' }],
  ['username/identify', USERNAME, { username: null }, { code: 'answer-missing', at: '/username' }],
  ['username/identify', USERNAME, { username: '' }, { code: 'answer-missing', at: '/username' }],
  ['username/identify', USERNAME, { username: 1 }, { code: 'answer-invalid', at: '/username' }],
  ['username/identify', USERNAME, { username: { $ne: '' } }, { code: 'answer-invalid', at: '/username' }],
  ['username/identify', USERNAME, { username: ['jdoe'] }, { code: 'answer-invalid', at: '/username' }],
  ['username/identify', USERNAME, { username: 'x'.repeat(1025) }, { code: 'answer-invalid', at: '/username' }],
  ['username/identify', USERNAME, [], { code: 'request-malformed' }],
  ['username/identify', EMAIL_CODE, [], OUT_OF_TURN],
  ['username/identify', EMAIL_CODE, { username: 'jdoe' }, OUT_OF_TURN],
  ['user-data/identify', USERNAME, { email: 'j@example.com' }, { filter: equals('mail', 'j@example.com') }],
  [
    'user-data/identify',
    USERNAME,
    { email: 'j@example.com', surname: 'Doe', birthday: '1' },
    { filter: { is: 'and', of: [equals('mail', 'j@example.com'), equals('surname', 'Doe')] } },
  ],
  ['user-data/identify', USERNAME, { birthday: '1' }, { code: 'answer-missing', at: '' }],
  ['user-data/identify', USERNAME, { email: 1 }, { code: 'answer-invalid', at: '/email' }],
  ['verification/email/otp/check', EMAIL_CODE, { otp: '48773822' }, { code: '48773822' }],
  ['verification/email/otp/check', EMAIL_CODE, { otp: 48_773_822 }, { code: 'answer-invalid', at: '/otp' }],
  ['verification/email/otp/check', EMAIL_CODE, {}, { code: 'answer-missing', at: '/otp' }],
  ['verification/email/otp/check', SMS_CODE, { otp: '1' }, OUT_OF_TURN],
  ['verification/email/otp/check', APP_CODE, { otp: '1' }, OUT_OF_TURN],
  ['verification/sms/otp/check', SMS_CODE, { otp: '1' }, { code: '1' }],
  ['verification/sms/otp/check', EMAIL_CODE, { otp: '1' }, OUT_OF_TURN],
  ['verification/oath/otp/check', APP_CODE, { otp: '1' }, { code: '1' }],
  ['verification/oath/otp/check', EMAIL_CODE, { otp: '1' }, OUT_OF_TURN],
  [
    'verification/secret-questions/check',
    QUESTIONS,
    {
      answers: [
        { id: 'answer1', answer: 'Blue' },
        { id: '__proto__', answer: 'x' },
      ],
    },
    // Written in pairs, for the name is an ordinary one here.
    {
      answers: Object.fromEntries([
        ['answer1', 'Blue'],
        ['__proto__', 'x'],
      ]),
    },
  ],
  ['verification/secret-questions/check', QUESTIONS, {}, { code: 'answer-missing', at: '/answers' }],
  ['verification/secret-questions/check', QUESTIONS, { answers: { answer1: 'Blue' } }, { code: 'answer-invalid', at: '/answers' }],
  ['verification/secret-questions/check', QUESTIONS, { answers: [{ id: 'answer1' }] }, { code: 'answer-invalid', at: '/answers/0' }],
  ['verification/secret-questions/check', QUESTIONS, { answers: ['Blue'] }, { code: 'answer-invalid', at: '/answers/0' }],
  ['password/check', OLD_PASSWORD, { password: 'Passw0rd1' }, { password: 'Passw0rd1' }],
  ['password/set', NEW_PASSWORD, { newPassword: ' N3w ' }, { password: ' N3w ' }],
  ['password/set', NEW_PASSWORD, { password: 'x' }, { code: 'answer-missing', at: '/newPassword' }],
  ['password/set', OLD_PASSWORD, { newPassword: 'x' }, OUT_OF_TURN],
  ['message/acknowledge', CONSENT, {}, { given: true }],
  ['message/acknowledge', asked({ kind: 'consent' }), {}, OUT_OF_TURN],
]

describe('a call that answers a step', () => {
  test.for(ANSWERED)('%s', ([path, requirement, body, expected]) => {
    for (const slash of ['', '/']) {
      const intent = readIntent(post(`${PUBLIC}/${path}${slash}`, { body, headers: COOKIE }))
      expect(intent).toMatchObject({ act: 'submit', flow: '', carried: 'a.b.c', request: VALUES })
      expect(answersTo(intent, requirement)).toEqual([expected])
    }
  })

  test('shows a new password to the engine under the name it looks for', () => {
    const inputs = readIntent(post(`${PUBLIC}/password/set`, { body: { newPassword: 'N3w' }, headers: COOKIE })).answers.map((answer) =>
      answer.kind === 'open' ? answer.input : undefined,
    )
    expect(inputs).toEqual([{ call: 'password/set', members: { newPassword: 'N3w' }, password: 'N3w' }])
  })

  test('looks for people by the fields that are configured', () => {
    const dialect = mounted({ usernameFields: ['userName', 'mail'], userDataItems: { eMail: 'mail' } })
    const username = readIntent(post(`${PUBLIC}/username/identify`, { body: { username: 'jdoe' }, headers: COOKIE }), dialect)
    expect(answersTo(username, USERNAME)).toEqual([{ filter: { is: 'or', of: [equals('userName', 'jdoe'), equals('mail', 'jdoe')] } }])
    const data = readIntent(post(`${PUBLIC}/user-data/identify`, { body: { eMail: 'j@x', email: 'k@x' }, headers: COOKIE }), dialect)
    expect(answersTo(data, USERNAME)).toEqual([{ filter: equals('mail', 'j@x') }])
  })

  test.for(ANSWERED.map(([path]) => path))('%s without a session is unexpected', (path) => {
    expect(refusal(post(`${PUBLIC}/${path}`, { body: {} }))).toEqual([400, 'UNEXPECTED_CALL'])
  })
})

describe('both passwords in one call', () => {
  const both = { oldPassword: 'old', newPassword: 'new' }
  const fault = { code: 'out-of-turn', reason: 'asks-first' }
  test.for([
    ['the old one is asked for', OLD_PASSWORD, both, [{ password: 'old' }, fault]],
    ['the new one is asked for', NEW_PASSWORD, both, [{ password: 'new' }, { password: 'new' }]],
    ['a code is asked for', EMAIL_CODE, both, [OUT_OF_TURN, fault]],
    ['the old one is missing', OLD_PASSWORD, { newPassword: 'new' }, [{ code: 'answer-missing', at: '/oldPassword' }, fault]],
    ['the new one is a number', OLD_PASSWORD, { ...both, newPassword: 1 }, [{ code: 'answer-invalid', at: '/newPassword' }, fault]],
    ['a list', OLD_PASSWORD, [], [{ code: 'request-malformed' }, fault]],
  ] as const)('%s', ([, requirement, body, expected]) => {
    const intent = readIntent(post(`${PROTECTED}/password/change`, { body, headers: { ...COOKIE, ...BEARER } }))
    expect(intent).toMatchObject({ act: 'submit', flow: '', carried: 'a.b.c' })
    expect(answersTo(intent, requirement)).toEqual(expected)
  })

  test('at once: the configured flow is started with them', () => {
    const dialect = mounted({ loginCookieName: 'LOGIN' })
    const change = (sent: object, over = dialect) => readIntent(post('/auth/rest/protected/my/password/change/', sent), over)
    const intent = change({ body: both, headers: { cookie: 'AL_SESS-S=a.b.c; LOGIN=from-cookie' } })
    expect(intent).toMatchObject({ act: 'start', flow: 'password-change', request: { bearer: new Secret('from-cookie') } })
    expect([intent.carried, answersTo(intent, NEW_PASSWORD).length]).toEqual([undefined, 2])
    expect(change({ body: [], headers: BEARER }, mounted())).toMatchObject({ fault: { code: 'request-malformed' } })
    const elsewhere = mounted({ passwordChangeFlow: 'password-reset' })
    expect(refusal(post('/auth/rest/protected/my/password/change', { body: both, headers: BEARER }), elsewhere)).toEqual([404, 'NOT_FOUND'])
  })
})

describe('a log-in', () => {
  test.for([
    ['a bearer token', BEARER, 's3ss10n'],
    ['in another letter case', { authorization: 'bearer s3ss10n' }, 's3ss10n'],
    ['a bearer token before a cookie', { ...BEARER, cookie: 'LOGIN=other' }, 's3ss10n'],
    ['a cookie', { cookie: 'LOGIN=other' }, 'other'],
  ] as const)('is %s', ([, headers, token]) => {
    const { request: values } = readIntent(
      post(`${PROTECTED}/flows/password-change/select`, { headers }),
      mounted({ loginCookieName: 'LOGIN' }),
    )
    expect(values.bearer?.reveal()).toBe(token)
  })

  test.for([
    ['nothing', {}],
    ['other credentials', { authorization: 'Basic YTpi' }],
    ['two tokens', { authorization: ['Bearer a', 'Bearer b'] }],
    ['a bent token', { authorization: 'Bearer a b' }],
    ['a cookie that is not configured', { cookie: 'LOGIN=other' }],
  ] as const)('is not %s', ([, headers]) => {
    expect(refusal(post(`${PROTECTED}/flows/password-change/select`, { headers }))).toEqual([401, 'AUTHENTICATION_REQUIRED'])
  })

  test('means nothing to a public call', () => {
    expect(readIntent(post(`${PUBLIC}/flows/password-reset/select`, { headers: BEARER })).request).toEqual(VALUES)
  })
})

test('state, end, resend, lists and options are about the conversation of the cookie', () => {
  const about = { dialect: 'airlock', flow: '', carried: 'a.b.c' }
  const sent = { headers: COOKIE }
  expect(readIntent(request('GET', PUBLIC, sent))).toMatchObject({ act: 'look', ...about })
  expect(readIntent(request('DELETE', `${PUBLIC}/flow`, sent))).toMatchObject({ act: 'cancel', ...about })
  expect(readIntent(post(`${PUBLIC}/verification/secret-questions/retrieve`, sent))).toMatchObject({ act: 'look', ...about })
  expect(readIntent(post(`${PUBLIC}/selection/options/retrieve`, sent))).toMatchObject({ act: 'look', ...about })

  const resend = readIntent(post(`${PUBLIC}/verification/email/otp/resend`, sent))
  expect(resend).toMatchObject({ act: 'resend', ...about })
  const { target } = resend
  expect([EMAIL_CODE, SMS_CODE, NEW_PASSWORD].map((open) => typeof target === 'object' && target.fits(open))).toEqual([true, false, false])

  const pick = (id: string) => answersTo(readIntent(post(`${PUBLIC}/selection/options/${id}/select`, sent)), CHOICE)
  expect([pick('mail'), pick('text'), pick('pigeon')]).toEqual([[{ option: 'mail' }], [{ option: 'text' }], [OUT_OF_TURN]])
  expect(answersTo(readIntent(post(`${PUBLIC}/selection/options/mail/select`, sent)), EMAIL_CODE)).toEqual([OUT_OF_TURN])
})

test.for([
  ['/auth/rest', {}, ['/auth/rest']],
  ['/saml-auth/rest', { prefix: '/saml-auth/rest' }, ['/saml-auth/rest']],
  ['', { prefix: '' }, ['/public', '/protected']],
] as const)('the prefix `%s`', ([prefix, settings, prefixes]) => {
  const dialect = mounted(settings)
  expect(dialect.prefixes).toEqual(prefixes)
  expect(dialect.addresses('password-reset')).toEqual([`POST ${prefix}/public/self-service/flows/password-reset/select`])
  expect(dialect.addresses('password-change')).toEqual([`POST ${prefix}/protected/self-service/flows/password-change/select`])
  expect(readIntent(post(`${prefix}/public/self-service/flows/password-reset/select`), dialect).flow).toBe('password-reset')
  expect(refusal(post(`${prefix}/protected/self-service/flows/password-change/select`), dialect)).toEqual([401, 'AUTHENTICATION_REQUIRED'])
})

test.for([
  ['password-reset', '123', 'https://id.example/#/self-service?flow=password-reset&token=x.y.z.123'],
  ['password-reset', undefined, 'https://id.example/#/self-service?flow=password-reset&token=x.y.z'],
  ['renamed', '123', 'https://portal.example/reset#flow=renamed&token=x.y.z.123'],
] as const)('the link of %s with the code %s', ([as, code, link]) => {
  expect(mounted().link?.(as, 'x.y.z', code, 'approval', {})).toBe(link)
})
