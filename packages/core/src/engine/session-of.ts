import type { Bearers } from '../ports/bearers.js'
import type { Directory } from '../ports/directory.js'
import type { Sessions } from '../ports/sessions.js'
import { displayNameOf } from '../step/display-name.js'
import type { Secret } from '../step/secret.js'
import type { SignedIn } from './query.js'

/** Where sessions are looked up. */
export interface SessionParts {
  readonly bearers: Bearers | undefined
  readonly sessions: Sessions | undefined
  readonly directory: Directory
}

/** Who is signed in by a token. A token of another issuer is good elsewhere, but it is no login session. */
export async function sessionOf(token: Secret, { bearers, sessions, directory }: SessionParts): Promise<SignedIn | undefined> {
  const session = await sessions?.find(token)
  // Whether the session still holds is judged in one place: a changed password or a locked account ends it.
  const bearer = session && (await bearers?.verify(token))
  const person = bearer && (await directory.read(bearer.principal))
  if (!session || person?.id !== session.principal) return undefined
  const { id, userName, mail } = person
  return { userId: id, userName, displayName: displayNameOf(person), ...(mail !== undefined && { mail }), expiresAt: session.expiresAt }
}
