import { REVOCATION_KEPT_SECONDS } from '@rekey/core'
import type { Bearer, Bearers, Directory, Filter, Principal, Secret, Sessions } from '@rekey/core'
import type { Issuer } from './issuer.js'
import { JwtReader, type JwtClaims } from './read-jwt.js'

export interface BearersParts {
  readonly sessions: Sessions
  readonly directory: Pick<Directory, 'find' | 'read'>
  readonly issuers: readonly Issuer[]
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Judges bearer tokens: login sessions of ours, and JWTs of the configured issuers. Who they speak for is asked of the directory each time. */
export class KnownBearers implements Bearers {
  readonly #jwts: JwtReader

  constructor(private readonly parts: BearersParts) {
    this.#jwts = new JwtReader(parts.issuers, parts.now)
  }

  /** @throws KeysUnavailable, or what store and directory throw: whether the token is good cannot be told then. */
  async verify(token: Secret): Promise<Bearer | undefined> {
    return (await this.#session(token)) ?? (await this.#jwt(token))
  }

  /** A session is over as soon as the password has changed (SEC-62). */
  async #session(token: Secret): Promise<Bearer | undefined> {
    const session = await this.parts.sessions.find(token)
    if (!session) return undefined
    const person = await this.parts.directory.read(session.principal)
    return person?.credentialVersion === session.credentialVersion ? bearerOf(person, [], []) : undefined
  }

  /** A token of before a change that revokes is over, whoever has issued it (SEC-62). */
  async #jwt(token: Secret): Promise<Bearer | undefined> {
    const claims = await this.#jwts.read(token)
    if (!claims || claims.issuedAt <= this.parts.now() / 1_000 - REVOCATION_KEPT_SECONDS) return undefined
    const person = await this.#subjectOf(claims)
    const revokedUntil = person && (await this.parts.sessions.revokedUntil(person.id))
    // A token of the very second may be of before the change.
    const isOver = revokedUntil !== undefined && Math.floor(claims.issuedAt) <= revokedUntil
    return isOver ? undefined : bearerOf(person, claims.scopes, claims.names)
  }

  async #subjectOf({ issuer, subject }: JwtClaims): Promise<Principal | undefined> {
    if (issuer.subject === 'id') return this.parts.directory.read(subject)
    const filter: Filter = { is: 'equals', field: issuer.subject, value: subject }
    const [person, another] = await this.parts.directory.find(filter)
    return another ? undefined : person
  }
}

function bearerOf(person: Principal | undefined, scopes: readonly string[], subjects: readonly string[]): Bearer | undefined {
  return person?.state === 'active' ? { principal: person.id, scopes, subjects } : undefined
}
