import type { Audit, Keyring } from '@rekey/core'
import type { Logger } from 'pino'
import { auditKey } from '../adapters/log/audit-key.js'
import { ChainedAudit } from '../adapters/log/chained-audit.js'
import { LogAudit } from '../adapters/log/log-audit.js'
import type { Config } from '../config/config.js'
import { CannotOpen } from './cannot-open.js'
import type { Closers } from './ports.js'

export interface OpenAudit {
  readonly audit: Audit
  /** False while the trail cannot be written. */
  readonly isWell: () => boolean
}

/** Opens the configured audit trail. @throws CannotOpen when its folder cannot be written. */
export async function openAudit(
  { audit: settings }: Pick<Config, 'audit'>,
  { keyring, log, closers }: { readonly keyring: Keyring; readonly log: Logger; readonly closers: Closers },
): Promise<OpenAudit> {
  if (settings.is === 'log') return { audit: new LogAudit(log), isWell: () => true }
  const audit = await ChainedAudit.open({
    ...settings,
    key: auditKey(keyring),
    onFault: (err) => log.error({ err }, 'the audit trail cannot be written; events wait'),
    onHead: (head) => log.info({ ...head }, 'audit chain'),
  }).catch((cause: unknown) => {
    throw new CannotOpen(`the audit trail cannot be written in \`${settings.folder}\`: let this user write it, or name another folder`, {
      cause,
    })
  })
  closers.push(() => audit.close())
  return { audit, isWell: () => audit.isWell }
}
