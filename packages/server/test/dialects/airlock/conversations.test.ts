import { expect, test } from 'vitest'
import { airlockRig } from './rig.js'
import type { Browser, Heard } from './browser.js'

const SELF_SERVICE = '/auth/rest/public/self-service'
const SIGNED_IN = { Authorization: 'Bearer jdoe-is-signed-in' }
const META = { type: 'jsonapi.metadata.document', timestamp: 'T' }

const session = (nextStep?: string, type = 'public-self-service.session') => ({
  meta: META,
  data: { type, id: 'N', attributes: nextStep === undefined ? {} : { nextStep } },
})
const error = (code: string, nextStep?: string) => ({
  meta: { ...META, ...(nextStep !== undefined && { nextStep }) },
  errors: [{ code }],
})
const invalid = (code: string, pointer: string, detail: string, nextStep?: string) => ({
  meta: { ...META, ...(nextStep !== undefined && { nextStep }) },
  errors: [{ code, source: { pointer }, meta: { type: 'jsonapi.metadata.validation.error', detail } }],
})

const answer = ({ status, body }: Heard) => [status, body]

const select = (browser: Browser, flow: string) => browser.post(`${SELF_SERVICE}/flows/${flow}/select`)
const identify = (browser: Browser, username: string) => browser.post(`${SELF_SERVICE}/username/identify/`, { username })
const otp = (browser: Browser, code: string, channel = 'email') =>
  browser.post(`${SELF_SERVICE}/verification/${channel}/otp/check/`, { otp: code })
const set = (browser: Browser, newPassword: string) => browser.post(`${SELF_SERVICE}/password/set`, { newPassword })

test('the conversation that the vendor prints: user name, code, a refused password, another one', async () => {
  const rig = await airlockRig()
  const browser = rig.browser()
  const chosen = await select(browser, 'password-reset')
  expect(answer(chosen)).toEqual([200, session('USERNAME_REQUIRED')])
  expect(answer(await identify(browser, 'jdoe'))).toEqual([200, session('EMAIL_OTP_REQUIRED')])
  expect(answer(await otp(browser, await rig.code()))).toEqual([200, session('NEW_PASSWORD_REQUIRED')])
  expect(answer(await set(browser, 'Passw0rd1'))).toEqual([
    400,
    invalid('PASSWORD_POLICY_VIOLATED', '/newPassword', 'SAME_AS_OLD', 'NEW_PASSWORD_REQUIRED'),
  ])
  expect(answer(await set(browser, 'short'))).toEqual([
    400,
    invalid('PASSWORD_POLICY_VIOLATED', '/newPassword', 'TOO_SHORT', 'NEW_PASSWORD_REQUIRED'),
  ])
  expect(answer(await set(browser, 'N3w-passw0rd'))).toEqual([200, session()])
  // The number of the session was the same all the way, and the cookie is gone.
  expect([browser.sessions.size, [...browser.cookies]]).toEqual([1, []])
  expect(await rig.passwordIs('p-jdoe', 'N3w-passw0rd')).toBe(true)
  expect(chosen.headers).toMatchObject({
    'content-type': 'application/vnd.api+json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  expect(rig.faults).toEqual([])
})

test('a code is sent again, and it is the same one', async () => {
  const rig = await airlockRig()
  const browser = rig.browser()
  await select(browser, 'password-reset')
  await identify(browser, 'jdoe')
  const first = await rig.code()
  const before = browser.cookies.get('AL_SESS-S')
  expect(answer(await browser.post(`${SELF_SERVICE}/verification/email/otp/resend/`))).toEqual([200, session('EMAIL_OTP_REQUIRED')])
  expect([await rig.code(2), browser.cookies.get('AL_SESS-S')]).toEqual([first, before])
  expect(answer(await otp(browser, first))).toEqual([200, session('NEW_PASSWORD_REQUIRED')])
})

test('secret questions are shown in the language of the caller; one wrong answer ends the flow', async () => {
  const rig = await airlockRig()
  const browser = rig.browser()
  const german = { 'Accept-Language': 'de-CH, fr;q=0.5' }
  const retrieve = () => browser.post(`${SELF_SERVICE}/verification/secret-questions/retrieve/`, {}, german)
  const check = (text: string) =>
    browser.post(`${SELF_SERVICE}/verification/secret-questions/check/`, { answers: [{ id: 'answer1', answer: text }] })
  await select(browser, 'password-reset-questions')
  await identify(browser, 'jdoe')
  expect(answer(await otp(browser, await rig.code()))).toEqual([200, session('SECRET_QUESTIONS_REQUIRED')])
  const asked = {
    meta: META,
    data: [{ type: 'secret-question', id: 'answer1', attributes: { question: 'Was ist Ihre Lieblingsfarbe?' } }],
  }
  expect(answer(await retrieve())).toEqual([200, asked])
  expect(answer(await retrieve())).toEqual([200, asked])
  expect(answer(await check('Red'))).toEqual([400, error('SECRET_QUESTIONS_WRONG')])
  expect([...browser.cookies]).toEqual([])
})

test('the right answer to the secret question leads on', async () => {
  const rig = await airlockRig()
  const browser = rig.browser()
  await select(browser, 'password-reset-questions')
  await identify(browser, 'jdoe')
  await otp(browser, await rig.code())
  const checked = await browser.post(`${SELF_SERVICE}/verification/secret-questions/check/`, {
    answers: [{ id: 'answer1', answer: 'Blue' }],
  })
  expect(answer(checked)).toEqual([200, session('NEW_PASSWORD_REQUIRED')])
  expect(answer(await set(browser, 'N3w-passw0rd'))).toEqual([200, session()])
})

test('a way is selected; the code comes by text message, and only that step takes it', async () => {
  const rig = await airlockRig()
  const browser = rig.browser()
  const pick = (id: string) => browser.post(`${SELF_SERVICE}/selection/options/${id}/select`)
  await select(browser, 'password-reset-selection')
  expect(answer(await identify(browser, 'jdoe'))).toEqual([200, session('SELECTION_REQUIRED')])
  expect(answer(await browser.post(`${SELF_SERVICE}/selection/options/retrieve`))).toEqual([
    200,
    {
      meta: META,
      data: [
        { type: 'selection-option', id: 'emailValidation', attributes: { nextStep: 'EMAIL_OTP_REQUIRED' } },
        { type: 'selection-option', id: 'smsValidation', attributes: { nextStep: 'SMS_OTP_REQUIRED' } },
      ],
    },
  ])
  expect(rig.letters).toEqual([])
  expect(answer(await pick('pigeon'))).toEqual([400, error('UNEXPECTED_CALL', 'SELECTION_REQUIRED')])
  expect(answer(await pick('smsValidation'))).toEqual([200, session('SMS_OTP_REQUIRED')])
  const code = await rig.code()
  expect(rig.letters.map(({ message }) => message.channel)).toEqual(['sms'])
  expect(answer(await pick('emailValidation'))).toEqual([400, error('UNEXPECTED_CALL', 'SMS_OTP_REQUIRED')])
  expect(answer(await otp(browser, code))).toEqual([400, error('UNEXPECTED_CALL', 'SMS_OTP_REQUIRED')])
  expect(answer(await browser.post(`${SELF_SERVICE}/verification/email/otp/resend`))).toEqual([
    400,
    error('UNEXPECTED_CALL', 'SMS_OTP_REQUIRED'),
  ])
  expect(rig.letters.length).toBe(1)
  expect(answer(await otp(browser, code, 'sms'))).toEqual([200, session('NEW_PASSWORD_REQUIRED')])
  expect(answer(await set(browser, 'N3w-passw0rd'))).toEqual([200, session()])
})

/** The two parameters of a mailed link. */
function linked(link: string): { readonly flow: string; readonly token: string } {
  const parameters = new URLSearchParams(link.split('?')[1])
  return { flow: parameters.get('flow') ?? '', token: parameters.get('token') ?? '' }
}

test('the mailed link continues in another browser, once', async () => {
  const rig = await airlockRig()
  const waiting = rig.browser()
  await select(waiting, 'password-reset')
  await identify(waiting, 'jdoe')
  const { flow, token } = linked(await rig.link())
  const continued = (browser: Browser, to = flow, given = token) =>
    browser.post(`${SELF_SERVICE}/flows/${to}/select`, undefined, { 'X-Flow-Continuation-Token': given })
  const refused = [403, error('FLOW_CONTINUATION_TOKEN_INVALID')]

  const stranger = rig.browser()
  expect(answer(await continued(stranger, 'password-reset-questions'))).toEqual(refused)
  expect(answer(await continued(stranger, flow, 'a.b.c.12345678'))).toEqual(refused)
  expect(answer(await continued(stranger, flow, token.slice(0, token.lastIndexOf('.'))))).toEqual(refused)
  expect(answer(await continued(stranger, flow, `${token.slice(0, token.lastIndexOf('.'))}.wrong`))).toEqual(refused)
  expect(answer(await continued(stranger, flow, ''))).toEqual(refused)
  expect([...stranger.cookies]).toEqual([])

  const reader = rig.browser()
  expect(answer(await continued(reader))).toEqual([200, session('NEW_PASSWORD_REQUIRED')])
  expect(answer(await otp(waiting, await rig.code()))).toEqual([400, error('UNEXPECTED_CALL')])
  expect(answer(await set(reader, 'N3w-passw0rd'))).toEqual([200, session()])
  expect(answer(await continued(rig.browser()))).toEqual(refused)
  expect(rig.faults).toEqual([])
})

test('the link works in the browser that waits for the code, too', async () => {
  const rig = await airlockRig()
  const browser = rig.browser()
  await select(browser, 'password-reset')
  await identify(browser, 'jdoe')
  const { flow, token } = linked(await rig.link())
  const continued = await browser.post(`${SELF_SERVICE}/flows/${flow}/select/`, {}, { 'X-Flow-Continuation-Token': token })
  expect(answer(continued)).toEqual([200, session('NEW_PASSWORD_REQUIRED')])
  expect(browser.sessions.size).toBe(1)
})

const PROTECTED = '/auth/rest/protected/self-service'

test('somebody who is signed in changes their password in a flow', async () => {
  const rig = await airlockRig()
  const browser = rig.browser()
  const change = (oldPassword: string, newPassword: string) =>
    browser.post(`${PROTECTED}/password/change/`, { oldPassword, newPassword }, SIGNED_IN)
  const state = (nextStep?: string) => session(nextStep, 'self-service.session')
  expect(answer(await browser.post(`${PROTECTED}/flows/password-change/select/`, undefined, SIGNED_IN))).toEqual([
    200,
    state('PASSWORD_CHANGE_REQUIRED'),
  ])
  expect(answer(await change('wrong', 'N3w-passw0rd'))).toEqual([400, error('PASSWORD_WRONG', 'PASSWORD_CHANGE_REQUIRED')])
  expect(answer(await browser.post(`${PROTECTED}/password/change`, { oldPassword: 'Passw0rd1' }, SIGNED_IN))).toEqual([
    400,
    invalid('VALIDATION_FAILED', '/newPassword', 'REQUIRED', 'PASSWORD_CHANGE_REQUIRED'),
  ])
  expect(answer(await change('Passw0rd1', 'Passw0rd1'))).toEqual([
    400,
    invalid('PASSWORD_POLICY_VIOLATED', '/newPassword', 'SAME_AS_OLD', 'PASSWORD_CHANGE_REQUIRED'),
  ])
  expect(answer(await change('Passw0rd1', 'N3w-passw0rd'))).toEqual([200, state()])
  expect([...browser.cookies]).toEqual([])
  expect(await rig.passwordIs('p-jdoe', 'N3w-passw0rd')).toBe(true)
  expect(rig.faults).toEqual([])
})

test.for([
  ['the right one', SIGNED_IN, { oldPassword: 'Passw0rd1', newPassword: 'N3w-passw0rd' }, 200, session(undefined, 'self-service.session')],
  ['a wrong old one', SIGNED_IN, { oldPassword: 'wrong', newPassword: 'N3w-passw0rd' }, 400, error('PASSWORD_WRONG')],
  [
    'a weak new one',
    SIGNED_IN,
    { oldPassword: 'Passw0rd1', newPassword: 'short' },
    400,
    invalid('PASSWORD_POLICY_VIOLATED', '/newPassword', 'TOO_SHORT'),
  ],
  ['no old one', SIGNED_IN, { newPassword: 'N3w-passw0rd' }, 400, invalid('VALIDATION_FAILED', '/oldPassword', 'REQUIRED')],
  ['no members', SIGNED_IN, [], 400, error('MALFORMED_REQUEST')],
  ['nobody signed in', {}, { oldPassword: 'Passw0rd1', newPassword: 'N3w-passw0rd' }, 401, error('AUTHENTICATION_REQUIRED')],
  [
    'a session that is over',
    { Authorization: 'Bearer other' },
    { oldPassword: 'Passw0rd1', newPassword: 'N3w-passw0rd' },
    401,
    error('AUTHENTICATION_REQUIRED'),
  ],
  ['nobody signed in and no members', {}, [], 401, error('AUTHENTICATION_REQUIRED')],
] as const)('the password is changed in one call: %s', async ([, headers, body, status, document]) => {
  const rig = await airlockRig()
  const browser = rig.browser()
  const { headers: sent, ...heard } = await browser.send('POST', '/auth/rest/protected/my/password/change', JSON.stringify(body), headers)
  expect([heard.status, heard.body]).toEqual([status, document])
  expect([sent['set-cookie'], sent['www-authenticate']]).toEqual([undefined, status === 401 ? 'Bearer' : undefined])
  expect(await rig.passwordIs('p-jdoe', 'N3w-passw0rd')).toBe(status === 200)
})

test.for([
  ['a flow of the other area', 'POST', `${SELF_SERVICE}/flows/password-change/select`, SIGNED_IN, 404, 'FLOW_NOT_FOUND'],
  ['a public flow in the protected area', 'POST', `${PROTECTED}/flows/password-reset/select`, SIGNED_IN, 404, 'FLOW_NOT_FOUND'],
  ['an unknown flow', 'POST', `${SELF_SERVICE}/flows/nothing/select/`, {}, 404, 'FLOW_NOT_FOUND'],
  ['a flow named like a property', 'POST', `${SELF_SERVICE}/flows/__proto__/select/`, {}, 404, 'FLOW_NOT_FOUND'],
  ['another letter case', 'POST', `${SELF_SERVICE}/flows/Password-Reset/select/`, {}, 404, 'FLOW_NOT_FOUND'],
  ['a protected call of a stranger', 'POST', `${PROTECTED}/flows/password-change/select`, {}, 401, 'AUTHENTICATION_REQUIRED'],
  ['the protected state of a stranger', 'GET', PROTECTED, {}, 401, 'AUTHENTICATION_REQUIRED'],
  ['no path of ours', 'POST', `${SELF_SERVICE}/goto/reset`, {}, 404, 'NOT_FOUND'],
  ['a method that is none', 'PUT', `${SELF_SERVICE}/password/set`, {}, 405, 'METHOD_NOT_ALLOWED'],
  ['GET where only POST is', 'GET', `${SELF_SERVICE}/password/set/`, {}, 405, 'METHOD_NOT_ALLOWED'],
  ['two slashes', 'POST', `${SELF_SERVICE}/password/set//`, {}, 404, 'NOT_FOUND'],
  ['a path that does not decode', 'GET', `${SELF_SERVICE}/%ff`, {}, 404, 'NOT_FOUND'],
] as const)('%s', async ([, method, path, headers, status, code]) => {
  const rig = await airlockRig()
  const browser = rig.browser()
  expect(answer(await browser.send(method, path, undefined, headers))).toEqual([status, error(code)])
  expect([...browser.cookies]).toEqual([])
  expect(rig.events).toEqual([])
})

test.for([
  ['TOO_SHORT', { password: 'short' }, 400, invalid('PASSWORD_POLICY_VIOLATED', '/password', 'TOO_SHORT')],
  ['nothing', {}, 400, invalid('VALIDATION_FAILED', '/password', 'REQUIRED')],
  ['a number', { password: 12_345_678 }, 400, invalid('VALIDATION_FAILED', '/password', 'INVALID')],
  ['a good one', { password: 'long enough' }, 200, { meta: META, data: { type: 'password-policy-check', id: '1', attributes: {} } }],
] as const)('the public policy check: %s', async ([, body, status, document]) => {
  const rig = await airlockRig()
  expect(answer(await rig.browser().post('/auth/rest/public/password/policy/check', body))).toEqual([status, document])
})
