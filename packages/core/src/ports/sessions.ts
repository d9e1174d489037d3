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

/**
 * How long it is remembered that a person's bearer tokens were revoked, in seconds. A token that was issued longer ago than this is not taken, as
 * it might have been revoked.
 */
export const REVOCATION_KEPT_SECONDS = 90 * 86_400

/** Keeps login sessions by an opaque random token, which is stored as a digest only. */
export interface Sessions {
  /** @returns the token: upper-case hex, 128 random bits at least. */
  issue(session: Session): Promise<Secret>
  /** @returns undefined for unknown, expired and revoked ones alike. */
  find(token: Secret): Promise<Session | undefined>
  revoke(token: Secret): Promise<void>
  /**
   * Notes that a person's bearer tokens, of whichever issuer, are over if they were issued at a time or before. An earlier time than the one that
   * is noted changes nothing. Login sessions of ours need no such note: they end with the credential version.
   * @param until seconds since the epoch.
   */
  revokeUntil(principal: string, until: number): Promise<void>
  /** @returns the latest time that was noted, in seconds since the epoch; undefined when there is none. */
  revokedUntil(principal: string): Promise<number | undefined>
}

export const Sessions = service<Sessions>('Sessions')
