import { quoted } from './names.js'
import type { IdKind, Layout } from './layout.js'
import { plain, sql, type Sql } from './statement.js'

const HASH = `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`

/** An id that nobody has, by which the tables beside are searched all the same. */
const NO_ID: Readonly<Record<IdKind, string>> = {
  text: "'somebody'::text",
  uuid: "'00000000-0000-0000-0000-000000000000'::uuid",
  bigint: "'-9223372036854775808'::bigint",
}

/**
 * A query for people that always gives the same number of rows: what is missing is filled up, and for a filler the groups and answers are
 * searched and listed as well, so that somebody who does not exist costs as much to fetch and to read as somebody who does. One row is one
 * JSON text.
 */
export function peopleQuery(layout: Layout, condition: Sql, rows: 1 | 2): Sql {
  const { mapping, idKind, text, version, attributes } = layout
  const shown = (column: string | undefined) => text(column) ?? 'NULL::text'
  const flag = (column: string | undefined) => (column === undefined ? 'false' : `coalesce(t.${quoted(column)}::boolean, false)`)
  const columns = [
    [`t.${quoted(mapping.id)}::${idKind}`, NO_ID[idKind]],
    [shown(mapping.userName), "'somebody'"],
    [shown(mapping.mail), "'somebody@example.com'"],
    [shown(mapping.phone), "'+15550100'"],
    [shown(mapping.givenName), "'Some'"],
    [shown(mapping.surname), "'Body'"],
    [shown(mapping.locale), 'NULL'],
    [shown(mapping.state?.column), "'active'"],
    // What other programs write for no password is none, as it is to whoever compares it.
    [`coalesce(left(t.${quoted(mapping.password)}::text, 1) NOT IN ('', '!', '*'), false)`, 'true'],
    [version, `'${HASH.slice(-22)}'`],
    [shown(mapping.principalName), 'NULL'],
    [shown(mapping.distinguishedName), 'NULL'],
    [mapping.totp === undefined ? 'false' : `t.${quoted(mapping.totp)} IS NOT NULL`, 'false'],
    [flag(mapping.mustChange), 'false'],
    [attributes, `'{"unit":"any"}'::jsonb`],
  ] as const
  const known = columns.map(([column], at) => `${column} AS c${at}`).join(', ')
  const nobody = `SELECT false, ${columns.map(([, filler]) => filler).join(', ')}`
  const beside = [...columns.map((_, at) => (at === 0 ? 'p.c0::text' : `p.c${at}`)), groupsOf(layout), answersOf(layout)].join(', ')
  return sql`SELECT json_build_array(p.known, ${beside})::text AS person FROM (
    (SELECT true AS known, ${known} FROM ${quoted(mapping.table)} t WHERE ${condition} LIMIT ${String(rows)})
    UNION ALL ${Array.from({ length: rows }, () => nobody).join(' UNION ALL ')}
    ORDER BY known DESC LIMIT ${String(rows)}
  ) p`
}

/** Where no table holds them. */
const NO_LIST = plain("'[]'::json").sql

function groupsOf({ mapping: { groups } }: Layout): string {
  if (groups === undefined) return NO_LIST
  const { table, person, group, order = group } = groups
  return listOf(`g.${quoted(group)}::text`, `g.${quoted(order)}`, `${quoted(table)} g WHERE g.${quoted(person)} = p.c0`, "'staff'")
}

function answersOf({ mapping: { answers } }: Layout): string {
  if (answers === undefined) return NO_LIST
  const { table, person, question, own, order = question } = answers
  const shown = `json_build_array(a.${quoted(question)}::text, ${own === undefined ? 'NULL' : `a.${quoted(own)}::text`})`
  return listOf(shown, `a.${quoted(order)}`, `${quoted(table)} a WHERE a.${quoted(person)} = p.c0`, "json_build_array('1', NULL)")
}

/** A list in order. A filler has one entry, for which it searches as everybody does. */
function listOf(shown: string, order: string, from: string, filler: string): string {
  return `(SELECT json_agg(l.entry ORDER BY l.place) FROM (SELECT ${shown} AS entry, ${order} AS place FROM ${from} UNION ALL SELECT ${filler}, NULL WHERE NOT p.known) l)`
}
