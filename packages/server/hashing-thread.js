// What a thread does that hashes passwords, one task at a time: see `adapters/passwords/hashing-threads.ts`. Plain JavaScript outside of `src`: sources that
// are run as they are want it as much as what was compiled of them.
import { pbkdf2Sync, scryptSync } from 'node:crypto'
import * as argon2 from '@node-rs/argon2'

export function makeArgon2({ text, options }) {
  return argon2.hashSync(text, options)
}

export function isArgon2({ text, stored }) {
  return argon2.verifySync(stored, text)
}

export async function makeBcrypt({ text, options }) {
  return (await bcrypt()).hashSync(text, options)
}

export async function isBcrypt({ text, stored }) {
  return (await bcrypt()).verifySync(text, stored)
}

export function pbkdf2({ text, salt, iterations, length, digest }) {
  return pbkdf2Sync(text, salt, iterations, length, digest)
}

export function scrypt({ text, salt, length, options }) {
  return scryptSync(text, salt, length, options)
}

/** Loaded when the first such hash is met: most installations have none. */
function bcrypt() {
  return import('@node-rs/bcrypt')
}
