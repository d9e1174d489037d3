import type { SetPassword } from '@rekey/core'
import { randomVersion } from '../credential-version.js'
import { hasId } from './filter.js'
import type { Layout } from './layout.js'
import { quoted } from './names.js'
import { bound, joined, plain, sql, type Sql } from './statement.js'

/** A change whose secret has become a hash. */
export interface Change extends Omit<SetPassword, 'secret'> {
  readonly hash: string
  readonly historySize: number
  /** Milliseconds since the epoch; the database's own clock unless given. */
  readonly now?: number
}

/**
 * The whole change as one statement. It locks the person's row while the version is the expected one, and looks at the clock only once it
 * has the lock: however long that took, nothing is written after the deadline. The row that comes back says how far it came, `held`, `due`, and
 * the new `version`.
 */
export function changeStatement(layout: Layout, change: Change): Sql {
  const { mapping, version } = layout
  const id = `t.${quoted(mapping.id)}`
  const people = quoted(mapping.table)
  const now =
    change.now === undefined ? plain('(extract(epoch FROM clock_timestamp()) * 1000)') : bound(String(Math.floor(change.now)), 'bigint')
  return sql`WITH held AS MATERIALIZED (
      SELECT ${id} AS id, t.${quoted(mapping.password)}::text AS hash FROM ${people} t
      WHERE ${hasId(change.id, layout)} AND ${version} = ${bound(change.expect, 'text')} FOR NO KEY UPDATE
    ), due AS MATERIALIZED (
      SELECT id, hash FROM held WHERE ${now} <= ${bound(String(Math.floor(change.deadline)), 'bigint')}
    )${historySql(layout, change)}, changed AS (
      UPDATE ${people} t SET ${assignments(layout, change)} FROM due WHERE ${id} = due.id RETURNING ${version} AS version
    )
    SELECT (SELECT count(*) FROM held)::int AS held, (SELECT count(*) FROM due)::int AS due, (SELECT version FROM changed) AS version`
}

function assignments({ mapping, nextVersion, stateType }: Layout, change: Change): Sql {
  const { password, mustChange, lastAct, state } = mapping
  const [active] = state?.active ?? []
  const column = state && `t.${quoted(state.column)}`
  return joined(
    [
      sql`${quoted(password)} = ${bound(change.hash, 'text')}`,
      ...(nextVersion === undefined
        ? []
        : [{ sql: `${nextVersion.column} = ${nextVersion.sql}`, args: nextVersion.isBound ? [randomVersion()] : [] }]),
      ...(lastAct === undefined ? [] : [sql`${quoted(lastAct)} = ${bound(change.act, 'text')}`]),
      ...(mustChange === undefined ? [] : [sql`${quoted(mustChange)} = ${bound(change.mustChange === true, 'boolean')}`]),
      ...(state === undefined || column === undefined || active === undefined || change.clearLockout !== true
        ? []
        : [
            sql`${quoted(state.column)} = CASE WHEN ${column}::text = ANY(${bound(state.locked, 'text[]')}) THEN ${bound(active, 'text')}::${stateType} ELSE ${column} END`,
          ]),
    ],
    ', ',
  )
}

/** The password that was is kept as an earlier one; what is older than is remembered goes, where the table is ours. */
function historySql({ mapping: { history, trimHistory } }: Layout, { historySize }: Change): Sql {
  if (history === undefined) return plain('')
  const table = quoted(history.table)
  const person = quoted(history.person)
  const order = quoted(history.order)
  const kept = plain(
    `, kept AS (INSERT INTO ${table} (${person}, ${quoted(history.hash)}) SELECT id, hash FROM due WHERE hash IS NOT NULL AND ${historySize} > 0)`,
  )
  if (trimHistory !== true) return kept
  // The statement sees the table as it was before it, without the entry of its own.
  const others = Math.max(historySize - 1, 0)
  return sql`${kept}, trimmed AS (
      DELETE FROM ${table} h USING due WHERE h.${person} = due.id AND h.${order} NOT IN (
        SELECT e.${order} FROM ${table} e WHERE e.${person} = due.id ORDER BY e.${order} DESC LIMIT ${String(others)})
    )`
}
