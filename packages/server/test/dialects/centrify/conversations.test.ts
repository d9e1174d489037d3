import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { envelopeOf, liveServer, packageIn, type Answer, type Live } from './live.js'
import { CHANGE, CLEANUP, good, LOGOUT, STANDARD } from './wire.js'

let server: Live
beforeAll(async () => {
  server = await liveServer()
})
afterAll(() => server.close())

const NEXT = JSON.stringify(good({ Summary: 'StartNextChallenge' }))
const PENDING = JSON.stringify(good({ Summary: 'OobPending' }))
const CHANGED = JSON.stringify(
  good({ ClientMessage: 'Password change was successful, please authenticate with your new credentials.', Summary: 'NoncommitalSuccess' }),
)
const failed = (Message = STANDARD, Result: unknown = { Summary: 'Failure' }) => ({
  ...good(Result),
  success: false,
  Message,
  ErrorID: expect.stringMatching(/^[0-9a-f-]{36}:[0-9a-f]{32}$/) as unknown,
})
const bodyOf = ({ status, text }: Answer): unknown => (status === 200 ? JSON.parse(text) : status)

const HINTS = { PersistDefault: false, AllowPersist: true, AllowForgotPassword: true, EndpointAuthenticationEnabled: false }
const packaged = (session: unknown, challenges: readonly object[]) =>
  good({
    ClientHints: HINTS,
    Version: '1.0',
    SessionId: session,
    EventDescription: null,
    RetryWaitingTime: 0,
    SecurityImageName: null,
    AllowLoginMfaCache: false,
    Challenges: challenges.map((mechanism) => ({ Mechanisms: [mechanism] })),
    Summary: 'NewPackage',
    TenantId: 'ABC1234',
  })
const opaque = expect.stringMatching(/^[A-Za-z0-9_-]{16,64}$/) as unknown
const UP = {
  AnswerType: 'Text',
  Name: 'UP',
  PromptMechChosen: 'Enter Password',
  PromptSelectMech: 'Password',
  MechanismId: opaque,
  Enrolled: true,
}
const RESET = {
  AnswerType: 'Text',
  Name: 'RESET',
  PromptMechChosen: 'Enter a new password',
  PromptSelectMech: 'New password',
  MechanismId: opaque,
  PasswordComplexityHint: 'Rules for the new password: at least 8 characters; at most 256 characters.',
  Enrolled: true,
}
const EMAIL = {
  AnswerType: 'StartTextOob',
  Name: 'EMAIL',
  PromptMechChosen: 'A mail was sent to you. Enter the code that stands in it, or follow its link',
  PromptSelectMech: 'Email',
  MechanismId: opaque,
  Enrolled: true,
}

/** Begins a log-in and says that the password is forgotten. */
async function forgotten(user: string) {
  const { session } = packageIn(await server.start(user))
  const { ids } = packageIn(await server.advance(session, { Action: 'ForgotPassword' }))
  const on = (mechanism: string, Action: string, Answer?: string) =>
    server.advance(session, { MechanismId: ids[mechanism] ?? mechanism, Action, ...(Answer !== undefined && { Answer }) })
  return { session, ids, on }
}

/** Has the mail sent, and reads it. */
async function mailed({ on }: Pick<Awaited<ReturnType<typeof forgotten>>, 'on'>, to: string) {
  const before = (await server.mails(to)).length
  await on('EMAIL', 'StartOOB')
  return server.mailed(to, before + 1)
}

async function login(user: string, password: string): Promise<string> {
  const { session, ids } = packageIn(await server.start(user))
  const answer = await server.advance(session, { MechanismId: ids['UP'], Action: 'Answer', Answer: password })
  return envelopeOf(answer).Result.Summary
}

async function signedIn(user: string, password: string): Promise<string> {
  const { session, ids } = packageIn(await server.start(user))
  return envelopeOf(await server.advance(session, { MechanismId: ids['UP'], Action: 'Answer', Answer: password })).Result.Auth
}

test('a log-in, and a log-out', async () => {
  const started = await server.start('hdesk')
  expect(bodyOf(started)).toEqual(packaged(opaque, [UP]))
  expect([started.headers.get('content-type'), started.headers.get('content-length'), started.headers.get('transfer-encoding')]).toEqual([
    'application/json; charset=utf-8',
    String(started.text.length),
    null,
  ])
  const { session, ids } = packageIn(started)
  const answered = await server.advance(session, { MechanismId: ids['UP'], Action: 'Answer', Answer: 'Passw0rd1' })
  const token = envelopeOf(answered).Result.Auth
  expect(bodyOf(answered)).toEqual(
    good({
      Auth: expect.stringMatching(/^[0-9A-F]{32,}$/) as unknown,
      Token: token,
      TokenLifetime: 28_800,
      UserId: expect.stringMatching(/./) as unknown,
      User: 'hdesk',
      DisplayName: 'Helen Dexter',
      EmailAddress: 'hdesk@example.com',
      CustomerID: 'ABC1234',
      SystemID: 'ABC1234',
      PodFqdn: new URL(server.url).host,
      UserDirectory: 'CDS',
      SourceDsType: 'CDS',
      AuthLevel: 'Normal',
      Summary: 'LoginSuccess',
    }),
  )
  expect(answered.headers.get('set-cookie')).toBe(`.ASPXAUTH=${token}; Path=/; HttpOnly; SameSite=Lax`)

  const out = await server.call(LOGOUT, [], { Cookie: `.ASPXAUTH=${token}` })
  expect([out.status, out.text, out.headers.get('set-cookie')]).toEqual([
    200,
    JSON.stringify(good(null)),
    '.ASPXAUTH=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax',
  ])
  expect((await server.change(token, { oldPassword: 'Passw0rd1', newPassword: 'An0ther passw0rd' })).status).toBe(401)
  expect((await server.call(LOGOUT, [])).status).toBe(401)
})

test('a forgotten password, with the code of the mail typed', async () => {
  const { session } = packageIn(await server.start('jdoe'))
  const asked = await server.advance(session, { Action: 'ForgotPassword' })
  expect(bodyOf(asked)).toEqual(packaged(session, [EMAIL, RESET]))
  const { ids } = packageIn(asked)
  const mail = { MechanismId: ids['EMAIL'] }
  expect((await server.mails('jdoe@example.com')).length).toBe(0)
  expect((await server.advance(session, { ...mail, Action: 'StartOOB', Answer: '' })).text).toBe(PENDING)
  expect((await server.advance(session, { ...mail, Action: 'Poll', Answer: '' })).text).toBe(PENDING)
  const { code } = await server.mailed('jdoe@example.com', 1)
  expect(bodyOf(await server.advance(session, { ...mail, Action: 'Answer', Answer: '00000000' }))).toEqual(failed())
  expect((await server.advance(session, { ...mail, Action: 'Answer', Answer: code })).text).toBe(NEXT)
  // A client that goes on polling is told again, and breaks nothing.
  expect((await server.advance(session, { ...mail, Action: 'Poll' })).text).toBe(NEXT)
  expect((await server.advance(session, { ...mail, Action: 'Poll' })).text).toBe(NEXT)
  const last = { MechanismId: ids['RESET'], Action: 'Answer', Answer: 'a quite new passphrase' }
  const done = await server.advance(session, last)
  expect([done.text, done.headers.get('set-cookie')]).toEqual([CHANGED, null])

  const after = [
    { ...mail, Action: 'Poll' },
    { ...mail, Action: 'StartOOB' },
    { Action: 'ForgotPassword' },
    { ...last, Answer: 'yet another passphrase' },
  ]
  for (const body of after) expect(bodyOf(await server.advance(session, body))).toEqual(failed())
  expect(await login('jdoe', 'Passw0rd1')).toBe('Failure')
  expect(await login('jdoe', 'a quite new passphrase')).toBe('LoginSuccess')
})

test('a forgotten password, with the link of the mail approved while the client polls', async () => {
  const { ids, session, on } = await forgotten('bjensen')
  const { link } = await mailed({ on }, 'bjensen@example.com')
  const path = link.slice(server.url.length)

  // Programs that look at links spend nothing.
  const opened = [await server.send('GET', path), await server.send('GET', path), await server.send('GET', path)]
  expect(new Set(opened.map(({ status, text }) => `${status} ${/<h1>(.*)<\/h1>/.exec(text)?.[1]}`))).toEqual(
    new Set(['200 Set a new password?']),
  )
  expect(opened[0]?.text).toMatch(/<time datetime="\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z">/)
  await server.send('HEAD', path)
  expect((await on('EMAIL', 'Poll')).text).toBe(PENDING)

  const form = new URLSearchParams({ token: new URL(link).searchParams.get('token') ?? '', answer: 'approve' }).toString()
  const press = () => server.send('POST', '/Security/Approve', form, { 'Content-Type': 'application/x-www-form-urlencoded' })
  expect(/<h1>(.*)<\/h1>/.exec((await press()).text)?.[1]).toBe('Approved')
  // A RESET does not go by the approval alone: it is the waiting client's poll that goes on.
  expect((await on('EMAIL', 'Poll')).text).toBe(NEXT)
  expect((await on('EMAIL', 'Poll')).text).toBe(NEXT)
  expect(/<h1>(.*)<\/h1>/.exec((await press()).text)?.[1]).toBe('Nothing left to approve')
  expect(/<h1>(.*)<\/h1>/.exec((await server.send('GET', path)).text)?.[1]).toBe('Nothing left to approve')
  expect((await server.advance(session, { MechanismId: ids['RESET'], Action: 'Answer', Answer: 'a quite new passphrase' })).text).toBe(
    CHANGED,
  )
  expect(await login('bjensen', 'a quite new passphrase')).toBe('LoginSuccess')
})

test('a link that somebody disowns ends the conversation', async () => {
  const { on } = await forgotten('mmuster')
  const { link, code } = await mailed({ on }, 'mmuster@example.de')
  const form = new URLSearchParams({ token: new URL(link).searchParams.get('token') ?? '', answer: 'deny' }).toString()
  const page = await server.send('POST', '/Security/Approve', form, {
    'Content-Type': 'application/x-www-form-urlencoded',
    'Accept-Language': 'de-AT',
  })
  expect(/<h1>(.*)<\/h1>/.exec(page.text)?.[1]).toBe('Beendet')
  expect(bodyOf(await on('EMAIL', 'Poll'))).toEqual(failed())
  expect(bodyOf(await on('EMAIL', 'Answer', code))).toEqual(failed())
})

test('a weak new password is asked again with the reason', async () => {
  const { on, session } = await forgotten('mdurand')
  await on('EMAIL', 'Answer', (await mailed({ on }, 'mdurand@example.fr')).code)
  expect(bodyOf(await on('RESET', 'Answer', 'short'))).toEqual({
    ...packaged(session, [RESET]),
    Result: {
      ...(packaged(session, [RESET]).Result as object),
      ClientMessage: expect.stringMatching(
        /^The new password does not meet the rules for passwords: it has fewer than \d+ characters/,
      ) as unknown,
    },
  })
  expect((await on('RESET', 'Answer', 'a quite new passphrase')).text).toBe(CHANGED)
})

describe('nobody can tell who exists', () => {
  test('SEC-6 from a log-in and a forgotten password, up to the wrong answers', async () => {
    const transcript = async (user: string) => {
      const started = await server.start(user)
      const { session, ids } = packageIn(started)
      const wrong = await server.advance(session, { MechanismId: ids['UP'], Action: 'Answer', Answer: 'wrong' })
      const asked = await server.advance(session, { Action: 'ForgotPassword' })
      const { ids: next } = packageIn(asked)
      const on = (name: string, Action: string, Answer?: string) => server.advance(session, { MechanismId: next[name], Action, Answer })
      const answers = [
        started,
        wrong,
        asked,
        await on('EMAIL', 'StartOOB'),
        await on('EMAIL', 'Poll'),
        await on('RESET', 'Answer', 'a quite new passphrase'),
        ...(await Promise.all(['1', '2', '3', '4', '5', '6'].map((digit) => on('EMAIL', 'Answer', digit.repeat(8))))).toSorted(
          (a, b) => a.text.length - b.text.length,
        ),
        await on('EMAIL', 'Poll'),
      ]
      return answers.map(({ status, headers, text }) => ({
        status,
        headers: [...headers.keys()],
        body: text
          .replaceAll(/"(SessionId|MechanismId|ErrorID)":"[^"]*"/g, '"$1":"*"')
          .replaceAll(/[A-Za-z0-9.*]+@[A-Za-z*]+\.com/g, 'ADDRESS')
          .replaceAll(/"PartialAddress":"[^"]*"/g, '"PartialAddress":"DOMAIN"'),
      }))
    }
    const known = await transcript('jdoe2')
    expect(await transcript('nobody')).toEqual(known)
    expect(await transcript('llock')).toEqual(known)
    expect(await transcript('nomail')).toEqual(known)
    expect(known.map(({ status }) => status)).toEqual(known.map(() => 200))
  })
})

test('SEC-27 wrong passwords end the session at last', async () => {
  const { session, ids } = packageIn(await server.start('asmith'))
  const summaries: string[] = []
  for (const Answer of ['a', 'b', 'c', 'd', 'e', 'Passw0rd1']) {
    summaries.push(envelopeOf(await server.advance(session, { MechanismId: ids['UP'], Action: 'Answer', Answer })).Result.Summary)
  }
  expect(summaries).toEqual(['Failure', 'Failure', 'Failure', 'Failure', 'LoginFailure', 'Failure'])
})

test('a password is changed with the session, the old one and the new one', async () => {
  const token = await signedIn('admin', 'Passw0rd1')
  const weak = 'The new password does not meet the rules for passwords'
  expect(bodyOf(await server.change(token, { oldPassword: 'wrong', newPassword: 'a quite new passphrase' }))).toEqual(
    failed('The old password is not correct.', null),
  )
  expect(bodyOf(await server.change(token, { oldPassword: 'Passw0rd1', newPassword: 'x' }))).toEqual(
    failed(expect.stringContaining(weak) as string, null),
  )
  expect(bodyOf(await server.change(token, { oldPassword: 'Passw0rd1' }))).toEqual(failed(STANDARD, null))
  expect(bodyOf(await server.change(token, ['Passw0rd1']))).toEqual(
    failed('The request could not be read. Please try again or contact your system administrator.', null),
  )
  expect(
    bodyOf(
      await server.call(CHANGE, { OldPassword: 'Passw0rd1', NewPassword: 'a quite new passphrase' }, { Authorization: `Bearer ${token}` }),
    ),
  ).toEqual(good(null))
  // The change has ended the sessions of before.
  expect((await server.change(token, { oldPassword: 'a quite new passphrase', newPassword: 'yet another passphrase' })).status).toBe(401)
  expect(await login('admin', 'a quite new passphrase')).toBe('LoginSuccess')
})

test.for([
  ['without a session', {}],
  ['with a session that nobody opened', { Cookie: '.ASPXAUTH=0123456789ABCDEF0123456789ABCDEF' }],
] as const)('a change %s is 401, whatever else is wrong', async ([, headers]) => {
  expect((await server.call(CHANGE, { oldPassword: 'Passw0rd1', newPassword: 'x' }, headers)).status).toBe(401)
  expect((await server.send('POST', CHANGE, '{', { 'Content-Type': 'application/json', ...headers })).status).toBe(401)
})

test('a clean-up ends the session, and succeeds for every other', async () => {
  const { session, on } = await forgotten('jdoe2')
  const clean = async (SessionId: string) => (await server.call(CLEANUP, { TenantId: 'ABC1234', SessionId })).text
  expect([await clean(session), await clean(session), await clean('nonsense')]).toEqual(
    Array.from({ length: 3 }, () => JSON.stringify(good(null))),
  )
  expect(bodyOf(await on('EMAIL', 'StartOOB'))).toEqual(failed())
})

test('of two new passwords at once, one wins', async () => {
  const { on } = await forgotten('jdoe2')
  await on('EMAIL', 'Answer', (await mailed({ on }, 'john.doe@example.com')).code)
  const answers = await Promise.all([on('RESET', 'Answer', 'the first new passphrase'), on('RESET', 'Answer', 'the second new passphrase')])
  expect(answers.map((answer) => envelopeOf(answer).Result.Summary).toSorted()).toEqual(['Failure', 'NoncommitalSuccess'])
  const won = answers.findIndex((answer) => envelopeOf(answer).success)
  const passwords = ['the first new passphrase', 'the second new passphrase']
  expect(await login('jdoe2', passwords[won] ?? '')).toBe('LoginSuccess')
  expect(await login('jdoe2', passwords[1 - won] ?? '')).toBe('Failure')
})

test('polls that race the typed code find it accepted, or pending', async () => {
  const { on } = await forgotten('rsmith')
  const { code } = await mailed({ on }, 'family@example.com')
  const polls = Array.from({ length: 12 }, () => on('EMAIL', 'Poll'))
  const [answer, ...others] = await Promise.all([on('EMAIL', 'Answer', code), ...polls])
  expect(answer.text).toBe(NEXT)
  expect(others.filter(({ text }) => text !== NEXT && text !== PENDING)).toEqual([])
  expect((await on('EMAIL', 'Poll')).text).toBe(NEXT)
})

test('SEC-22 asking twice for a new password gives the package again, and forgets what was proved', async () => {
  const { session, ids, on } = await forgotten('hdesk')
  await on('EMAIL', 'Answer', (await mailed({ on }, 'hdesk@example.com')).code)
  const again = await server.advance(session, { Action: 'ForgotPassword' })
  expect(packageIn(again)).toEqual({ session, ids })
  expect(bodyOf(await on('RESET', 'Answer', 'a quite new passphrase'))).toEqual(failed())
})

describe('SEC-21 nothing is skipped, repeated or entered from the side', () => {
  test.for([
    ['a new password before the proof', (ids: Ids) => ({ MechanismId: ids['RESET'], Action: 'Answer', Answer: 'a quite new passphrase' })],
    ['a new password opened before the proof', (ids: Ids) => ({ MechanismId: ids['RESET'], Action: 'StartOOB' })],
    ['an unknown mechanism', () => ({ MechanismId: 'unknown', Action: 'Answer', Answer: 'x' })],
    ['the password of the package that was replaced', (ids: Ids) => ({ MechanismId: ids['UP'], Action: 'Answer', Answer: 'Passw0rd1' })],
    ['a poll of an unknown mechanism', () => ({ MechanismId: 'unknown', Action: 'Poll' })],
    ['a poll of a new password before the proof', (ids: Ids) => ({ MechanismId: ids['RESET'], Action: 'Poll' })],
    ['a poll of the package that was replaced', (ids: Ids) => ({ MechanismId: ids['UP'], Action: 'Poll' })],
    ['an unknown action', (ids: Ids) => ({ MechanismId: ids['EMAIL'], Action: 'Skip' })],
    [
      'a new password beside the start of the proof',
      (ids: Ids) => ({
        Action: 'MultipleOperations',
        MultipleOperations: [
          { MechanismId: ids['EMAIL'], Action: 'StartOOB' },
          { MechanismId: ids['RESET'], Action: 'Answer', Answer: 'a quite new passphrase' },
        ],
      }),
    ],
    [
      'a new password beside a wrong proof',
      (ids: Ids) => ({
        Action: 'MultipleOperations',
        MultipleOperations: [
          { MechanismId: ids['EMAIL'], Action: 'Answer', Answer: '00000000' },
          { MechanismId: ids['RESET'], Action: 'Answer', Answer: 'a quite new passphrase' },
        ],
      }),
    ],
  ] as const)('%s', async ([, body]) => {
    const { session, ids: first } = packageIn(await server.start('mmuster'))
    const { ids } = packageIn(await server.advance(session, { Action: 'ForgotPassword' }))
    expect(bodyOf(await server.advance(session, body({ ...first, ...ids })))).toEqual(failed())
    expect(await login('mmuster', 'Passw0rd1')).toBe('LoginSuccess')
  })

  test('a mechanism of another session', async () => {
    const mine = packageIn(await server.start('mmuster'))
    const other = packageIn(await server.start('rsmith'))
    expect(bodyOf(await server.advance(mine.session, { MechanismId: other.ids['UP'], Action: 'Answer', Answer: 'Passw0rd1' }))).toEqual(
      failed(),
    )
  })

  test.for(['', 'nonsense', 'q4mB1v0Tt7c5H2nZyK8uWgRkLdXeJsPa6fYoIiUzEw1'])('the session %j', async (session) => {
    expect(bodyOf(await server.advance(session, { MechanismId: 'm', Action: 'Poll' }))).toEqual(failed())
  })
})

test.for([
  ['POST', '/security/startauthentication', 200, 'application/json; charset=utf-8'],
  ['POST', '/SECURITY/StartAuthentication', 200, 'application/json; charset=utf-8'],
  ['GET', '/Security/StartAuthentication', 404, 'text/html; charset=utf-8'],
  ['POST', '/security/Unknown', 404, 'text/html; charset=utf-8'],
  ['POST', '/USERMGMT/Unknown', 404, 'text/html; charset=utf-8'],
] as const)('%s %s', async ([method, path, status, type]) => {
  const body = method === 'POST' ? JSON.stringify({ User: 'rsmith' }) : undefined
  const answer = await server.send(method, path, body, { 'Content-Type': 'application/json' })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([status, type])
})

type Ids = Readonly<Record<string, string>>
