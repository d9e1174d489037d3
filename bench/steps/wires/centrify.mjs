import { talk } from './talk.mjs'

const TENANT = 'ABC1234'
const HEADERS = { 'X-CENTRIFY-NATIVE-CLIENT': 'true' }

/** A log-in that becomes a reset: start, forgotten, send the code, the code, the new password. */
export const centrify = {
  name: 'centrify',
  says: 'Centrify: a log-in that becomes a reset',
  flows: ['centrify/login.yaml', 'centrify/forgot.yaml'],
  requests: ['start', 'forgotten', 'send', 'code', 'password'],
  mails: 2,
  async play(send, { name, password, codeOf }, hears) {
    const say = talk('centrify', send, hears)
    const request = async (path, body, summary) => {
      const call = { target: `/Security/${path}`, headers: HEADERS, body: { TenantId: TENANT, ...body } }
      const { document } = await say(call, ({ success, Result }) => success === true && Result.Summary === summary)
      return document.Result
    }
    const { SessionId } = await request('StartAuthentication', { User: name, Version: '1.0' }, 'NewPackage')
    const forgot = await request('AdvanceAuthentication', { SessionId, Action: 'ForgotPassword' }, 'NewPackage')
    const act = (mechanism, Action, Answer, summary) =>
      request('AdvanceAuthentication', { SessionId, MechanismId: mechanismOf(forgot, mechanism), Action, Answer }, summary)
    await act('EMAIL', 'StartOOB', undefined, 'OobPending')
    await act('EMAIL', 'Answer', await codeOf(name), 'StartNextChallenge')
    await act('RESET', 'Answer', password, 'NoncommitalSuccess')
  },
  floor: {
    routes: ['/Security/StartAuthentication', '/Security/AdvanceAuthentication'],
    calls: [
      ['count', 'create'],
      ['claim', 'commit'],
      ['claim', 'count', 'commit'],
      ['claim', 'count', 'commit'],
      ['claim', 'mark', 'commit'],
    ],
    carrier: 'handle',
    carried: ({ body }) => body.SessionId,
    carry: (document, SessionId) => ({
      body: document.Result.SessionId === undefined ? document : { ...document, Result: { ...document.Result, SessionId } },
    }),
  },
}

function mechanismOf({ Challenges }, name) {
  return Challenges.flatMap(({ Mechanisms }) => Mechanisms).find(({ Name }) => Name === name).MechanismId
}
