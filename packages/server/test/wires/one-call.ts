import { isJsonObject } from '@rekey/core'
import type { Answer, Call } from '../wire/call.js'
import type { House } from './house.js'
import { objectIn, part, posts, textOf } from './speaker.js'

/** Who changes their password: somebody whom every one of these wires knows. */
export const PERSON = 'muster'

/** The call that changes the password of whoever is signed in. */
export type Change = (old: string, next: string) => Call

/** A wire on which a whole flow is one call. */
export interface Changer {
  /** Of the dialect. */
  readonly name: string
  /** @param password the present one, for wires whose own log-in gives the credential. */
  readonly signedIn: (at: House, password: string) => Promise<Change>
  readonly isDone: (answer: Answer) => boolean
}

const bearer = async (at: House) => ({ Authorization: `Bearer ${await at.token(PERSON)}` })

/** The wires that change a password in one call. */
export const CHANGERS: readonly Changer[] = [
  {
    name: 'centrify',
    async signedIn(at, password) {
      const cookie = { Cookie: `.ASPXAUTH=${await logIn(at, password)}` }
      return (oldPassword, newPassword) => posts('/UserMgmt/ChangeUserPassword', { oldPassword, newPassword }, cookie)
    },
    isDone: (answer) => objectIn(answer)['success'] === true,
  },
  {
    name: 'airlock',
    async signedIn(at) {
      const headers = await bearer(at)
      return (oldPassword, newPassword) => posts('/auth/rest/protected/my/password/change', { oldPassword, newPassword }, headers)
    },
    isDone: ({ status }) => status === 200,
  },
  {
    name: 'cidaas',
    async signedIn(at) {
      const headers = await bearer(at)
      const sub = await at.idOf(PERSON)
      return (old_password, new_password) => ({
        ...posts('/password-srv/password', { sub, old_password, new_password, confirm_password: new_password }, headers),
        method: 'PUT',
      })
    },
    isDone: (answer) => part(objectIn(answer), 'data')['changed'] === true,
  },
]

async function logIn(at: House, password: string): Promise<string> {
  const started = part(objectIn(await at.send(posts('/Security/StartAuthentication', { User: PERSON, Version: '1.0' }))), 'Result')
  const [challenge] = Array.isArray(started['Challenges']) ? started['Challenges'] : []
  const [mechanism] = isJsonObject(challenge) && Array.isArray(challenge['Mechanisms']) ? challenge['Mechanisms'] : []
  const answered = await at.send(
    posts('/Security/AdvanceAuthentication', {
      SessionId: textOf(started, 'SessionId'),
      MechanismId: isJsonObject(mechanism) ? textOf(mechanism, 'MechanismId') : '',
      Action: 'Answer',
      Answer: password,
    }),
  )
  return textOf(part(objectIn(answered), 'Result'), 'Auth')
}

/** Bright Pattern: a call that asks for a new password for somebody. */
export function generate(user: string, token = 'secret_token'): Call {
  return posts('/api/users', { type: 'request', request: { action: 'generate_password', user } }, { Authorization: `Bearer ${token}` })
}

/** The password that such a call was answered with; empty when it was refused. */
export function generatedIn(answer: Answer): string {
  return textOf(part(objectIn(answer), 'response'), 'password')
}
