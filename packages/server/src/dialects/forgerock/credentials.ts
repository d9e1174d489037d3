/** A user name and a password, as a caller sends them. */
export interface Credentials {
  readonly userName: string
  readonly password: string
}

/** More than the longest pair that can be configured: 128 characters each, of three bytes at most. */
const PAIR_BYTES = 1024

/**
 * What pairs are compared by: bytes of one number, so that the time tells nothing of the texts. The lengths in front tell where the name ends, and
 * what is filling; a pair that is too long is cut, and has lengths that no configured one has.
 */
export function bytesOf({ userName, password }: Credentials): Uint8Array {
  const bytes = Buffer.allocUnsafe(PAIR_BYTES).fill(0)
  bytes.write(`${userName.length}:${password.length}:${userName}${password}`)
  return bytes
}
