import type { Logger } from 'pino'
import { BreachCheckFault, breachedPasswords, type BreachedPasswords } from '../adapters/passwords/breached/breached-passwords.js'
import { openFileCounts } from '../adapters/passwords/breached/file-counts.js'
import { rangeCounts } from '../adapters/passwords/breached/range-counts.js'
import type { Config } from '../config/config.js'
import { CannotOpen } from './cannot-open.js'
import type { Closers } from './ports.js'

/** Opens what the configuration names. @returns undefined where it names nothing. @throws CannotOpen for a file that is no such list. */
export async function openBreached(
  { passwords: { breached } }: Pick<Config, 'passwords'>,
  { log, closers }: { readonly log: Logger; readonly closers: Closers },
): Promise<BreachedPasswords | undefined> {
  if (breached === undefined) return undefined
  const { source, ...rules } = breached
  const report = (err: unknown) => log.error({ err }, 'a password was taken without being looked up among the breached ones')
  if (source.is === 'range') return breachedPasswords(rangeCounts(source), { ...rules, report })
  const counts = await openFileCounts(source.file).catch((cause: unknown) => {
    const why = cause instanceof BreachCheckFault ? cause.message : 'this user cannot read it'
    throw new CannotOpen(`the list of breached passwords \`${source.file}\` cannot be used: ${why}`, { cause })
  })
  closers.push(() => counts.close())
  return breachedPasswords(counts, { ...rules, report })
}
