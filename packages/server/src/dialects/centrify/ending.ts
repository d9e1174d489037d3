import type { Ended, Json, JsonObject } from '@rekey/core'
import type { Site } from '../../dialect/dialect.js'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { success } from './envelope.js'
import { loginSuccess, type LoggedIn } from './login-success.js'
import { refuseAdvance } from './problems.js'
import type { CentrifySettings } from './settings.js'

/** Source: the vendor's page on resetting a password; the first text is printed there. */
const CHANGED = 'Password change was successful, please authenticate with your new credentials.'
const DONE = 'Authentication was successful.'

/**
 * Draws the end of a conversation. Which of the two endings it is, the flow decides: one that issues a session logs in, any other ends with
 * nothing but a message.
 */
export function writeEnding(settings: CentrifySettings, site: Site, view: Ended, request: WireRequest): WireResponse {
  if (view.as !== 'completed') return refuseAdvance({ code: 'ended' }, request)
  const { sessionToken } = view.outputs
  if (typeof sessionToken !== 'string') {
    return success({ ClientMessage: view.address === 'login' ? DONE : CHANGED, Summary: 'NoncommitalSuccess' })
  }
  return loginSuccess(settings, site, loggedIn(view.outputs), sessionToken, request)
}

/** What `issueSession` puts out. */
function loggedIn({ userId, userName, displayName, mail, issuedAt, expiresAt }: JsonObject): LoggedIn {
  return {
    ...text('userId', userId),
    ...text('userName', userName),
    ...text('displayName', displayName),
    ...text('mail', mail),
    ...(typeof issuedAt === 'number' && typeof expiresAt === 'number' && { life: expiresAt - issuedAt }),
  }
}

function text(name: keyof LoggedIn, value: Json | undefined): LoggedIn {
  return typeof value === 'string' ? { [name]: value } : {}
}
