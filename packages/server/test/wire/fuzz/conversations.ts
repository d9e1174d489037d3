import type { JsonObject } from '@rekey/core'
import { objectIn, part, posts, textOf } from '../../wires/speaker.js'
import { ANONYMOUS, valuesOf, type Answer, type Call } from '../call.js'
import type { Person } from './people.js'

/** What somebody needs to lead a conversation: a wire, their messages and their passwords. */
export interface Means {
  readonly who: Person
  readonly say: (call: Call) => Promise<Answer>
  /** The code of the next message; a guess for whoever cannot read it. */
  readonly code: () => Promise<string>
  /** The link of that message. */
  readonly link: () => Promise<string>
  /** A good password that nobody has. */
  readonly fresh: () => string
  readonly bearer: () => Promise<string>
}

/** A whole conversation of one wire, call by call. */
export interface Conversation {
  readonly name: string
  readonly dialect: string
  readonly lead: (means: Means) => Promise<void>
}

/** The origin whose pages may call. */
export const ORIGIN = 'https://portal.example'

const form = (target: string, values: Readonly<Record<string, string>>): Call => ({
  method: 'POST',
  target,
  headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(values).toString(),
})

function forgerock(flow: string, answers: (means: Means) => readonly (() => Promise<JsonObject> | JsonObject)[]): Conversation {
  return {
    name: `forgerock ${flow}`,
    dialect: 'forgerock',
    async lead(means) {
      const target = `/openidm/selfservice/${flow}`
      await means.say({ method: 'GET', target, headers: ANONYMOUS })
      let token = ''
      for (const answer of answers(means)) {
        const body = { ...(token !== '' && { token }), input: await answer() }
        const told = objectIn(await means.say(posts(`${target}?_action=submitRequirements`, body, ANONYMOUS)))
        token = textOf(told, 'token') || token
      }
    },
  }
}

const named = ({ who }: Means) => ({ queryFilter: `userName eq "${who.userName}"` })
const coded = async ({ code }: Means) => ({ code: await code() })
const answered = ({ who }: Means) => ({ answer1: who.answer })
const chosen = ({ fresh }: Means) => ({ password: fresh() })

function centrifyLogin({ who, say }: Means) {
  let session = ''
  const NATIVE = { 'X-CENTRIFY-NATIVE-CLIENT': '1' }
  const mechanisms = new Map<string, string>()
  const learn = (answer: Answer) => {
    const result = part(objectIn(answer), 'Result')
    session = textOf(result, 'SessionId') || session
    for (const [, name = '', id = ''] of answer.text.matchAll(/"Name":"(\w+)"[^}]*?"MechanismId":"([^"]+)"/g)) mechanisms.set(name, id)
    return result
  }
  const advance = async (body: JsonObject) =>
    learn(await say(posts('/Security/AdvanceAuthentication', { TenantId: 'ABC1234', SessionId: session, ...body }, NATIVE)))
  return {
    start: async () =>
      learn(await say(posts('/Security/StartAuthentication', { TenantId: 'ABC1234', User: who.userName, Version: '1.0' }, NATIVE))),
    advance,
    on: (mechanism: string, Action: string, Answer = '') => advance({ MechanismId: mechanisms.get(mechanism) ?? '', Action, Answer }),
    leave: () => say(posts('/Security/CleanupAuthentication', { SessionId: session })),
  }
}

/** Calls below a path of Airlock, with the cookies that were set. */
function airlockBrowser({ say }: Means, area: 'public' | 'protected', headers: Readonly<Record<string, string>> = {}) {
  const jar = new Map<string, string>()
  return async (method: string, path: string, body: JsonObject = {}): Promise<Answer> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const target = `/auth/rest/${area}/self-service${path}`
    const answer = await say({ ...posts(target, body, { ...headers, ...(cookie !== '' && { Cookie: cookie }) }), method })
    for (const set of valuesOf(answer, 'Set-Cookie')) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
    return answer
  }
}

type Lead = (call: ReturnType<typeof airlockBrowser>, means: Means) => Promise<void>

function airlock(name: string, lead: Lead): Conversation {
  return { name: `airlock ${name}`, dialect: 'airlock', lead: (means) => lead(airlockBrowser(means, 'public'), means) }
}

const authorized = async ({ bearer }: Means) => ({ Authorization: `Bearer ${await bearer()}` })

/** A change by somebody who is signed in, begun. */
function airlockInside(name: string, lead: Lead): Conversation {
  return {
    name: `airlock ${name}`,
    dialect: 'airlock',
    async lead(means) {
      const call = airlockBrowser(means, 'protected', await authorized(means))
      await call('POST', '/flows/password-change/select')
      await lead(call, means)
    },
  }
}

const reset = async ({ who, say }: Means, processingType: 'CODE' | 'LINK') => {
  const generated = objectIn(await say(posts('/authz-srv/authrequest/authz/generate', { client_id: 'any' })))
  const requestId = textOf(part(generated, 'data'), 'requestId')
  await say({ method: 'GET', target: `/public-srv/public/${requestId}` })
  await say(posts('/verification-srv/v2/setup/public/configured/list', { request_id: requestId }))
  const body = { requestId, username: who.userName, processingType, resetMedium: 'EMAIL' }
  return { requestId, begun: objectIn(await say(posts('/users-srv/resetpassword/initiate', body))) }
}

/** Every wire from end to end, by every way that its flows have: what is done here is what can be bent. */
export const CONVERSATIONS: readonly Conversation[] = [
  forgerock('reset', (means) => [() => ({}), () => named(means), () => coded(means), () => answered(means), () => chosen(means)]),
  forgerock('resetEmail', (means) => [() => ({}), () => named(means), () => coded(means), () => chosen(means)]),
  forgerock('resetKba', (means) => [() => ({}), () => named(means), () => answered(means), () => chosen(means)]),
  forgerock('resetOneStage', (means) => [() => named(means), () => coded(means), () => answered(means), () => chosen(means)]),
  {
    name: 'centrify forgot by code',
    dialect: 'centrify',
    async lead(means) {
      const { start, advance, on, leave } = centrifyLogin(means)
      await start()
      await advance({ Action: 'ForgotPassword' })
      await on('EMAIL', 'StartOOB')
      await on('EMAIL', 'Answer', await means.code())
      await on('RESET', 'Answer', means.fresh())
      await leave()
    },
  },
  {
    name: 'centrify forgot by link',
    dialect: 'centrify',
    async lead(means) {
      const { start, advance, on } = centrifyLogin(means)
      await start()
      await advance({ Action: 'ForgotPassword' })
      await on('EMAIL', 'StartOOB')
      const target = await means.link()
      await means.say({ method: 'GET', target })
      await means.say(form('/Security/Approve', { token: new URLSearchParams(target.split('?')[1]).get('token') ?? '', answer: 'approve' }))
      await on('EMAIL', 'Poll')
      await on('RESET', 'Answer', means.fresh())
    },
  },
  {
    name: 'centrify log-in and change',
    dialect: 'centrify',
    async lead(means) {
      const { start, on } = centrifyLogin(means)
      await start()
      const signedIn = await on('UP', 'Answer', means.who.password)
      const headers = { Authorization: `Bearer ${textOf(signedIn, 'Auth')}` }
      await means.say(posts('/Security/StartAuthentication', { User: means.who.userName }, headers))
      const oldPassword = means.who.password
      await means.say(posts('/UserMgmt/ChangeUserPassword', { oldPassword, newPassword: means.fresh() }, headers))
      await means.say(posts('/Security/Logout', {}, headers))
    },
  },
  airlock('reset by a mailed code', async (call, { who, code, fresh }) => {
    await call('POST', '/flows/password-reset/select')
    await call('GET', '')
    await call('POST', '/username/identify', { username: who.userName })
    await call('POST', '/verification/email/otp/resend')
    await call('POST', '/verification/email/otp/check', { otp: await code() })
    await call('POST', '/password/set', { newPassword: fresh() })
  }),
  airlock('reset by a texted code', async (call, { who, code, fresh }) => {
    await call('POST', '/flows/password-reset-selection/select')
    await call('POST', '/user-data/identify', { username: who.userName })
    await call('POST', '/selection/options/retrieve')
    await call('POST', '/selection/options/smsValidation/select')
    await call('POST', '/verification/sms/otp/resend')
    await call('POST', '/verification/sms/otp/check', { otp: await code() })
    await call('POST', '/password/set', { newPassword: fresh() })
  }),
  airlock('reset by a code and a question', async (call, { who, code, fresh }) => {
    await call('POST', '/flows/password-reset-questions/select')
    await call('POST', '/username/identify', { username: who.userName })
    await call('POST', '/verification/email/otp/check', { otp: await code() })
    const questions = await call('POST', '/verification/secret-questions/retrieve')
    const id = /"type":"secret-question","id":"([^"]+)"/.exec(questions.text)?.[1] ?? ''
    await call('POST', '/verification/secret-questions/check', { answers: [{ id, answer: who.answer }] })
    await call('POST', '/password/set', { newPassword: fresh() })
  }),
  airlock('given up', async (call, { who }) => {
    await call('POST', '/flows/password-reset/select')
    await call('POST', '/username/identify', { username: who.userName })
    await call('DELETE', '/flow')
  }),
  airlockInside('change in a flow', async (call, { who, fresh }) => {
    await call('GET', '')
    await call('POST', '/password/change', { oldPassword: who.password, newPassword: 'short' })
    await call('POST', '/password/set', { newPassword: fresh() })
  }),
  airlockInside('change given up', async (call) => {
    await call('DELETE', '/flow')
  }),
  airlockInside('change in one call of a flow', async (call, { who, fresh }) => {
    await call('POST', '/password/change', { oldPassword: who.password, newPassword: fresh() })
  }),
  {
    name: 'airlock change at once',
    dialect: 'airlock',
    async lead(means) {
      await means.say(posts('/auth/rest/public/password/policy/check', { password: 'short' }))
      const body = { oldPassword: means.who.password, newPassword: means.fresh() }
      await means.say(posts('/auth/rest/protected/my/password/change', body, await authorized(means)))
    },
  },
  ...(['PUT /password-srv/password', 'POST /users-srv/changepassword'] as const).map((address): Conversation => ({
    name: `cidaas ${address}`,
    dialect: 'cidaas',
    async lead(means) {
      const headers = await authorized(means)
      await means.say({ method: 'GET', target: '/verification-srv/config/list', headers })
      await means.say(posts('/verification-srv/v2/setup/users/configured/list', {}, headers))
      const next = means.fresh()
      const [method = '', target = ''] = address.split(' ')
      const who = { [method === 'PUT' ? 'sub' : 'identityId']: means.who.id }
      const body = { ...who, old_password: means.who.password, new_password: next, confirm_password: next }
      await means.say({ ...posts(target, body, headers), method })
    },
  })),
  {
    name: 'cidaas first password',
    dialect: 'cidaas',
    async lead(means) {
      const password = means.fresh()
      await means.say(posts('/password-srv/password', { sub: means.who.id, password, confirmPassword: password }, await authorized(means)))
    },
  },
  {
    name: 'cidaas reset by code',
    dialect: 'cidaas',
    async lead(means) {
      const { begun } = await reset(means, 'CODE')
      const resetRequestId = textOf(part(begun, 'data'), 'rprq')
      const judged = await means.say(posts('/users-srv/resetpassword/validatecode', { resetRequestId, code: await means.code() }))
      const exchangeId = textOf(part(objectIn(judged), 'data'), 'exchangeId')
      const password = means.fresh()
      await means.say(form('/users-srv/resetpassword/accept', { resetRequestId, exchangeId, password, confirmPassword: password }))
    },
  },
  {
    name: 'cidaas reset by link',
    dialect: 'cidaas',
    async lead(means) {
      const { begun } = await reset(means, 'LINK')
      const resetRequestId = textOf(part(begun, 'data'), 'rprq')
      const target = await means.link()
      await means.say({ method: 'GET', target })
      const code = await means.code()
      const judged = await means.say(posts('/password-srv/resetpassword?action=validatecode', { resetRequestId, code }))
      const exchangeId = textOf(part(objectIn(judged), 'data'), 'exchangeId')
      const password = means.fresh()
      await means.say(
        posts('/password-srv/resetpassword?action=acceptreset', { resetRequestId, exchangeId, password, confirmPassword: password }),
      )
    },
  },
  {
    name: 'bright-pattern generate',
    dialect: 'bright-pattern',
    async lead({ who, say }) {
      const body = { type: 'request', request: { action: 'generate_password', user: who.userName } }
      await say(posts('/api/users', body, { Authorization: `Bearer ${GENERATE_SECRET}` }))
    },
  },
]

/** What the caller of Bright Pattern proves itself with in the demonstration. */
export const GENERATE_SECRET = 'secret_token'

/** What metrics are read with. */
export const METRICS_SECRET = 'a-reader-of-metrics'

/** Calls that stand alone. */
export const SINGLE_CALLS: readonly Call[] = [
  ...[
    'selfservice/reset',
    'policy/selfservice/reset',
    'policy/managed/user',
    'info/uiconfig',
    'info/features',
    'config/ui/configuration',
  ].map((path): Call => ({ method: 'GET', target: `/openidm/${path}`, headers: ANONYMOUS })),
  posts('/openidm/policy/selfservice/reset?_action=validateObject', { password: 'short' }, ANONYMOUS),
  posts('/auth/rest/public/password/policy/check', { password: 'L0ng-enough-passw0rd' }),
  { method: 'GET', target: '/dev/mailbox?to=nobody@example.com', headers: { Accept: 'text/html' } },
  { method: 'GET', target: '/dev/mailbox?to=nobody@example.com' },
  { method: 'GET', target: '/dev/openapi' },
  ...['forgerock', 'centrify', 'airlock', 'cidaas', 'bright-pattern'].map((name): Call => ({
    method: 'GET',
    target: `/dev/openapi/${name}.json`,
  })),
  { method: 'GET', target: '/metrics', headers: { Authorization: `Bearer ${METRICS_SECRET}` } },
  { method: 'GET', target: '/health' },
  { method: 'GET', target: '/ready' },
]
