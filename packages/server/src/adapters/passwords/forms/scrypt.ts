import { timingSafeEqual } from 'node:crypto'
import { hashingThreads } from '../hashing-threads.js'
import type { ReadHash, StoredForm } from './stored-form.js'
import { ALPHANUMERIC, BASE64, HEX, randomText } from './random-text.js'

const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{0,172})\$([A-Za-z0-9+/]{22,86})$/
const PHC_FRONT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$$/
const WERKZEUG = /^scrypt:(\d{1,8}):(\d{1,3}):(\d{1,3})\$([^$]{1,128})\$((?:[0-9a-f]{2}){16,64})$/
const WERKZEUG_FRONT = /^scrypt:(\d{1,8}):(\d{1,3}):(\d{1,3})\$$/

const MAX_MEMORY_BYTES = 256 * 1024 * 1024
/** Blocks of 128 bytes that are mixed, over all lanes: some two seconds of one core. */
const MAX_BLOCKS = 4_194_304

/**
 * scrypt as PHC strings (passlib), and as Werkzeug writes it: `scrypt:<N>:<r>:<p>$<salt>$<hex>`.
 * Source: RFC 7914; https://passlib.readthedocs.io/en/stable/lib/passlib.hash.scrypt.html
 */
export const scryptForm: StoredForm = {
  name: 'scrypt',
  begins: /^(?:\$scrypt\$|scrypt[:$])/,
  read(stored) {
    const [phc, ln, r, p, salt = '', hash = ''] = PHC.exec(stored) ?? []
    if (phc !== undefined)
      return readHash({ N: 2 ** Number(ln), r: Number(r), p: Number(p) }, Buffer.from(salt, 'base64'), Buffer.from(hash, 'base64'))
    const [werkzeug, count, size, lanes, saltText = '', hex = ''] = WERKZEUG.exec(stored) ?? []
    if (werkzeug === undefined) return undefined
    return readHash({ N: Number(count), r: Number(size), p: Number(lanes) }, Buffer.from(saltText, 'utf8'), Buffer.from(hex, 'hex'))
  },
  complete(front) {
    if (PHC_FRONT.test(front)) return `${front}${randomText(BASE64, 22)}$${randomText(BASE64, 43)}`
    return WERKZEUG_FRONT.test(front) ? `${front}${randomText(ALPHANUMERIC, 16)}$${randomText(HEX, 128)}` : undefined
  },
}

interface ScryptCost {
  readonly N: number
  readonly r: number
  readonly p: number
}

function readHash(cost: ScryptCost, salt: Buffer, hash: Buffer): ReadHash | undefined {
  const { N, r, p } = cost
  const isSound = N > 1 && Number.isInteger(Math.log2(N)) && r > 0 && p > 0
  if (!isSound || 128 * N * r > MAX_MEMORY_BYTES || N * r * p > MAX_BLOCKS) return undefined
  const options = { ...cost, maxmem: 128 * r * (N + p + 2) }
  return {
    cost: `scrypt N=${N},r=${r},p=${p}`,
    matches: async (text) => timingSafeEqual(await hashingThreads.run('scrypt', text, { salt, length: hash.length, options }), hash),
    covers: () => true,
  }
}
