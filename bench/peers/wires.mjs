// The conversations of the peers, as `steps/wires.mjs` has those of our dialects. Only their servers need what is installed in here.
import { randomBytes, createHash } from 'node:crypto'
import { talk } from '../steps/wires/talk.mjs'

/** A reset: it is asked for, and made with the token of the mail. */
export const betterAuth = {
  name: 'better-auth',
  says: 'better-auth: a reset',
  requests: ['ask', 'password'],
  mails: 1,
  async play(send, { name, password, codeOf }, hears) {
    const say = talk('better-auth', send, hears)
    const isDone = ({ status }) => status === true
    await say({ target: '/api/auth/request-password-reset', body: { email: `${name}@example.org` } }, isDone)
    await say({ target: '/api/auth/reset-password', body: { newPassword: password, token: await codeOf(name) } }, isDone)
  },
}

const VERIFIER = randomBytes(32).toString('base64url')
const QUERY = new URLSearchParams({
  client_id: 'bench',
  response_type: 'code',
  redirect_uri: 'https://app.example.com/back',
  scope: 'openid',
  code_challenge_method: 'S256',
  code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
})

/** A log-in up to the code that the application is given: authorize, log in, go on. Its redirects are followed by hand: an answer says where to. */
export const oidcProvider = {
  name: 'oidc-provider',
  says: 'node-oidc-provider: a log-in',
  requests: ['authorize', 'log in', 'go on'],
  mails: 0,
  async play(send, { name }, hears) {
    const cookies = new Map()
    const follow = async (call, wanted) => {
      const Cookie = [...cookies].map(([key, value]) => `${key}=${value}`).join('; ')
      const answer = await send({ ...call, headers: { ...(Cookie !== '' && { Cookie }) } })
      const [to] = /(?:https?:\/\/|\/)[^\s"<]+[^\s"<.]/.exec(answer.text) ?? []
      if (to === undefined || !wanted.test(to)) throw new Error(`oidc-provider answered ${answer.status}: ${answer.text.slice(0, 300)}`)
      for (const cookie of answer.cookies) {
        const [key, value] = cookie.split('=')
        if (value === '') cookies.delete(key)
        else cookies.set(key, value)
      }
      await hears(answer)
      return new URL(to, 'http://id.example.com').pathname
    }
    const page = await follow({ method: 'GET', target: `/auth?${QUERY}` }, /\/interaction\//)
    const on = await follow({ method: 'POST', target: page, body: { name } }, /\/auth\//)
    await follow({ method: 'GET', target: on }, /[?&]code=/)
  },
}

export const PEER_WIRES = { 'better-auth': betterAuth, 'oidc-provider': oidcProvider }
