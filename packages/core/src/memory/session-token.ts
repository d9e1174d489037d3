import { createHash, randomBytes } from 'node:crypto'
import { Secret } from '../step/secret.js'

const TOKEN_BYTES = 32
const FORM = /^[0-9A-F]{64}$/

/** A new session token: 256 random bits in upper-case hex, so that it may stand in a cookie, a header and a body alike. */
export function newSessionToken(): Secret {
  return new Secret(randomBytes(TOKEN_BYTES).toString('hex').toUpperCase())
}

/**
 * The digest a store keeps a session under. Looking it up compares nothing in clear: whoever reads the store, or its timing, learns no token.
 * @returns undefined for what cannot be a token; nothing is hashed then.
 */
export function sessionDigest(token: Secret): string | undefined {
  const text = token.reveal()
  return FORM.test(text) ? createHash('sha256').update(text).digest('hex') : undefined
}
