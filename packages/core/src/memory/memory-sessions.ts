import { REVOCATION_KEPT_SECONDS, type Session, type Sessions } from '../ports/sessions.js'
import type { Secret } from '../step/secret.js'
import type { Clock } from './clock.js'
import { ExpiringMap } from './expiring-map.js'
import { newSessionToken, sessionDigest } from './session-token.js'

/** Keeps login sessions in this process. */
export class MemorySessions implements Sessions {
  readonly #sessions: ExpiringMap<Session | undefined>
  readonly #revocations: ExpiringMap<number>

  constructor(private readonly now: Clock) {
    this.#sessions = new ExpiringMap(now)
    this.#revocations = new ExpiringMap(now)
  }

  async issue(session: Session): Promise<Secret> {
    const token = newSessionToken()
    this.#sessions.set(sessionDigest(token) ?? '', session, session.expiresAt * 1_000)
    return token
  }

  async find(token: Secret): Promise<Session | undefined> {
    const digest = sessionDigest(token)
    return digest === undefined ? undefined : this.#sessions.get(digest)
  }

  async revoke(token: Secret): Promise<void> {
    const digest = sessionDigest(token)
    if (digest !== undefined) this.#sessions.set(digest, undefined, this.now())
  }

  async revokeUntil(principal: string, until: number): Promise<void> {
    const known = this.#revocations.get(principal)
    if (known === undefined || known < until) this.#revocations.set(principal, until, this.now() + REVOCATION_KEPT_SECONDS * 1_000)
  }

  async revokedUntil(principal: string): Promise<number | undefined> {
    return this.#revocations.get(principal)
  }
}
