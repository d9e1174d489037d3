import { createHmac, createSecretKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Keyring } from '@rekey/core'

/** What chains of the audit trail are made with. */
export interface AuditKey {
  /** Names the key in the lines that begin a file; says nothing of the key. */
  readonly id: string
  readonly object: KeyObject
}

/** From the key that is never rotated: a trail is verified years after it was written. */
export function auditKey({ stable }: Pick<Keyring, 'stable'>): AuditKey {
  const bytes = createHmac('sha256', stable)
    .update(JSON.stringify(['audit', 'chain']))
    .digest()
  return { id: createHmac('sha256', bytes).update('id').digest('hex').slice(0, 16), object: createSecretKey(bytes) }
}
