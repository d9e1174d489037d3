import { Secret } from '@rekey/core'
import type { PasswordForm } from '../passwords/password-form.js'
import type { NewPerson } from './person.js'

/** The hash of a person's password: as another program made it, or a new one. @returns null for somebody without a password. */
export async function hashOf({ password, passwordHash }: NewPerson, hasher: PasswordForm): Promise<string | null> {
  return passwordHash ?? (password === undefined ? null : hasher.hash(new Secret(password)))
}
