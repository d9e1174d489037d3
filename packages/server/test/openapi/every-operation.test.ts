import { isJsonObject, type JsonObject } from '@rekey/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDemoIssuer } from '../../src/adapters/bearers/demo-issuer.js'
import { FIRST_TIME, MUSTER } from '../dialects/cidaas/live.js'
import { ANONYMOUS, valuesOf, type Answer } from '../wire/call.js'
import { wireServer, type WireServer } from '../wire/server.js'
import { objectIn, part, posts, textOf } from '../wires/speaker.js'
import { Judge, type Exchange } from './judge.js'
import { documentOf, recorded } from './recording.js'

/** With the flows that ship. */
let server: WireServer
let exchanges: readonly Exchange[] = []
beforeAll(async () => {
  server = await wireServer({ config: { dialects: { centrify: { pollHoldMs: 0 }, 'bright-pattern': { minimumMs: 0 } } } })
  exchanges = recorded(server.client)
})
afterAll(() => server.close())

/** The operations that nobody called since, and what was said otherwise than described. */
async function sinceThen(from: number, dialect: string) {
  const judge = new Judge(await documentOf(server.client, dialect))
  const said = exchanges.slice(from)
  const called = new Set(said.map(({ call }) => judge.operationOf(call)))
  return {
    uncalled: judge.operations().filter((operation) => !called.has(operation)),
    lies: said.flatMap((exchange) => judge.lies(exchange)),
  }
}

const TRUE = { uncalled: [], lies: [] }

const bearer = async (subject: string) => {
  const issuer = await openDemoIssuer(server.config.bearers.demoKey ?? '')
  return { Authorization: `Bearer ${await issuer.mint(subject, Math.floor(Date.now() / 1000))}` }
}

/** A body of any kind. */
const send = (method: string, target: string, body?: JsonObject, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  server.client.send({ ...posts(target, body ?? {}, headers), method, ...(body === undefined && { body: '' }) })

test('every operation of forgerock is there, and answers as described', async () => {
  const from = exchanges.length
  for (const operation of new Judge(await documentOf(server.client, 'forgerock')).operations()) {
    const [method = '', path = ''] = operation.split(' ')
    const isPolicy = path.includes('/policy/')
    const target = method === 'GET' ? path : `${path}?_action=${isPolicy ? 'validateObject' : 'submitRequirements'}`
    const call = {
      ...posts(target, isPolicy ? { password: 'short' } : { input: { queryFilter: 'userName eq "jdoe"' } }, ANONYMOUS),
      method,
    }
    const { status } = await server.client.send(method === 'GET' ? { method, target, headers: ANONYMOUS } : call)
    expect([operation, status]).toEqual([operation, 200])
  }
  expect(await sinceThen(from, 'forgerock')).toEqual(TRUE)
})

test('every operation of centrify is there, and answers as described', async () => {
  const from = exchanges.length
  const advance = (session: string, body: JsonObject) => send('POST', '/Security/AdvanceAuthentication', { SessionId: session, ...body })
  const start = async (User: string) =>
    part(objectIn(await send('POST', '/Security/StartAuthentication', { User, Version: '1.0' })), 'Result')
  await send('POST', '/Security/StartAuthentication', { User: '@example.com' })
  const SessionId = textOf(await start('mdurand'), 'SessionId')
  const offered = objectIn(await advance(SessionId, { Action: 'ForgotPassword' }))
  const id = (name: string, { Result }: JsonObject) =>
    new RegExp(`"Name":"${name}"[^}]*"MechanismId":"([^"]+)"`).exec(JSON.stringify(Result))?.[1] ?? ''
  await advance(SessionId, { Action: 'StartOOB', MechanismId: id('EMAIL', offered) })
  const { text } = await server.nextMail('mdurand@example.fr', 0)
  const link = /\/Security\/Approve\?token=(\S+)/.exec(text)
  expect((await send('GET', link?.[0] ?? '')).status).toBe(200)
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const approval = { method: 'POST', target: '/Security/Approve', headers: form, body: `token=${link?.[1] ?? ''}&answer=approve` }
  expect((await server.client.send(approval)).text).not.toContain('<form')
  const polled = await advance(SessionId, { Action: 'Poll', MechanismId: id('EMAIL', offered) })
  expect(part(objectIn(polled), 'Result')).toEqual({ Summary: 'StartNextChallenge' })
  await send('POST', '/Security/CleanupAuthentication', { SessionId })
  const login = await start('mmuster')
  const up = id('UP', { Result: login })
  const answered = await advance(textOf(login, 'SessionId'), { Action: 'Answer', MechanismId: up, Answer: 'Passw0rd1' })
  const session = { Authorization: `Bearer ${textOf(part(objectIn(answered), 'Result'), 'Auth')}` }
  expect((await send('POST', '/Security/StartAuthentication', { User: 'mmuster' }, session)).text).toContain('LoginSuccess')
  await send('POST', '/UserMgmt/ChangeUserPassword', { oldPassword: 'wrong', newPassword: 'An0ther-passw0rd' }, session)
  await send('POST', '/UserMgmt/ChangeUserPassword', { oldPassword: 'Passw0rd1', newPassword: 'An0ther-passw0rd' })
  await send('POST', '/Security/Logout', {}, session)
  expect(await sinceThen(from, 'centrify')).toEqual(TRUE)
})

test('every operation of airlock is there, and answers as described', async () => {
  const from = exchanges.length
  const { jar, call } = browser('/auth/rest/public/self-service')
  await call('POST', '/flows/password-reset-selection/select')
  await call('GET', '')
  await call('POST', '/user-data/identify', { username: 'jdoe' })
  await call('POST', '/selection/options/retrieve')
  await call('POST', '/selection/options/smsValidation/select')
  await call('POST', '/verification/sms/otp/resend')
  await call('POST', '/verification/sms/otp/check', { otp: '10000000' })
  expect((await call('DELETE', '/flow')).status).toBe(204)
  for (const flow of ['password-reset', 'password-reset-questions']) await call('POST', `/flows/${flow}/select`)
  jar.clear()
  await call('POST', '/flows/password-reset-questions/select')
  await call('POST', '/username/identify', { username: 'mmuster' })
  await call('POST', '/verification/email/otp/resend')
  const mail = await server.nextMail('mmuster@example.de', 0)
  await call('POST', '/verification/email/otp/check', { otp: '' })
  await call('POST', '/verification/email/otp/check', { otp: /^ {4}(\d+)$/m.exec(mail.text)?.[1] ?? '' })
  const questions = await call('POST', '/verification/secret-questions/retrieve')
  expect(questions.text).toContain('secret-question')
  const id = /"type":"secret-question","id":"([^"]+)"/.exec(questions.text)?.[1] ?? ''
  await call('POST', '/verification/secret-questions/check', { answers: [{ id, answer: 'Köln' }] })
  await call('POST', '/password/set', { newPassword: 'short' })
  expect((await call('POST', '/password/set', { newPassword: 'N3w-passw0rd' })).text).toContain('"attributes":{}')
  await send('POST', '/auth/rest/public/password/policy/check', { password: 'short' })
  await send('POST', '/auth/rest/public/password/policy/check', { password: 'L0ng-enough-passw0rd' })

  const signedIn = await bearer(MUSTER)
  const inside = browser('/auth/rest/protected/self-service', signedIn)
  await inside.call('POST', '/flows/password-change/select')
  await inside.call('GET', '')
  await inside.call('POST', '/password/change', { oldPassword: 'wrong', newPassword: 'short' })
  await inside.call('POST', '/password/change', { oldPassword: 'Passw0rd1', newPassword: 'short' })
  await inside.call('POST', '/password/set', { newPassword: 'short' })
  await inside.call('DELETE', '/flow')
  await send('POST', '/auth/rest/protected/my/password/change', { oldPassword: 'wrong', newPassword: 'short' }, signedIn)
  await send('POST', '/auth/rest/protected/my/password/change', { oldPassword: 'wrong', newPassword: 'short' })
  expect(await sinceThen(from, 'airlock')).toEqual(TRUE)
})

/** Calls below a path, with the cookies that were set. */
function browser(root: string, headers: Readonly<Record<string, string>> = {}) {
  const jar = new Map<string, string>()
  const call = async (method: string, path: string, body?: JsonObject): Promise<Answer> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await send(method, `${root}${path}`, body ?? {}, { ...headers, ...(cookie !== '' && { Cookie: cookie }) })
    for (const set of valuesOf(answer, 'Set-Cookie')) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
    return answer
  }
  return { jar, call }
}

test('every operation of cidaas is there, and answers as described', async () => {
  const from = exchanges.length
  const muster = await bearer(MUSTER)
  const both = { old_password: 'wrong', new_password: 'N3w-passw0rd', confirm_password: 'N3w-passw0rd' }
  await send('GET', '/verification-srv/config/list', undefined, muster)
  await send('GET', '/verification-srv/config/list')
  await send('POST', '/verification-srv/v2/setup/users/configured/list', {}, muster)
  await send('PUT', '/password-srv/password', { sub: MUSTER, ...both }, muster)
  await send('PUT', '/password-srv/password', { sub: MUSTER, ...both, old_password: 'Passw0rd1' }, muster)
  await send('POST', '/users-srv/changepassword', { identityId: MUSTER, ...both, confirm_password: 'another' }, muster)
  const first = { password: 'N3w-passw0rd', confirmPassword: 'N3w-passw0rd' }
  await send('POST', '/password-srv/password', { sub: FIRST_TIME, ...first }, await bearer(FIRST_TIME))
  await send('POST', '/password-srv/password', { sub: FIRST_TIME, ...first })
  const generated = await send('POST', '/authz-srv/authrequest/authz/generate', { client_id: 'any' })
  const requestId = textOf(part(objectIn(generated), 'data'), 'requestId')
  await send('GET', `/public-srv/public/${requestId}`)
  await send('GET', '/public-srv/public/none')
  await send('POST', '/verification-srv/v2/setup/public/configured/list', { request_id: requestId })
  const begun = await send('POST', '/users-srv/resetpassword/initiate', { requestId, username: 'asmith', resetMedium: 'EMAIL' })
  const resetRequestId = textOf(part(objectIn(begun), 'data'), 'rprq')
  const { text } = await server.nextMail('family@example.com', 0)
  const link = /\/password-srv\/resetpassword\?\S+/.exec(text)?.[0] ?? ''
  expect((await send('GET', link)).status).toBe(302)
  await send('GET', '/password-srv/resetpassword?action=other')
  await send('POST', '/users-srv/resetpassword/validatecode', { resetRequestId, code: '000000' })
  const code = /\b(\d{6})\b/.exec(text)?.[1] ?? ''
  const judged = await send('POST', '/password-srv/resetpassword?action=validatecode', { resetRequestId, code })
  const exchangeId = textOf(part(objectIn(judged), 'data'), 'exchangeId')
  await send('POST', '/users-srv/resetpassword/accept', { resetRequestId, exchangeId, password: 'short', confirmPassword: 'short' })
  const form = new URLSearchParams({ resetRequestId, exchangeId, ...first }).toString()
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const accepted = await server.client.send({ method: 'POST', target: '/users-srv/resetpassword/accept', headers, body: form })
  expect([accepted.status, valuesOf(accepted, 'Location')[0]]).toEqual([302, expect.stringContaining('password_set_success')])
  expect(await sinceThen(from, 'cidaas')).toEqual(TRUE)
})

test('what the documents say is not true of anything: each of these lies is seen', async () => {
  const document = await documentOf(server.client, 'airlock')
  const from = exchanges.length
  const { call } = browser('/auth/rest/public/self-service')
  await call('POST', '/flows/password-reset/select')
  await call('POST', '/username/identify', { username: 'jdoe' })
  await call('POST', '/verification/email/otp/check', { otp: '10000000' })
  const said = exchanges.slice(from)
  const liesOf = (bent: JsonObject) => said.flatMap((exchange) => new Judge(bent).lies(exchange))
  const text = JSON.stringify(document)
  const lies: readonly (readonly [what: string, from: string, to: string])[] = [
    ['another path', '/flows/password-reset/select', '/flows/password-reset/begin'],
    ['another method', '"post":{"operationId":"post_auth_rest_public_self_service_username_identify"', '"put":{"operationId":"x"'],
    ['a step that is never next', '"EMAIL_OTP_REQUIRED"', '"MAIL_OTP_REQUIRED"'],
    ['a code of another error', '"OTP_WRONG"', '"OTP_FALSE"'],
    ['another type of document', '"public-self-service.session"', '"public.session"'],
    ['a member that is a number', '"timestamp":{"type":"string"', '"timestamp":{"type":"integer"'],
    ['a member of the request that nobody sends', '"required":["username"]', '"required":["username","tenant"]'],
    ['another content type', 'application/vnd.api+json', 'application/hal+json'],
    ['no such status', '"400":', '"418":'],
  ]
  expect(liesOf(document)).toEqual([])
  const unseen = lies.filter(([, right, wrong]) => {
    const bent: unknown = JSON.parse(text.replaceAll(right, wrong))
    return !text.includes(right) || !isJsonObject(bent) || liesOf(bent).length === 0
  })
  expect(unseen.map(([what]) => what)).toEqual([])
})
