import { afterAll, beforeAll, expect, test } from 'vitest'
import { envelopeOf, liveServer, packageIn, type Answer, type Live } from './live.js'
import { good } from './wire.js'

/** Other flows in the slots, and every setting at its other value. */
const LOGIN = `
flow: centrify-login
speaks: { centrify: login }
steps:
  - userQuery
  - currentPassword
  - emailValidation
  - issueSession
`
const FORGOT = `
flow: centrify-forgot
speaks: { centrify: forgot }
steps:
  - userQuery
  - choose:
      - emailValidation
      - smsValidation: { length: 8 }
  - reset
  - issueSession
`

let server: Live
beforeAll(async () => {
  server = await liveServer({
    flows: { 'login.yaml': LOGIN, 'forgot.yaml': FORGOT },
    settings: { resetTransition: 'NewPackage', weakPasswordReply: 'failure', requireNativeHeader: true, tenantId: 'XYZ9' },
  })
})
afterAll(() => server.close())

const summary = (answer: Answer) => envelopeOf(answer).Result.Summary
const NEXT = JSON.stringify(good({ Summary: 'StartNextChallenge' }))
const PENDING = JSON.stringify(good({ Summary: 'OobPending' }))

async function begun(user: string) {
  const { session, ids } = packageIn(await server.start(user))
  return { session, ids, on: using(session, ids) }
}

async function forgotten(user: string) {
  const { session } = await begun(user)
  const asked = await server.advance(session, { Action: 'ForgotPassword' })
  const { ids } = packageIn(asked)
  return { session, ids, asked, on: using(session, ids) }
}

function using(session: string, ids: Readonly<Record<string, string>>) {
  return (name: string, Action: string, Answer?: string) => server.advance(session, { MechanismId: ids[name], Action, Answer })
}

async function mailed(on: ReturnType<typeof using>, to: string) {
  const before = (await server.mails(to)).length
  await on('EMAIL', 'StartOOB')
  return server.mailed(to, before + 1)
}

async function approve(link: string): Promise<void> {
  const form = new URLSearchParams({ token: new URL(link).searchParams.get('token') ?? '', answer: 'approve' }).toString()
  await server.send('POST', '/security/approve', form, { 'Content-Type': 'application/x-www-form-urlencoded' })
}

test('a log-in with two factors, password and start of the mail in one call', async () => {
  const { session, ids, on } = await begun('jdoe')
  expect(Object.keys(ids)).toEqual(['UP', 'EMAIL'])
  const operations = (Answer: string) => ({
    Action: 'MultipleOperations',
    MultipleOperations: [
      { MechanismId: ids['UP'], Action: 'Answer', Answer },
      { MechanismId: ids['EMAIL'], Action: 'StartOOB' },
    ],
  })
  expect(summary(await server.advance(session, operations('wrong')))).toBe('Failure')
  expect((await server.mails('jdoe@example.com')).length).toBe(0)
  expect((await server.advance(session, operations('Passw0rd1'))).text).toBe(PENDING)
  const { code } = await server.mailed('jdoe@example.com', 1)
  expect(summary(await on('EMAIL', 'Answer', code))).toBe('LoginSuccess')
})

test('a log-in that the approved link completes: the poll brings the session, and brings it again when its answer was lost', async () => {
  const { on } = await begun('bjensen')
  expect((await on('UP', 'Answer', 'Passw0rd1')).text).toBe(NEXT)
  const { link } = await mailed(on, 'bjensen@example.com')
  const page = await server.send('GET', link.slice(server.url.length), undefined, { 'Accept-Language': 'fr' })
  expect(/<h1>(.*)<\/h1>/.exec(page.text)?.[1]).toBe('Se connecter ?')
  expect((await on('EMAIL', 'Poll')).text).toBe(PENDING)
  await approve(link)
  const first = await on('EMAIL', 'Poll')
  expect([summary(first), first.headers.get('set-cookie')?.split('=')[0]]).toEqual(['LoginSuccess', '.ASPXAUTH'])
  expect(envelopeOf(await on('EMAIL', 'Poll')).Result).toEqual(envelopeOf(first).Result)
  expect([summary(await on('UP', 'Poll')), summary(await on('EMAIL', 'StartOOB'))]).toEqual(['Failure', 'Failure'])
})

test('what a log-in has shown first cannot be left out', async () => {
  const { on } = await begun('hdesk')
  expect([summary(await on('EMAIL', 'StartOOB')), summary(await on('EMAIL', 'Poll')), summary(await on('EMAIL', 'Answer', '1'))]).toEqual([
    'Failure',
    'Failure',
    'Failure',
  ])
  expect(await server.mails('hdesk@example.com')).toEqual([])
})

test('several ways are mechanisms of one challenge, and another may be taken', async () => {
  const { asked, on } = await forgotten('bjensen')
  expect(envelopeOf(asked).Result.Challenges.map(({ Mechanisms }) => Mechanisms.map(({ Name }) => Name))).toEqual([
    ['EMAIL', 'SMS'],
    ['RESET'],
  ])
  expect((await on('EMAIL', 'Poll')).text).toBe(PENDING)
  const mail = await mailed(on, 'bjensen@example.com')
  expect((await on('SMS', 'StartOOB')).text).toBe(PENDING)
  const text = await server.mailed('+15550101', 1)
  expect(summary(await on('SMS', 'Answer', mail.code))).toBe('Failure')
  const passed = await on('SMS', 'Answer', text.code)
  expect([summary(passed), Object.keys(packageIn(passed).ids)]).toEqual(['NewPackage', ['RESET']])
  expect(summary(await on('SMS', 'Poll'))).toBe('NewPackage')
})

test('the screens that know packages only get one, and a reset that signs in does so', async () => {
  const { ids, on } = await forgotten('admin')
  const { code } = await mailed(on, 'admin@example.com')
  const passed = await on('EMAIL', 'Answer', code)
  expect([summary(passed), packageIn(passed).ids]).toEqual(['NewPackage', { RESET: ids['RESET'] }])
  const weak = envelopeOf(await on('RESET', 'Answer', 'short'))
  expect([weak.success, weak.Result.Summary, weak.Message?.slice(0, 54)]).toEqual([
    false,
    'Failure',
    'The new password does not meet the rules for passwords',
  ])
  const done = await on('RESET', 'Answer', 'a quite new passphrase')
  expect([summary(done), done.headers.get('set-cookie')?.split('=')[0]]).toEqual(['LoginSuccess', '.ASPXAUTH'])
  const { status } = await server.change(envelopeOf(done).Result.Auth, { oldPassword: 'wrong', newPassword: 'x' })
  expect(status).toBe(200)
})

test('weak passwords end the session at last', async () => {
  const { on } = await forgotten('mmuster')
  await on('EMAIL', 'Answer', (await mailed(on, 'mmuster@example.de')).code)
  const summaries: string[] = []
  for (const weak of ['a', 'b', 'c', 'd', 'e', 'a quite new passphrase']) summaries.push(summary(await on('RESET', 'Answer', weak)))
  expect(summaries).toEqual(['Failure', 'Failure', 'Failure', 'Failure', 'LoginFailure', 'Failure'])
})

test('without the header of native clients a call is 401, and the page behind a link is not', async () => {
  const answer = await server.send('POST', '/Security/StartAuthentication', '{"User":"jdoe"}', { 'Content-Type': 'application/json' })
  const page = await server.send('GET', '/Security/Approve?token=x')
  expect([answer.status, page.status]).toEqual([401, 200])
})
