import { createHmac, timingSafeEqual } from 'node:crypto'
import type { DerivedKey, Keyring } from './keyring.js'

/** What a token says: which version of which conversation, for whom, and until when. Nothing about the person. */
export interface TokenClaims {
  /** The conversation's id. */
  readonly jti: string
  readonly ver: number
  /** `dialect/flow`, the flow by its name on the wire. */
  readonly aud: string
  /** Seconds since the epoch. */
  readonly iat: number
  readonly exp: number
}

/** Longer text is refused unread. */
export const MAX_TOKEN_LENGTH = 2048

interface TokenKey {
  readonly header: string
  readonly key: DerivedKey
}

/** Mints and verifies tokens: compact JWS, HS256. The header of each key is constant, so that no part of a caller's header is ever interpreted. */
export class Tokens {
  readonly #byHeader: ReadonlyMap<string, TokenKey>
  readonly #first: TokenKey

  constructor(keyring: Keyring) {
    const keys = keyring.tokens.map((key) => ({ header: headerOf(key.id), key }))
    const [first] = keys
    if (!first) throw new RangeError('there is no signing key')
    this.#first = first
    this.#byHeader = new Map(keys.map((key) => [key.header, key]))
  }

  /** The same claims give the same token as long as the first key stays. */
  mint(claims: TokenClaims): string {
    const payload = Buffer.from(
      JSON.stringify({ jti: claims.jti, ver: claims.ver, aud: claims.aud, iat: claims.iat, exp: claims.exp }),
    ).toString('base64url')
    const signed = `${this.#first.header}.${payload}`
    return `${signed}.${signatureOf(signed, this.#first.key)}`
  }

  /**
   * Verifies a token and says which version of which conversation it stands for.
   * @param token compact JWS, at most 2 KiB; longer is refused unread.
   * @param now compared with `exp`, in seconds since the epoch; no leeway.
   * @returns the claims, or undefined for every fault alike: bad signature, unknown key, other type, expired.
   * Source: RFC 7515 section 5.2; RFC 8725 section 3.1 (the algorithm is ours to choose, never the token's).
   */
  verify(token: string, now: number): TokenClaims | undefined {
    if (token.length > MAX_TOKEN_LENGTH) return undefined
    const firstDot = token.indexOf('.')
    const lastDot = token.lastIndexOf('.')
    const key = this.#byHeader.get(token.slice(0, Math.max(firstDot, 0)))
    if (!key || lastDot === firstDot) return undefined
    // The signature's text is compared, not its bytes: base64url has spare bits, and a bent token must not pass.
    const given = Buffer.from(token.slice(lastDot + 1))
    const expected = Buffer.from(signatureOf(token.slice(0, lastDot), key.key))
    if (given.byteLength !== expected.byteLength || !timingSafeEqual(given, expected)) return undefined
    const claims = readClaims(token.slice(firstDot + 1, lastDot))
    return claims && claims.exp > now && claims.iat <= now + MAX_CLOCK_SKEW_SECONDS ? claims : undefined
  }
}

/** Tokens are dated by the store's clock and verified by the process's own; the two may differ a little. */
const MAX_CLOCK_SKEW_SECONDS = 120

function headerOf(keyId: string): string {
  return Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'rekey+jwt', kid: keyId })).toString('base64url')
}

function signatureOf(signed: string, key: DerivedKey): string {
  return createHmac('sha256', key.object).update(signed).digest('base64url')
}

/** The payload was signed by us, so it is ours; it is checked all the same, because a key may be shared by mistake. */
function readClaims(payload: string): TokenClaims | undefined {
  let claims: Partial<Record<keyof TokenClaims, unknown>>
  try {
    claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Partial<Record<keyof TokenClaims, unknown>>
  } catch {
    return undefined
  }
  if (claims === null || typeof claims !== 'object') return undefined
  const { jti, ver, aud, iat, exp } = claims
  if (typeof jti !== 'string' || typeof aud !== 'string') return undefined
  if (!Number.isInteger(ver) || !Number.isInteger(iat) || !Number.isInteger(exp)) return undefined
  return { jti, ver: ver as number, aud, iat: iat as number, exp: exp as number }
}
