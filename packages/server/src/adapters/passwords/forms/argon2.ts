import { randomBytes } from 'node:crypto'
import { parseOptions } from '@node-rs/argon2'
import { hashingThreads } from '../hashing-threads.js'
import type { ReadHash, StoredForm } from './stored-form.js'

/** What a hash costs. */
export interface HashCost {
  readonly memoryKiB: number
  readonly passes: number
  readonly lanes: number
}

const SALT_BYTES = 16
const HASH_BYTES = 32
const FRONT = /^\$(argon2(?:id|i|d))\$(?:v=(16|19)\$)?m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$/
const TAIL = /^[A-Za-z0-9+/]{11,88}\$[A-Za-z0-9+/]{16,172}$/

/** KiB of memory times passes: some two seconds of one core. Whoever configures more can also read it. */
const MAX_WORK = 4_194_304
const MAX_MEMORY_KIB = 1_048_576

/**
 * PHC strings of argon2id, argon2i and argon2d, made as argon2id.
 * @param own cost of what is made.
 * Source: RFC 9106; the string format of the Password Hashing Competition.
 */
export function argon2Form(own: HashCost): StoredForm {
  const maxWork = Math.max(MAX_WORK, own.memoryKiB * own.passes)
  return {
    name: 'argon2',
    begins: /^\$argon2/,
    read(stored) {
      const [front = '', kind = '', version = '16', memoryKiB = '', passes = '', lanes = ''] = FRONT.exec(stored) ?? []
      if (front === '' || !TAIL.test(stored.slice(front.length))) return undefined
      const cost = { memoryKiB: Number(memoryKiB), passes: Number(passes), lanes: Number(lanes) }
      if (!isSound(cost, maxWork) || !isReadable(stored)) return undefined
      return {
        cost: costName(kind, version, cost),
        matches: (text) => hashingThreads.run('isArgon2', text, { stored }),
        covers: () => true,
      } satisfies ReadHash
    },
    complete: (front) => (FRONT.exec(front)?.[0] === front ? `${front}${base64(SALT_BYTES)}$${base64(HASH_BYTES)}` : undefined),
  }
}

/** How hashes of this cost begin. */
export function argon2Front({ memoryKiB, passes, lanes }: HashCost): string {
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${lanes}$`
}

export async function makeArgon2(text: string, { memoryKiB, passes, lanes }: HashCost): Promise<string> {
  // argon2id is the library's default algorithm; its enum cannot be imported from a module that is compiled alone.
  const options = { memoryCost: memoryKiB, timeCost: passes, parallelism: lanes, outputLen: HASH_BYTES }
  return hashingThreads.run('makeArgon2', text, { options })
}

function isSound({ memoryKiB, passes, lanes }: HashCost, maxWork: number): boolean {
  return passes > 0 && lanes > 0 && memoryKiB >= 8 * lanes && memoryKiB <= MAX_MEMORY_KIB && memoryKiB * passes <= maxWork
}

/** The library's own judgement; nothing is hashed for it. */
function isReadable(stored: string): boolean {
  try {
    parseOptions(stored)
    return true
  } catch {
    return false
  }
}

function costName(kind: string, version: string, { memoryKiB, passes, lanes }: HashCost): string {
  return `${kind} m=${memoryKiB},t=${passes},p=${lanes}${version === '19' ? '' : ` v=${version}`}`
}

function base64(size: number): string {
  return randomBytes(size).toString('base64').replace(/=+$/, '')
}
