import type { Secret } from '@rekey/core'
import { TooNew } from '../adapters/directory/schema.js'

/** A part that the configuration names cannot be opened. The message says what to do, and holds no secret; the cause says everything. */
export class CannotOpen extends Error {
  override readonly name = 'CannotOpen'
}

/** Redis refuses user, password, or what that user may do. */
const REFUSED = /^(?:WRONGPASS|NOAUTH|NOPERM|ERR .*(?:AUTH|password))/

/**
 * @param url address of the store; of it only host and port are told.
 * @param error what came of the first call, or of the connection that it waited for.
 */
export function storeFault(url: Secret, error: Error): CannotOpen {
  const store = `the store at ${new URL(url.reveal()).host}`
  if (REFUSED.test(error.message))
    return new CannotOpen(`${store} refuses the log-in: mend user and password in \`store.redis\``, { cause: error })
  const code = codeOf(error)
  return new CannotOpen(
    code === undefined
      ? `${store} does not answer as Redis does: look at its log, or mend the address in \`store.redis\``
      : `${store} cannot be reached (${code}): start it, or mend the address in \`store.redis\``,
    { cause: error },
  )
}

/** @returns undefined for what nobody but us can mend. */
export function directoryFault(file: string, error: unknown): CannotOpen | undefined {
  const why = error instanceof TooNew ? TOO_NEW : DIRECTORY_FAULTS.get(codeOf(error) ?? '')
  return why === undefined ? undefined : new CannotOpen(`the directory file \`${file}\` ${why}`, { cause: error })
}

const TOO_NEW = 'was written by a newer server: start that one, or name another file with `directory.file`'
const NOT_OURS = 'cannot be opened: let this user write it and its folder, or name another file with `directory.file`'

const DIRECTORY_FAULTS: ReadonlyMap<string, string> = new Map([
  ...['EACCES', 'EPERM', 'EROFS', 'SQLITE_READONLY'].map((code) => [code, NOT_OURS] as const),
  ...['EISDIR', 'ENOENT', 'ENOTDIR', 'EEXIST', 'SQLITE_CANTOPEN'].map(
    (code) => [code, 'cannot be opened: it is no file, or lies in no folder; name another one with `directory.file`'] as const,
  ),
  ['ENOSPC', 'cannot be made: the disk is full'],
  ['SQLITE_NOTADB', 'is no SQLite file: name another one with `directory.file`, or move it away to begin with an empty one'],
  ['SQLITE_CORRUPT', 'is damaged: put a backup in its place'],
  ['SQLITE_BUSY', 'is held by another program: end that one, or name another file with `directory.file`'],
])

/** The code of the system or of SQLite. A connection that is only slow has none of its own, and libsql has none for a file that it cannot open. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  if (/Unable to open connection to local database/.test(error.message)) return 'SQLITE_CANTOPEN'
  return /timed out|ETIMEDOUT/.test(error.message) ? 'ETIMEDOUT' : undefined
}
