import { createHmac, timingSafeEqual } from 'node:crypto'
import type { DerivedKey, Keyring } from './keyring.js'

const ID_BYTES = 16
const MAC_BYTES = 16

/** 32 bytes in base64url. */
const HANDLE_LENGTH = 43

/**
 * Handles: ids of conversations that prove themselves, for wires that know no token that changes. A handle is the id's 16 bytes and a MAC of
 * 16 bytes over id and purpose; it says nothing, is never stored, and one made for a purpose is good for no other.
 */
export class Handles {
  constructor(private readonly keyring: Keyring) {}

  /**
   * @param id a UUID.
   * @param purpose `dialect/purpose`.
   */
  mint(id: string, purpose: string): string {
    const [first] = this.keyring.handles
    if (!first) throw new RangeError('there is no key for handles')
    const bytes = Buffer.from(id.replaceAll('-', ''), 'hex')
    return Buffer.concat([bytes, macOf(first, bytes, purpose)]).toString('base64url')
  }

  /** @returns the UUID; undefined for every fault alike: another length, bent, of another purpose, of an unknown key. */
  read(handle: string, purpose: string): string | undefined {
    if (handle.length !== HANDLE_LENGTH) return undefined
    const bytes = Buffer.from(handle, 'base64url')
    // base64url has spare bits, and a bent handle must not pass.
    if (bytes.byteLength !== ID_BYTES + MAC_BYTES || bytes.toString('base64url') !== handle) return undefined
    const id = bytes.subarray(0, ID_BYTES)
    const mac = bytes.subarray(ID_BYTES)
    const good = this.keyring.handles.some((key) => timingSafeEqual(mac, macOf(key, id, purpose)))
    return good ? id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') : undefined
  }
}

function macOf(key: DerivedKey, id: Buffer, purpose: string): Buffer {
  return createHmac('sha256', key.object).update(id).update(purpose).digest().subarray(0, MAC_BYTES)
}
