import { randomBytes } from 'node:crypto'
import { hashingThreads } from '../hashing-threads.js'
import type { StoredForm } from './stored-form.js'
import { randomText } from './random-text.js'

/** Bytes of a text that bcrypt looks at; what stands behind them changes nothing. */
export const BCRYPT_BYTES = 72

// `$2x$` marks hashes of a library that took some passwords for others; they are nobody's.
const SHAPE = /^(\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{21})([./A-Za-z0-9])([./A-Za-z0-9]{30}[.CGKOSWaeimquy26])$/
const FRONT = /^\$2[aby]\$(0[4-9]|1[0-5])\$$/
/** Some two seconds of one core. */
const MAX_COST = 15

const ALPHABET = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
/** The characters that a salt of 16 bytes can end in, and a digest of 23. */
const SALT_ENDS = '.Oeu'
const DIGEST_ENDS = '.CGKOSWaeimquy26'

/**
 * bcrypt under the prefixes `$2a$`, `$2b$` and `$2y$`. Of a text the first 72 bytes count, because that is what the program saw that made
 * the hash; one with a NUL is never right, because programs differ in where they stop reading it.
 * Source: Provos and Mazières, A Future-Adaptable Password Scheme, 1999.
 */
export const bcryptForm: StoredForm = {
  name: 'bcrypt',
  begins: /^\$2[abxy]?\$/,
  read(stored) {
    const [, front = '', digits, saltEnd = '', digest = ''] = SHAPE.exec(stored) ?? []
    const cost = Number(digits)
    // What is no number is not in the range either.
    if (!(cost >= 4 && cost <= MAX_COST)) return undefined
    // Some programs left bits behind the salt that mean nothing; the library wants none.
    const clean = `${front}${SALT_ENDS.charAt(ALPHABET.indexOf(saltEnd) >> 4)}${digest}`
    return {
      cost: bcryptCost(cost),
      async matches(text) {
        const same = await hashingThreads.run('isBcrypt', text, { stored: clean })
        return same && !text.includes('\0')
      },
      covers: fitsBcrypt,
    }
  },
  complete: (front) => (FRONT.test(front) ? `${front}${randomTail()}` : undefined),
}

function bcryptCost(cost: number): string {
  return `bcrypt ${cost}`
}

/** How hashes of this cost begin. */
export function bcryptFront(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$`
}

/** Whether all of a text counts. */
export function fitsBcrypt(text: string): boolean {
  return Buffer.byteLength(text, 'utf8') <= BCRYPT_BYTES && !text.includes('\0')
}

/** @param text one that `fitsBcrypt`. */
export async function makeBcrypt(text: string, cost: number): Promise<string> {
  return hashingThreads.run('makeBcrypt', text, { options: { cost, salt: randomBytes(16), version: '2b' } })
}

function randomTail(): string {
  const [salt, digest] = [randomText(ALPHABET, 21), randomText(ALPHABET, 30)]
  return `${salt}${randomText(SALT_ENDS, 1)}${digest}${randomText(DIGEST_ENDS, 1)}`
}
