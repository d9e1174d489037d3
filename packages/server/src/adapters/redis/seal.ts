import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { RandomBytes } from './random-bytes.js'

const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const TAG_LENGTH = { authTagLength: TAG_BYTES }
const KEY_ID = /^[A-Za-z0-9_-]{1,16}$/

export interface SealKey {
  /** One to sixteen letters, digits, `_` or `-`; stored in clear beside what it seals. */
  readonly id: string
  /** 32 bytes. */
  readonly key: Uint8Array
}

/** A sealed value does not open: changed, moved to another place, or sealed with a key that is not among ours. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError'
}

/**
 * Keeps what lies in Redis unreadable and bound to its place. It seals with the first key and opens with every key, so that keys can be
 * rotated: first add the new key at the end everywhere, then move it to the front.
 *
 * A sealed value is: length of the key id, key id, nonce, ciphertext, tag. Source: NIST SP 800-38D; with random nonces of 96 bits one
 * key may seal 2^32 values, so rotate long before.
 */
export class Seal {
  readonly #first: { readonly head: Buffer; readonly key: KeyObject }
  readonly #keys: ReadonlyMap<string, KeyObject>
  readonly #nonces = new RandomBytes(NONCE_BYTES)

  /** @throws TypeError when there is no key, a key is not 32 bytes long, or an id is bad or stands twice. */
  constructor(keys: readonly SealKey[]) {
    const [first] = keys
    if (first === undefined) throw new TypeError('a seal needs a key')
    for (const { id, key } of keys) {
      if (!KEY_ID.test(id)) throw new TypeError(`a seal key id is 1 to 16 letters, digits, \`_\` or \`-\``)
      if (key.byteLength !== KEY_BYTES) throw new TypeError(`the seal key \`${id}\` must be ${KEY_BYTES} bytes long`)
    }
    this.#keys = new Map(keys.map(({ id, key }) => [id, createSecretKey(key)]))
    if (this.#keys.size !== keys.length) throw new TypeError('two seal keys have the same id')
    this.#first = { head: Buffer.from([first.id.length, ...Buffer.from(first.id)]), key: createSecretKey(first.key) }
  }

  /** @param place what the value is bound to: it opens only where the same place is given. */
  close(value: Uint8Array, place: string): Buffer {
    const { head, key } = this.#first
    const nonce = this.#nonces.next()
    const cipher = createCipheriv(CIPHER, key, nonce, TAG_LENGTH)
    cipher.setAAD(Buffer.from(place))
    const sealed = Buffer.allocUnsafe(head.length + NONCE_BYTES + value.byteLength + TAG_BYTES)
    let at = head.copy(sealed)
    at += nonce.copy(sealed, at)
    at += cipher.update(value).copy(sealed, at)
    // A mode of counters: the end of it has no bytes of its own.
    cipher.final()
    cipher.getAuthTag().copy(sealed, at)
    return sealed
  }

  /** @throws UnreadableError for every fault alike; the message says nothing of the value. */
  open(sealed: Uint8Array, place: string): Buffer {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
    const nonceAt = 1 + (bytes[0] ?? 0)
    const valueAt = nonceAt + NONCE_BYTES
    const tagAt = bytes.length - TAG_BYTES
    const key = this.#keys.get(bytes.toString('latin1', 1, nonceAt))
    if (key === undefined || tagAt < valueAt) throw new UnreadableError('a sealed value has no key that opens it')
    try {
      const decipher = createDecipheriv(CIPHER, key, bytes.subarray(nonceAt, valueAt), TAG_LENGTH)
      decipher.setAAD(Buffer.from(place))
      decipher.setAuthTag(bytes.subarray(tagAt))
      const value = decipher.update(bytes.subarray(valueAt, tagAt))
      decipher.final()
      return value
    } catch (cause) {
      throw new UnreadableError('a sealed value was changed or moved', { cause })
    }
  }
}
