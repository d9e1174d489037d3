import type { RequestValues } from '../engine/intent.js'
import { Secret } from '../step/secret.js'
import type { Caller } from './test-file.js'
import type { World } from './world.js'

const HOUR_SECONDS = 3_600

/** What every request of a conversation brings along beside its answers. For somebody who is signed in, a session is opened first. */
export async function callerValues(caller: Caller, world: World): Promise<Omit<RequestValues, 'requestId'>> {
  const bearer = caller.signedIn === undefined ? caller.bearer : await sessionOf(caller.signedIn.text, caller.scopes, world)
  return {
    languages: caller.languages,
    address: caller.address ?? '192.0.2.1',
    ...(bearer !== undefined && { bearer: new Secret(bearer) }),
    ...(caller.body !== undefined && { rawBody: caller.body }),
  }
}

async function sessionOf(userName: string, scopes: readonly string[], world: World): Promise<string> {
  const { directory, store } = world
  const [person] = await directory.find({ is: 'equals', field: 'userName', value: userName })
  if (!person) return 'nobody'
  const issuedAt = Math.floor(world.now() / 1_000)
  const { id: principal, credentialVersion } = person
  const token = (await store.sessions.issue({ principal, credentialVersion, issuedAt, expiresAt: issuedAt + 8 * HOUR_SECONDS })).reveal()
  world.scopes.set(token, scopes)
  return token
}
