import { isJsonObject, type Secret } from '@rekey/core'
import { createLocalJWKSet, createRemoteJWKSet, decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose'
import type { JWTPayload, JWTVerifyGetKey } from 'jose'
import type { Issuer } from './issuer.js'

/** Longest token that is looked at. */
const MAX_LENGTH = 8_192
/** Milliseconds that fetching keys may take, and between two fetches for a key that is not known. */
const FETCH_MS = 5_000
const COOL_DOWN_MS = 30_000

/** What a good token says. */
export interface JwtClaims {
  readonly issuer: Issuer
  readonly subject: string
  /** All names of the person in the token: its `sub`, and the identity id that cidaas puts beside it. */
  readonly names: readonly string[]
  readonly scopes: readonly string[]
  /** Seconds since the epoch. */
  readonly issuedAt: number
}

/** The issuer's keys could not be fetched: whether the token is good cannot be told. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable'
}

/**
 * Judges JWTs of the configured issuers. Algorithms and keys come from the configuration; of what the token says about itself only its `kid`
 * is used, to look a key up in the issuer's own set.
 * Source: RFC 8725 sections 3.1, 3.8 to 3.11; RFC 9068 section 2.2.3 for `scope`, and for `scopes` the tokens of cidaas.
 */
export class JwtReader {
  readonly #issuers: ReadonlyMap<string, { readonly issuer: Issuer; readonly keys: JWTVerifyGetKey }>

  /** @throws Error when the text of a JWKS is none. */
  constructor(
    issuers: readonly Issuer[],
    /** Milliseconds since the epoch. */
    private readonly now: () => number,
  ) {
    this.#issuers = new Map(issuers.map((issuer) => [issuer.issuer, { issuer, keys: keysOf(issuer) }]))
  }

  /**
   * @returns undefined for every fault of the token alike.
   * @throws KeysUnavailable when the issuer's keys cannot be had.
   */
  async read(token: Secret): Promise<JwtClaims | undefined> {
    const text = token.reveal()
    if (text.length > MAX_LENGTH || text.split('.').length !== 3) return undefined
    const found = this.#issuers.get(claimedIssuer(text) ?? '')
    if (!found) return undefined
    const { issuer, keys } = found
    const now = this.now()
    try {
      const { payload, protectedHeader } = await jwtVerify(text, keys, {
        issuer: issuer.issuer,
        ...(issuer.audience !== undefined && { audience: issuer.audience }),
        algorithms: [...issuer.algorithms],
        clockTolerance: issuer.clockSkewSeconds,
        currentDate: new Date(now),
        requiredClaims: ['sub', 'iat', 'exp'],
      })
      const { sub, iat, isub } = payload
      if (!isOfAccess(protectedHeader.typ) || typeof sub !== 'string' || isNobody(sub)) return undefined
      if (typeof iat !== 'number' || iat > now / 1_000 + issuer.clockSkewSeconds) return undefined
      return { issuer, subject: sub, names: typeof isub === 'string' ? [sub, isub] : [sub], scopes: scopesOf(payload), issuedAt: iat }
    } catch (error) {
      if (isOfTheToken(error)) return undefined
      throw new KeysUnavailable(`the keys of \`${issuer.issuer}\` cannot be had`, { cause: error })
    }
  }
}

/**
 * Whether the type of a token leaves it open that it was made to call with. Others are statements of another kind that the same keys sign: a
 * log-out, a proof of possession. Source: RFC 8725 section 3.11; RFC 9068 section 2.1; RFC 7515 section 4.1.9 for the prefix.
 */
function isOfAccess(typ: unknown): boolean {
  return typ === undefined || (typeof typ === 'string' && /^(?:application\/)?(?:jwt|at\+jwt)$/i.test(typ))
}

/** cidaas names the tokens of an application, which speak for nobody, in this way. */
function isNobody(subject: string): boolean {
  return subject === '' || subject.toUpperCase() === 'ANONYMOUS'
}

function keysOf({ keys }: Issuer): JWTVerifyGetKey {
  // Redirects are not followed by the library; a key that is not known is fetched for now and then, not for each token.
  if (keys.is === 'url') return createRemoteJWKSet(new URL(keys.url), { timeoutDuration: FETCH_MS, cooldownDuration: COOL_DOWN_MS })
  const set: unknown = JSON.parse(keys.text)
  if (!isJsonObject(set) || !Array.isArray(set['keys'])) throw new Error('a JWKS is an object with a list `keys`')
  return createLocalJWKSet({ keys: set['keys'] })
}

/** The issuer that an unread token claims; nothing of it is believed before the signature is checked against that issuer's keys. */
function claimedIssuer(text: string): string | undefined {
  try {
    // Without a `kid` the only key of a set would be tried; issuers name theirs, and so a token must.
    return typeof decodeProtectedHeader(text).kid === 'string' ? decodeJwt(text).iss : undefined
  } catch {
    return undefined
  }
}

/** Faults that the token is to blame for; those of fetching keys, a slow or broken key server, are not among them. */
function isOfTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout) &&
    !(error instanceof errors.JWKSInvalid) &&
    error.code !== 'ERR_JOSE_GENERIC'
  )
}

function scopesOf({ scope, scopes }: JWTPayload): readonly string[] {
  const listed: readonly unknown[] = Array.isArray(scopes) ? scopes : []
  const written = typeof scope === 'string' ? scope.split(' ') : []
  return [...listed.filter((name) => typeof name === 'string'), ...written.filter((name) => name !== '')]
}
