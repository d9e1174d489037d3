import { handshakeFaults, shownPlace, type RedisPlace, type RedisSettings } from '../adapters/redis/index.js'
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

/** @param error what came of the first call, or of the connection that it waited for. */
export async function whyNoStore(settings: RedisSettings, error: Error): Promise<CannotOpen> {
  const shaken = await handshakeFaults(settings)
  return storeFault(settings.place, shaken.find((fault) => isNotVerified(codeOf(fault))) ?? error)
}

/**
 * What is wrong with a certificate, or with TLS at all, and what to do.
 * @param code one that `isNotVerified` knows.
 * @param key of the configuration that names the authority.
 */
export function whyNotVerified(code: string, key: string): string {
  if (UNKNOWN_AUTHORITY.has(code)) return `shows a certificate that cannot be verified (${code}): name its authority in \`${key}\``
  return (
    TLS_FAULTS.get(code) ?? `${code.startsWith('ERR_') ? 'does not agree on TLS' : 'shows a certificate that cannot be verified'} (${code})`
  )
}

/** OpenSSL found no authority that it knows at the end of the chain. */
const UNKNOWN_AUTHORITY: ReadonlySet<string> = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
])

const TLS_FAULTS: ReadonlyMap<string, string> = new Map([
  ['CERT_HAS_EXPIRED', 'shows a certificate that is out of date (CERT_HAS_EXPIRED): renew it there, or look at the clock here'],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'shows a certificate for another host (ERR_TLS_CERT_ALTNAME_INVALID): configure the name it is made out to, or make one out to this name',
  ],
  [
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'does not answer in TLS (ERR_SSL_WRONG_VERSION_NUMBER): switch TLS on there, or configure the port that speaks it',
  ],
])

/** Whether a certificate is not of an authority that is trusted, not made out to the host or out of date, or TLS is not spoken at all. */
export function isNotVerified(code: string | undefined): boolean {
  return code !== undefined && /^(?:DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|CERT_|ERR_TLS_|ERR_SSL_)/.test(code)
}

/** @param place of the store; of it only names, hosts and ports are told. */
function storeFault(place: RedisPlace, error: Error): CannotOpen {
  const fault = (text: string): CannotOpen => new CannotOpen(`the store at ${shownPlace(place)} ${text}`, { cause: error })
  const key = place.is === 'server' ? 'store.redis' : `store.${place.is}`
  if (REFUSED.test(nodeFaultOf(error).message))
    return fault(`refuses the log-in: mend user and password in \`${place.is === 'server' ? key : 'store'}\``)
  const code = codeOf(error)
  if (code !== undefined && isNotVerified(code)) return fault(whyNotVerified(code, 'store.caFile'))
  if (NO_SENTINEL.test(error.message))
    return fault(`cannot be found: no Sentinel there knows it and lets us in; mend \`${key}\`, or look at their logs`)
  if (NO_NODE.test(error.message))
    return fault(`cannot be found: no node there answers as one of a Cluster; start them, or mend \`${key}\``)
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
