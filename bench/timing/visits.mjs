// What somebody without the mailbox can do, step by step, on each wire. A visit is one conversation about one name; each of its steps builds a
// request and takes in what the answer carries on. All visits of a kind have the same steps, whoever they are about.

const NATIVE = { 'X-CENTRIFY-NATIVE-CLIENT': '1' }
const ANONYMOUS = { 'X-OpenIDM-Username': 'anonymous', 'X-OpenIDM-Password': 'anonymous' }
const AIRLOCK = '/auth/rest/public/self-service'

const post = (target, body, headers = {}) => ({ method: 'POST', target, body, headers })
const parsed = ({ text }) => (text === '' ? {} : JSON.parse(text))

/** @type {readonly { dialect: string, flow: string, begin: (name: string) => readonly Step[] }[]} */
export const VISITS = [
  { dialect: 'forgerock', flow: 'resetOneStage', begin: forgerockCode },
  { dialect: 'forgerock', flow: 'resetKba', begin: forgerockQuestion },
  { dialect: 'centrify', flow: 'login', begin: centrifyLogin },
  { dialect: 'centrify', flow: 'forgot', begin: centrifyForgot },
  { dialect: 'airlock', flow: 'password-reset', begin: airlock },
  { dialect: 'cidaas', flow: 'forgot', begin: cidaas },
  { dialect: 'bright-pattern', flow: 'generate', begin: brightPattern },
]

/**
 * @typedef {object} Step
 * @property {string} step what is done.
 * @property {true} [names] where the person is searched for.
 * @property {() => object} call
 * @property {(answer: object) => void} [hears]
 */

function forgerockCode(name) {
  const submit = (body) => post('/openidm/selfservice/resetOneStage?_action=submitRequirements', body, ANONYMOUS)
  let token
  const guess = (step, code) => ({ step, call: () => submit({ token, input: { code } }) })
  return [
    {
      step: 'the name',
      names: true,
      call: () => submit({ input: { queryFilter: `userName eq "${name}"` } }),
      hears: (answer) => (token = parsed(answer).token),
    },
    guess('a wrong code', '10000001'),
    guess('another wrong code', '10000002'),
  ]
}

function forgerockQuestion(name) {
  const submit = (body) => post('/openidm/selfservice/resetKba?_action=submitRequirements', body, ANONYMOUS)
  let token
  const hears = (answer) => (token = parsed(answer).token)
  return [
    { step: 'the start', call: () => submit({ input: {} }), hears },
    { step: 'the name', names: true, call: () => submit({ token, input: { queryFilter: `userName eq "${name}"` } }), hears },
    { step: 'a wrong answer', call: () => submit({ token, input: { answer1: 'nothing of this' } }) },
  ]
}

function centrifyStart(User, hears) {
  return {
    step: 'the name',
    names: true,
    call: () => post('/Security/StartAuthentication', { TenantId: 'ABC1234', User, Version: '1.0' }, NATIVE),
    hears,
  }
}

const centrifyAdvance = (body) => post('/Security/AdvanceAuthentication', { TenantId: 'ABC1234', ...body }, NATIVE)

function mechanismsOf(answer) {
  const { Challenges = [] } = parsed(answer).Result ?? {}
  return new Map(Challenges.flatMap(({ Mechanisms }) => Mechanisms).map(({ Name, MechanismId }) => [Name, MechanismId]))
}

function centrifyLogin(name) {
  let SessionId
  let MechanismId
  return [
    centrifyStart(name, (answer) => {
      SessionId = parsed(answer).Result.SessionId
      MechanismId = [...mechanismsOf(answer).values()][0]
    }),
    { step: 'a wrong password', call: () => centrifyAdvance({ SessionId, MechanismId, Action: 'Answer', Answer: 'nothing of this' }) },
  ]
}

function centrifyForgot(name) {
  let SessionId
  let MechanismId
  const on = (Action, Answer = '') => centrifyAdvance({ SessionId, MechanismId, Action, Answer })
  return [
    centrifyStart(name, (answer) => (SessionId = parsed(answer).Result.SessionId)),
    {
      step: 'the password is forgotten',
      call: () => centrifyAdvance({ SessionId, Action: 'ForgotPassword' }),
      hears: (answer) => (MechanismId = mechanismsOf(answer).get('EMAIL')),
    },
    { step: 'the code is asked for', call: () => on('StartOOB') },
    { step: 'a wrong code', call: () => on('Answer', '10000001') },
  ]
}

function airlock(username) {
  let cookie = ''
  const hears = ({ cookies }) => (cookie = cookies.find((one) => one.startsWith('AL_SESS-S=')) ?? cookie)
  const call = (path, body = {}) => post(`${AIRLOCK}${path}`, body, cookie === '' ? {} : { Cookie: cookie })
  return [
    { step: 'the start', call: () => call('/flows/password-reset/select'), hears },
    { step: 'the name', names: true, call: () => call('/username/identify/', { username }), hears },
    { step: 'a wrong code', call: () => call('/verification/email/otp/check/', { otp: '10000001' }), hears },
    { step: 'the code is asked for again', call: () => call('/verification/email/otp/resend/'), hears },
  ]
}

function cidaas(username) {
  let requestId
  let resetRequestId = 'none'
  return [
    {
      step: 'the start',
      call: () => post('/authz-srv/authrequest/authz/generate', { client_id: 'timing' }),
      hears: (answer) => (requestId = parsed(answer).data.requestId),
    },
    {
      step: 'the name',
      names: true,
      call: () => post('/users-srv/resetpassword/initiate', { requestId, username, processingType: 'CODE', resetMedium: 'EMAIL' }),
      hears: (answer) => (resetRequestId = parsed(answer).data.rprq),
    },
    { step: 'a wrong code', call: () => post('/users-srv/resetpassword/validatecode', { resetRequestId, code: '100001' }) },
  ]
}

/** Who has the caller's token learns who exists, as the vendor wants it; who has not, learns nothing. */
function brightPattern(user) {
  return [
    {
      step: 'a name, with a guessed token',
      call: () =>
        post('/api/users', { type: 'request', request: { action: 'generate_password', user } }, { Authorization: 'Bearer guessed' }),
    },
  ]
}
