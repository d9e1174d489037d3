import { createHmac } from 'node:crypto'

/** Seconds of one time step. Source: RFC 6238 section 4.1, its default. */
export const TOTP_STEP_SECONDS = 30

/** Digits of a code, as every authenticator app shows them. */
export const TOTP_DIGITS = 6

/** The number of the time step that a moment, in seconds since the epoch, lies in. */
export function totpStep(now: number): number {
  return Math.floor(now / TOTP_STEP_SECONDS)
}

/**
 * The code of a time step: HMAC-SHA-1, which all authenticator apps speak, cut down to six digits.
 * @param key the shared secret as bytes.
 * Source: RFC 6238 section 4.2, RFC 4226 section 5.3.
 */
export function totpCode(key: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.max(0, step)))
  const digest = createHmac('sha1', key).update(counter).digest()
  const offset = (digest.at(-1) ?? 0) & 0xf
  const number = digest.readUInt32BE(offset) & 0x7fff_ffff
  return String(number % 10 ** TOTP_DIGITS).padStart(TOTP_DIGITS, '0')
}

/** The code that an authenticator app shows at a time, in seconds since the epoch. @returns undefined when the secret is no base32. */
export function appCode(secret: string, now: number): string | undefined {
  const key = decodeBase32(secret)
  return key && totpCode(key, totpStep(now))
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/**
 * Reads base32. Case, blanks and padding do not count.
 * @returns undefined for a text with any other character.
 * Source: RFC 4648 section 6.
 */
export function decodeBase32(text: string): Uint8Array | undefined {
  const bytes: number[] = []
  let bits = 0
  let held = 0
  for (const character of text.toUpperCase().replaceAll(/[ =]/g, '')) {
    const value = ALPHABET.indexOf(character)
    if (value < 0) return undefined
    held = (held << 5) | value
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((held >>> bits) & 0xff)
    held &= (1 << bits) - 1
  }
  return Uint8Array.from(bytes)
}
