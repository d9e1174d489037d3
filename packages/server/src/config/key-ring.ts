import { Secret } from '@rekey/core'

/** Fewest bytes of a secret: as many as the HMAC-SHA-256 that it keys puts out. Source: RFC 7518 section 3.2. */
export const KEY_BYTES = 32

/** Of 32 random bytes fewer than this many different ones do not occur in practice. */
const FEWEST_DIFFERENT_BYTES = 16

/**
 * Reads a secret of the configuration.
 * @param text hex (only where all of it is hex), base64 or base64url.
 * @returns the secret in base64url, or why it is too weak to be one.
 */
export function readKey(text: string): { readonly is: 'key'; readonly secret: Secret } | { readonly is: 'weak'; readonly why: string } {
  const weak = (why: string) => ({ is: 'weak', why }) as const
  const bytes = decode(text.trim())
  if (bytes === undefined) return weak('is neither base64, base64url nor hex')
  if (bytes.length < KEY_BYTES) return weak(`has ${bytes.length} bytes, of ${KEY_BYTES} at least`)
  if (isLadder(bytes)) return weak('counts instead of being random')
  // Random bytes are all printable once in 10^13 times; a sentence in base64 always is.
  if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) return weak('is a text and no random bytes')
  if (/^[a-z]+$|^[A-Z]+$/.test(text)) return weak('is a text and no random bytes')
  if (new Set(bytes).size < FEWEST_DIFFERENT_BYTES) return weak('repeats itself')
  return { is: 'key', secret: new Secret(bytes.toString('base64url')) }
}

/** The bytes of a secret that `readKey` or the key file gave. */
export function keyBytes(secret: Secret): Uint8Array {
  return Buffer.from(secret.reveal(), 'base64url')
}

function decode(text: string): Buffer | undefined {
  if (/^(?:[0-9a-f]{2})+$/i.test(text)) return Buffer.from(text, 'hex')
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return Buffer.from(text, 'base64')
  if (/^[A-Za-z0-9_-]+={0,2}$/.test(text)) return Buffer.from(text, 'base64url')
  return undefined
}

function isLadder(bytes: Uint8Array): boolean {
  const step = (bytes[1] ?? 0) - (bytes[0] ?? 0)
  return bytes.every((byte, index) => index === 0 || ((byte - (bytes[index - 1] ?? 0) - step) & 0xff) === 0)
}
