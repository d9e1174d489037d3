import { argon2Form, type HashCost } from './argon2.js'
import { bcryptForm } from './bcrypt.js'
import { pbkdf2Form } from './pbkdf2.js'
import { scryptForm } from './scrypt.js'
import { shaCryptForm } from './sha-crypt.js'
import type { StoredForm } from './stored-form.js'

/** Every form that is read. @param own cost at which argon2id is made. */
export function knownForms(own: HashCost): readonly StoredForm[] {
  return [argon2Form(own), bcryptForm, scryptForm, pbkdf2Form, shaCryptForm]
}
