import { argon2Front, makeArgon2, type HashCost } from './forms/argon2.js'
import { bcryptFront, makeBcrypt } from './forms/bcrypt.js'
import { djangoFront, makeDjango } from './forms/pbkdf2.js'

/** How new hashes are made. The others are for tables that another program reads as well. */
export type WrittenForm =
  | { readonly is: 'argon2id'; readonly cost: HashCost }
  | { readonly is: 'bcrypt'; readonly cost: number }
  | { readonly is: 'django-pbkdf2'; readonly iterations: number }

/** How its hashes begin, up to the salt. */
export function frontOf(form: WrittenForm): string {
  switch (form.is) {
    case 'argon2id':
      return argon2Front(form.cost)
    case 'bcrypt':
      return bcryptFront(form.cost)
    case 'django-pbkdf2':
      return djangoFront(form.iterations)
  }
}

/** @returns a hash with a salt of its own. */
export async function makeHash(form: WrittenForm, text: string): Promise<string> {
  switch (form.is) {
    case 'argon2id':
      return makeArgon2(text, form.cost)
    case 'bcrypt':
      return makeBcrypt(text, form.cost)
    case 'django-pbkdf2':
      return makeDjango(text, form.iterations)
  }
}
