import type { Principal } from '../ports/directory.js'
import type { Secret } from '../step/secret.js'
import type { World } from './world.js'

/** Whom a login session speaks for. @returns undefined when it is over: by its time, by a lock, or because the password has changed. */
export async function goodSession(token: Secret, { store, directory }: World): Promise<Principal | undefined> {
  const session = await store.sessions.find(token)
  const person = session && (await directory.read(session.principal))
  return person?.state === 'active' && person.credentialVersion === session?.credentialVersion ? person : undefined
}
