import { generateKeyPairSync, sign } from 'node:crypto'
import { airlock, centrify, cidaas, conversationOf, forgerock, mechanismOf } from './wires.mjs'

/**
 * A conversation by code as each dialect leads it: begin (until the code is owed), the code, the new password. What carries the conversation from one
 * request to the next stays in here.
 * `step` sends a request and gives a good answer; it throws when there is none. `carrier` is what links of mails call the conversation, where the
 * dialect tells its callers.
 */
class ForgeRockTalk {
  dialect = 'forgerock'

  async begin(step, person) {
    const first = await step('start', forgerock({ input: {} }), { fresh: true })
    this.token = first.token
    this.carrier = conversationOf(first.token)
    const named = await step('name', forgerock({ token: this.token, input: { queryFilter: `userName eq "${person.userName}"` } }), {
      names: true,
      owes: 'code',
    })
    this.token = named.token
  }

  /** The link of the mail leads on as the code does: with the token that it holds. */
  follow({ link = '' }) {
    this.token = /&token=([^&]+)/.exec(link)?.[1] ?? this.token
  }

  code(code) {
    return forgerock({ token: this.token, input: { code } })
  }

  codeAccepted({ token }) {
    this.token = token
  }

  password(password) {
    return forgerock({ token: this.token, input: { password } })
  }

  isEnd({ tag }) {
    return tag === 'resetStage end'
  }
}

class CentrifyTalk {
  dialect = 'centrify'

  async begin(step, person) {
    const started = await step('start', centrify('StartAuthentication', { User: person.userName, Version: '1.0' }), {
      fresh: true,
      names: true,
    })
    this.session = started.result.SessionId
    const forgot = await step('forgot', centrify('AdvanceAuthentication', { SessionId: this.session, Action: 'ForgotPassword' }), {
      names: true,
    })
    this.mail = mechanismOf(forgot.result, 'EMAIL')
    this.reset = mechanismOf(forgot.result, 'RESET')
    await step('open', this.#act(this.mail, 'StartOOB'), { owes: 'code' })
  }

  code(code) {
    return this.#act(this.mail, 'Answer', code)
  }

  codeAccepted() {}

  password(password) {
    return this.#act(this.reset, 'Answer', password)
  }

  isEnd({ tag }) {
    return tag === 'NoncommitalSuccess'
  }

  #act(mechanism, action, answer) {
    return centrify('AdvanceAuthentication', {
      SessionId: this.session,
      MechanismId: mechanism,
      Action: action,
      ...(answer !== undefined && { Answer: answer }),
    })
  }
}

class AirlockTalk {
  dialect = 'airlock'

  async begin(step, person) {
    const selected = await step('start', airlock('flows/password-reset/select'), { fresh: true })
    this.cookie = selected.cookie
    this.carrier = conversationOf(this.cookie)
    const named = await step('name', airlock('username/identify/', this.cookie, { username: person.userName }), {
      names: true,
      owes: 'code',
    })
    this.cookie = named.cookie
  }

  code(code) {
    return airlock('verification/email/otp/check/', this.cookie, { otp: code })
  }

  codeAccepted({ cookie }) {
    this.cookie = cookie
  }

  password(password) {
    return airlock('password/set', this.cookie, { newPassword: password })
  }

  isEnd({ tag }) {
    return tag === 'end'
  }
}

class CidaasTalk {
  dialect = 'cidaas'

  async begin(step, person) {
    const { data } = await step('start', cidaas('POST', '/authz-srv/authrequest/authz/generate', { client_id: 'soak' }), { fresh: true })
    const initiate = cidaas('POST', '/users-srv/resetpassword/initiate', {
      requestId: data.requestId,
      email: person.mail,
      processingType: 'CODE',
      resetMedium: 'EMAIL',
    })
    const begun = await step('name', initiate, { names: true, owes: 'code' })
    this.rprq = begun.data.rprq
    this.carrier = encodeURIComponent(this.rprq)
  }

  code(code) {
    return cidaas('POST', '/users-srv/resetpassword/validatecode', { resetRequestId: this.rprq, code })
  }

  codeAccepted({ data }) {
    this.exchange = data.exchangeId
  }

  password(password) {
    return cidaas('POST', '/users-srv/resetpassword/accept', {
      resetRequestId: this.rprq,
      exchangeId: this.exchange,
      password,
      confirmPassword: password,
    })
  }

  isEnd({ tag }) {
    return tag === 'reseted'
  }
}

/** By name of the dialect. */
export const TALKS = { forgerock: ForgeRockTalk, centrify: CentrifyTalk, airlock: AirlockTalk, cidaas: CidaasTalk }

/** An issuer of bearer tokens for people who are signed in. */
export class Issuer {
  static ISSUER = 'https://issuer.example'
  #key

  /** @param {string} pem */
  constructor(pem) {
    this.#key = pem
  }

  /** A new pair: the private key in PEM, and the public one as a server reads it. */
  static pair() {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'soak', alg: 'RS256', use: 'sig' }
    return { pem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), jwks: JSON.stringify({ keys: [jwk] }) }
  }

  /** Good for an hour. @param {string} subject */
  bearerOf(subject) {
    const seconds = Math.floor(Date.now() / 1_000)
    const claims = { iss: Issuer.ISSUER, sub: subject, iat: seconds, exp: seconds + 3_600, scopes: ['profile', 'cidaas:users_write'] }
    const text = [{ alg: 'RS256', kid: 'soak', typ: 'JWT' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    return `${text}.${sign('sha256', Buffer.from(text), this.#key).toString('base64url')}`
  }
}
