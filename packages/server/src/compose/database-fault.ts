import { readAddress } from '../adapters/directory/postgres/connection.js'
import { NotOurDatabase } from '../adapters/directory/postgres/postgres-database.js'
import { PostgresFault } from '../adapters/directory/postgres/postgres-fault.js'
import type { PostgresSettings } from '../adapters/directory/postgres/settings.js'
import { CannotOpen, isNotVerified, whyNotVerified } from './cannot-open.js'

/**
 * What the operator can mend when the directory in PostgreSQL does not open. Of the address only host and port are told.
 * @returns undefined for what nobody but us can mend.
 */
export function databaseFault({ url }: PostgresSettings, error: unknown): CannotOpen | undefined {
  const why = whyNot(error)
  if (why === undefined) return undefined
  const { host, port } = readAddress(url.reveal()) ?? { host: 'unknown', port: 0 }
  return new CannotOpen(`the directory's database at ${host.includes(':') ? `[${host}]` : host}:${port} ${why}`, { cause: error })
}

function whyNot(error: unknown): string | undefined {
  if (error instanceof NotOurDatabase) return error.message
  if (!(error instanceof PostgresFault)) return undefined
  const { code } = error
  if (code === 'PG_28P01' || code === 'PG_28000')
    return 'refuses the log-in: mend user and password in `directory.postgres.url`, or its `pg_hba.conf`'
  if (code === 'PG_3D000') return 'has no database of that name: make it, or mend `directory.postgres.url`'
  if (code === 'PG_42501') return 'does not let this user do what is needed: grant it, or let another user run `rekey migrate`'
  if (code === 'PG_53300') return 'has no connection left: lower `directory.postgres.connections`, or raise its `max_connections`'
  if (isNotVerified(code)) return whyNotVerified(code, 'directory.postgres.ca')
  if (code === 'NO_TLS') return 'does not speak TLS: switch it on there, or say `tls: off` where the network between is your own'
  if (code === 'TIMEOUT' || code === 'CLOSED' || /^E[A-Z]+$/.test(code))
    return `cannot be reached (${code}): start it, or mend the address in \`directory.postgres.url\``
  return `answers with a fault: ${error.message}`
}
