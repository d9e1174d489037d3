import type { Secret } from '@rekey/core'
import type { PasswordHasher } from '../../passwords/password-hasher.js'

/** How a column keeps passwords. */
export interface PasswordForm {
  hash(secret: Secret): Promise<string>
  /** The same work is done, and the answer is no, where there is no hash or one of another form. */
  verify(hashed: string | undefined, secret: Secret): Promise<boolean>
}

const PHC = /^\$argon2(?:id|i|d)\$v=\d{1,3}\$m=\d{1,7},t=\d{1,3},p=\d{1,3}\$[A-Za-z0-9+/]{11,88}\$[A-Za-z0-9+/]{16,172}$/

/** Argon2 as PHC strings, made as argon2id. */
export function argon2Form(hasher: PasswordHasher): PasswordForm {
  return {
    hash: (secret) => hasher.hash(secret),
    verify: (hashed, secret) => hasher.verify(hashed !== undefined && PHC.test(hashed) ? hashed : undefined, secret),
  }
}
