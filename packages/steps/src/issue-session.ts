import { defineStep, displayNameOf, done, durationSeconds, failed, Sessions } from '@rekey/core'

/** Signs the person in: opens a login session and gives its token to the client. */
export const issueSession = defineStep({
  type: 'issueSession',
  version: 1,
  description: 'Opens a login session and gives its token at the end of the flow',
  settings: {
    lifetime: {
      type: 'string',
      format: 'duration',
      default: '8h',
      description: 'Life of the session; a change of the password ends it earlier',
    },
  },
  needs: [],
  changes: 'session',
  outputs: {
    sessionToken: { type: 'string', secret: true },
    issuedAt: { type: 'integer' },
    expiresAt: { type: 'integer' },
    userId: { type: 'string' },
    userName: { type: 'string' },
    displayName: { type: 'string' },
    mail: { type: 'string' },
  },
  inject: { sessions: Sessions },

  async prepare({ settings, principal, deps, now }) {
    // Whoever holds a generated password chooses one of their own first (SEC-68).
    if (principal.mustChange === true) return failed('password-must-change')
    const expiresAt = now + durationSeconds(settings.lifetime)
    const { id, credentialVersion, userName, mail } = principal
    const token = await deps.sessions.issue({ principal: id, credentialVersion, issuedAt: now, expiresAt })
    return done({
      outputs: {
        sessionToken: token.reveal(),
        issuedAt: now,
        expiresAt,
        userId: id,
        userName,
        displayName: displayNameOf(principal),
        ...(mail !== undefined && { mail }),
      },
    })
  },
})
