import type { JsonObject, Secret, SignedIn } from '@rekey/core'
import type { Site } from '../../dialect/dialect.js'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { sessionCookie } from './caller.js'
import { success } from './envelope.js'
import { readMembers } from './members.js'
import type { CentrifySettings } from './settings.js'

/** What a log-in tells of the person and the session. */
export interface LoggedIn extends Partial<Omit<SignedIn, 'expiresAt'>> {
  /** Seconds that the session is good for; absent where nobody said. */
  readonly life?: number
}

/**
 * Answers with a log-in. `UserId` and `Auth` stand in no other result: clients take either for a log-in. A member without a value is left
 * out, as an empty text is a fault to some clients. The cookie is sent along always, as one client fails without it.
 * Source: vendor documentation, AdvanceAuthentication; recorded answers.
 */
export function loginSuccess(
  { tenantId }: CentrifySettings,
  site: Site,
  { life, userId, userName, displayName, mail }: LoggedIn,
  token: string,
  request: WireRequest,
): WireResponse {
  const result: JsonObject = {
    Auth: token,
    Token: token,
    ...(life !== undefined && { TokenLifetime: life }),
    ...text('UserId', userId),
    ...text('User', userName),
    ...text('DisplayName', displayName),
    ...text('EmailAddress', mail),
    CustomerID: tenantId,
    SystemID: tenantId,
    PodFqdn: new URL(site.publicUrl).host,
    UserDirectory: 'CDS',
    SourceDsType: 'CDS',
    AuthLevel: 'Normal',
    Summary: 'LoginSuccess',
  }
  const persistent = readMembers(request)?.get('persistentlogin') === true
  return success(result, { 'Set-Cookie': sessionCookie(site, token, persistent ? life : undefined) })
}

/** Answers a start by somebody who is signed in already: the session they have, for as long as it still lives. */
export function alreadySignedIn(
  settings: CentrifySettings,
  site: Site,
  { expiresAt, ...person }: SignedIn,
  bearer: Secret,
  request: WireRequest,
): WireResponse {
  const life = Math.max(0, expiresAt - Math.floor(request.now.getTime() / 1000))
  return loginSuccess(settings, site, { ...person, life }, bearer.reveal(), request)
}

function text(name: string, value: string | undefined): JsonObject {
  return value === undefined || value === '' ? {} : { [name]: value }
}
