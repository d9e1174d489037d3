import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

/** A configured key: an id that may stand in a token's header, and at least 32 random bytes. */
export interface RootKey {
  readonly id: string
  readonly secret: Uint8Array
}

/** One key derived for one purpose. */
export interface DerivedKey {
  readonly id: string
  readonly bytes: Uint8Array
  readonly object: KeyObject
}

export interface KeyringSource {
  /** The first signs and seals, all are accepted; never empty. */
  readonly signing: readonly RootKey[]
  /** Never rotated: decoys, question choice and request digests must not change when the signing keys do. */
  readonly stable: Uint8Array
}

const KEY_BYTES = 32

/**
 * Keys by purpose, derived once with HKDF-SHA-256, so that no key serves two ends. Source: RFC 5869.
 * @throws RangeError when a key is shorter than 32 bytes, or there is none, or two share an id.
 */
export class Keyring {
  readonly tokens: readonly DerivedKey[]
  readonly seals: readonly DerivedKey[]
  readonly codes: readonly DerivedKey[]
  readonly handles: readonly DerivedKey[]
  /** The key of everything that has to stay the same through rotations. */
  readonly stable: KeyObject

  constructor(source: KeyringSource) {
    if (source.signing.length === 0) throw new RangeError('there is no signing key')
    if (new Set(source.signing.map((key) => key.id)).size < source.signing.length) throw new RangeError('two signing keys share an id')
    const derive = (purpose: string) => source.signing.map((key) => derivedKey(key.id, key.secret, purpose))
    this.tokens = derive('token')
    this.seals = derive('seal')
    this.codes = derive('code')
    this.handles = derive('handle')
    this.stable = derivedKey('stable', source.stable, 'stable').object
  }
}

function derivedKey(id: string, secret: Uint8Array, purpose: string): DerivedKey {
  if (secret.byteLength < KEY_BYTES) throw new RangeError(`the key \`${id}\` is shorter than ${KEY_BYTES} bytes`)
  const bytes = new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), `rekey/${purpose}`, KEY_BYTES))
  return { id, bytes, object: createSecretKey(bytes) }
}
