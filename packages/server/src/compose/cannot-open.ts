import { shownPlace, type RedisPlace } from '../adapters/redis/index.js'
import { TooNew } from '../adapters/directory/schema.js'

/** A part that the configuration names cannot be opened. The message says what to do, and holds no secret; the cause says everything. */
export class CannotOpen extends Error {
  override readonly name = 'CannotOpen'
}

/** Redis refuses user, password, or what that user may do. */
const REFUSED = /^(?:WRONGPASS|NOAUTH|NOPERM|ERR .*(?:AUTH|password))/

/** How the client tells that nobody whom it asked named the master or the nodes; why not it mostly keeps to itself. */
const NO_SENTINEL = /^All sentinels are unreachable/
const NO_NODE = /^(?:Failed to refresh slots cache|Cluster isn't ready)/

/**
 * @param place of the store; of it only names, hosts and ports are told.
 * @param error what came of the first call, or of the connection that it waited for.
 */
export function storeFault(place: RedisPlace, error: Error): CannotOpen {
  const fault = (text: string): CannotOpen => new CannotOpen(`the store at ${shownPlace(place)} ${text}`, { cause: error })
  const key = place.is === 'server' ? 'store.redis' : `store.${place.is}`
  if (REFUSED.test(nodeFaultOf(error).message))
    return fault(`refuses the log-in: mend user and password in \`${place.is === 'server' ? key : 'store'}\``)
  if (NO_SENTINEL.test(error.message))
    return fault(`cannot be found: no Sentinel there knows it and lets us in; mend \`${key}\`, or look at their logs`)
  if (NO_NODE.test(error.message))
    return fault(`cannot be found: no node there answers as one of a Cluster; start them, or mend \`${key}\``)
  const code = codeOf(error)
  return fault(
    code === undefined
      ? `does not answer as Redis does: look at its log, or mend the address in \`${key}\``
      : `cannot be reached (${code}): start it, or mend the address in \`${key}\``,
  )
}

/** What the last node of a Cluster said that was asked, where the client tells it. */
function nodeFaultOf(error: Error): Error {
  return 'lastNodeError' in error && error.lastNodeError instanceof Error ? error.lastNodeError : error
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
