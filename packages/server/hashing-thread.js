// What a thread does that hashes passwords, one task at a time: see `adapters/passwords/hashing-threads.ts`. Plain JavaScript outside of `src`: sources that
// are run as they are want it as much as what was compiled of them.
import { pbkdf2Sync, scryptSync } from 'node:crypto'
import * as argon2 from '@node-rs/argon2'

export const makeArgon2 = wiping(({ text, options }) => argon2.hashSync(text, options))

export const isArgon2 = wiping(({ text, stored }) => argon2.verifySync(stored, text))

export const makeBcrypt = wiping(async ({ text, options }) => (await bcrypt()).hashSync(text, options))

export const isBcrypt = wiping(async ({ text, stored }) => (await bcrypt()).verifySync(text, stored))

export const pbkdf2 = wiping(({ text, salt, iterations, length, digest }) => pbkdf2Sync(text, salt, iterations, length, digest))

export const scrypt = wiping(({ text, salt, length, options }) => scryptSync(text, salt, length, options))

/** A thread that has nothing to do sleeps as it is: no password stays in it. */
function wiping(work) {
  return async (task) => {
    try {
      return await work(task)
    } finally {
      task.text.fill(0)
    }
  }
}

/** Loaded when the first such hash is met: most installations have none. */
function bcrypt() {
  return import('@node-rs/bcrypt')
}
