import { createHash, timingSafeEqual } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { StoredForm } from './stored-form.js'
import { CRYPT64, randomText } from './random-text.js'

type Digest = 'sha256' | 'sha512'

const SHAPE = /^\$([56])\$(?:rounds=(\d{1,9})\$)?([^$:\n]{0,16})\$([./0-9A-Za-z]{43}|[./0-9A-Za-z]{86})$/
const FRONT = /^\$([56])\$(?:rounds=(\d{1,9})\$)?$/
const LENGTHS = { sha256: 43, sha512: 86 } as const satisfies Record<Digest, number>

const DEFAULT_ROUNDS = 5_000
const MIN_ROUNDS = 1_000
/** Some two seconds of one core; the standard allows a thousand times as many. */
const MAX_ROUNDS = 1_000_000
/** Rounds between two turns of the event loop, about half a millisecond. */
const ROUNDS_A_TURN = 256

/**
 * The `$5$` and `$6$` of Unix: sha256crypt and sha512crypt. There is no such thing in the platform, so it is worked off on the event
 * loop, a few rounds a turn. A text with a NUL is never right: the programs that made these hashes could not read one.
 * Source: U. Drepper, Unix crypt using SHA-256 and SHA-512, version 0.6.
 */
export const shaCryptForm: StoredForm = {
  name: 'sha-crypt',
  begins: /^\$[56]\$/,
  read(stored) {
    const [, kind, rounds = String(DEFAULT_ROUNDS), salt = '', hash = ''] = SHAPE.exec(stored) ?? []
    const digest = kind === '6' ? 'sha512' : 'sha256'
    const count = Number(rounds)
    if (kind === undefined || hash.length !== LENGTHS[digest] || count < MIN_ROUNDS || count > MAX_ROUNDS) return undefined
    const wanted = Buffer.from(hash, 'latin1')
    return {
      cost: `${digest}crypt ${count}`,
      async matches(text) {
        const made = await shaCrypt(digest, Buffer.from(text, 'utf8'), Buffer.from(salt, 'utf8'), count)
        return timingSafeEqual(Buffer.from(made, 'latin1'), wanted) && !text.includes('\0')
      },
      covers: (text) => !text.includes('\0'),
    }
  },
  complete(front) {
    const kind = FRONT.exec(front)?.[1]
    if (kind === undefined) return undefined
    return `${front}${randomText(CRYPT64, 16)}$${randomText(CRYPT64, LENGTHS[kind === '6' ? 'sha512' : 'sha256'])}`
  },
}

async function shaCrypt(digest: Digest, key: Buffer, salt: Buffer, rounds: number): Promise<string> {
  const sum = (parts: readonly Uint8Array[]): Buffer => {
    const hash = createHash(digest)
    for (const part of parts) hash.update(part)
    return hash.digest()
  }
  const other = sum([key, salt, key])
  const start = [key, salt, filled(other, key.length)]
  for (let bits = key.length; bits > 0; bits >>= 1) start.push((bits & 1) === 1 ? other : key)
  let state = sum(start)
  const keyPart = filled(sum(Array.from({ length: key.length }, () => key)), key.length)
  const saltPart = filled(sum(Array.from({ length: 16 + (state[0] ?? 0) }, () => salt)), salt.length)
  for (let round = 0; round < rounds; round += 1) {
    const isOdd = round % 2 === 1
    const parts = [isOdd ? keyPart : state]
    if (round % 3 !== 0) parts.push(saltPart)
    if (round % 7 !== 0) parts.push(keyPart)
    parts.push(isOdd ? state : keyPart)
    state = sum(parts)
    if (round % ROUNDS_A_TURN === ROUNDS_A_TURN - 1) await nextTurn()
  }
  return encoded(digest, state)
}

/** Repeats bytes up to a length. */
function filled(bytes: Buffer, length: number): Buffer {
  return Buffer.alloc(length, bytes)
}

/** How far the three bytes of a group lie apart, and in which direction the groups go round. */
const ORDER = { sha256: { apart: 10, step: 2 }, sha512: { apart: 21, step: 1 } } as const

/** Base 64 of `crypt`, three bytes a group, taken from three places of the digest that change roles from group to group. */
function encoded(digest: Digest, bytes: Buffer): string {
  const { apart, step } = ORDER[digest]
  const at = (index: number) => bytes[index] ?? 0
  let text = ''
  for (let group = 0; group < apart; group += 1) {
    const turned = [0, 1, 2].map((place) => group + apart * ((place + step * group) % 3))
    const [high = 0, middle = 0, low = 0] = turned
    text += letters((at(high) << 16) | (at(middle) << 8) | at(low), 4)
  }
  return text + (digest === 'sha512' ? letters(at(63), 2) : letters((at(31) << 8) | at(30), 3))
}

function letters(value: number, count: number): string {
  return Array.from({ length: count }, (_, place) => CRYPT64.charAt((value >> (6 * place)) & 63)).join('')
}
