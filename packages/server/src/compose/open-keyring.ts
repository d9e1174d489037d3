import { Keyring } from '@rekey/core'
import { openKeyFile } from '../adapters/keys/key-file.js'
import type { Config } from '../config/config.js'
import { keyBytes } from '../config/key-ring.js'

/** The keys of an installation: the configured ones, or those of a file that is made when it is not there. */
export async function openKeyring({ keys }: Pick<Config, 'keys'>): Promise<Keyring> {
  const ring = keys.is === 'configured' ? keys.ring : await openKeyFile(keys.file)
  return new Keyring({
    signing: ring.signing.map(({ id, secret }) => ({ id, secret: keyBytes(secret) })),
    stable: keyBytes(ring.stable),
  })
}
