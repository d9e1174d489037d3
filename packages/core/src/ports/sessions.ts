import { service } from '../step/service.js'
import type { Secret } from '../step/secret.js'

/** A login session. It ends with its time, with `revoke`, and with every change of the person's password. */
export interface Session {
  readonly principal: string
  /** The credential version it was opened under; a session of another version is over. */
  readonly credentialVersion: string
  /** Seconds since the epoch. */
  readonly issuedAt: number
  readonly expiresAt: number
}

/** Keeps login sessions by an opaque random token, which is stored as a digest only. */
export interface Sessions {
  /** @returns the token: upper-case hex, 128 random bits at least. */
  issue(session: Session): Promise<Secret>
  /** @returns undefined for unknown, expired and revoked ones alike. */
  find(token: Secret): Promise<Session | undefined>
  revoke(token: Secret): Promise<void>
}

export const Sessions = service<Sessions>('Sessions')
