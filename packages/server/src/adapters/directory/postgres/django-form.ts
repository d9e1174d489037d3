import { pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import type { Secret } from '@rekey/core'
import { passwordText } from '../../passwords/password-text.js'
import { WorkQueue } from '../../passwords/work-queue.js'
import type { PasswordForm } from './password-form.js'

const derive = promisify(pbkdf2)
const BYTES = 32
const SHAPE = /^pbkdf2_sha256\$(\d{1,8})\$([^$]{1,128})\$([A-Za-z0-9+/]{43}=)$/
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** More than anybody configures: a row of the table must not stop the server for minutes. */
const MAX_ITERATIONS = 10_000_000

/**
 * Django's default form, `pbkdf2_sha256$<iterations>$<salt>$<base64>`.
 * @param iterations of new hashes, and of the work done for people without one.
 * Source: https://docs.djangoproject.com/en/5.2/topics/auth/passwords/
 */
export function djangoForm(iterations: number): PasswordForm {
  const queue = new WorkQueue({ concurrency: availableParallelism(), maxWaiting: 256 })
  const hashed = (text: string, salt: string, times: number) => queue.run(() => derive(text, salt, times, BYTES, 'sha256'))
  const nobody = { salt: newSalt(), iterations, hash: randomBytes(BYTES) }
  return {
    async hash(secret) {
      const text = passwordText(secret.reveal())
      if (text === undefined) throw new RangeError('a password of more than 256 characters is not hashed')
      const salt = newSalt()
      return `pbkdf2_sha256$${iterations}$${salt}$${(await hashed(text, salt, iterations)).toString('base64')}`
    },
    async verify(stored, secret: Secret) {
      const text = passwordText(secret.reveal())
      if (text === undefined) return false
      const found = read(stored)
      const against = found ?? nobody
      const same = timingSafeEqual(await hashed(text, against.salt, against.iterations), against.hash)
      return same && found !== undefined
    },
  }
}

function read(stored = ''): { readonly salt: string; readonly iterations: number; readonly hash: Buffer } | undefined {
  const [, count, salt, hash] = SHAPE.exec(stored) ?? []
  const iterations = Number(count)
  if (salt === undefined || hash === undefined || iterations < 1 || iterations > MAX_ITERATIONS) return undefined
  return { salt, iterations, hash: Buffer.from(hash, 'base64') }
}

/** Django takes letters and digits only; 22 of them are more than 128 bits. */
function newSalt(): string {
  let salt = ''
  while (salt.length < 22) {
    for (const byte of randomBytes(32)) if (byte < 248 && salt.length < 22) salt += LETTERS.charAt(byte % 62)
  }
  return salt
}
