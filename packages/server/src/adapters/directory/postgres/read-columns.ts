import { nearName } from '@rekey/core'
import { quoted } from './names.js'
import type { Mapping } from './mapping.js'
import { NotOurDatabase, type PostgresDatabase } from './postgres-database.js'
import { bound, sql } from './statement.js'

/** What the database says of a column. */
export interface Column {
  /** As PostgreSQL writes it: `character varying(80)`. */
  readonly type: string
  /** Whether its collation takes different texts for equal ones. */
  readonly folds: boolean
}

/** The columns of one table by name. */
export type Columns = ReadonlyMap<string, Column>

interface Wish {
  readonly table: string
  /** Columns by the key of the configuration that names each. */
  readonly columns: { readonly [key: string]: string | undefined }
  readonly written?: readonly (string | undefined)[]
  /** Columns that rows are added with. The others fill themselves, from a sequence as well. */
  readonly added?: readonly string[]
}

/**
 * Looks whether the tables and columns of a mapping are there, and may be read and written as they must be.
 * @returns the columns of the table of people.
 * @throws NotOurDatabase at the first that is not.
 */
export async function readColumns(database: PostgresDatabase, mapping: Mapping): Promise<Columns> {
  for (const [key, wish] of sideTables(mapping)) await columnsOf(database, key, wish)
  const {
    lowerCase: _lowerCase,
    table,
    state,
    attributes,
    passwordFormat: _format,
    passwordCost: _cost,
    passwordIterations: _iterations,
    rehash: _rehash,
    trimHistory: _trim,
    ...rest
  } = mapping
  const { groups: _groups, nestedGroups: _nested, answers: _answers, questions: _questions, history: _history, ...columns } = rest
  const named = Object.fromEntries(Object.entries(attributes).map(([name, column]) => [`attributes.${name}`, column]))
  return columnsOf(database, 'people', {
    table,
    columns: { ...columns, ...named, ...(state && { 'state.column': state.column }) },
    written: [mapping.password, mapping.version, mapping.mustChange, mapping.lastAct, state?.column],
  })
}

function sideTables({ groups, nestedGroups, answers, questions, history }: Mapping): readonly (readonly [key: string, wish: Wish])[] {
  const wishOf = (key: string, table: ({ readonly table: string } & Wish['columns']) | undefined): readonly (readonly [string, Wish])[] => {
    if (table === undefined) return []
    const { table: name, ...columns } = table
    return [[`people.${key}`, { table: name, columns }]]
  }
  return [
    ...wishOf('groups', groups && { ...groups }),
    ...wishOf('nestedGroups', nestedGroups && { ...nestedGroups }),
    ...wishOf('answers', answers && { ...answers }),
    ...wishOf('questions', questions && { ...questions }),
    ...wishOf('history', history && { ...history }).map(
      ([key, wish]) => [key, { ...wish, added: history ? [history.person, history.hash] : [] }] as const,
    ),
  ]
}

async function columnsOf(database: PostgresDatabase, key: string, { table, columns, written = [], added = [] }: Wish): Promise<Columns> {
  const rows = await database.rows(sql`
    SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, NOT coalesce(c.collisdeterministic, true) AS folds,
      has_column_privilege(a.attrelid, a.attnum, 'SELECT') AS readable, has_column_privilege(a.attrelid, a.attnum, 'UPDATE') AS writable,
      has_column_privilege(a.attrelid, a.attnum, 'INSERT') AS addable,
      EXISTS (SELECT FROM pg_attrdef f
        JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass
        JOIN pg_class s ON s.oid = d.refobjid
        WHERE f.adrelid = a.attrelid AND f.adnum = a.attnum
          AND CASE s.relkind WHEN 'S' THEN NOT has_sequence_privilege(s.oid, 'USAGE, UPDATE') ELSE false END) AS closed
    FROM pg_attribute a LEFT JOIN pg_collation c ON c.oid = a.attcollation
    WHERE a.attrelid = to_regclass(${bound(quoted(table), 'text')}) AND a.attnum > 0 AND NOT a.attisdropped`)
  const known = new Map(rows.map((row) => [String(row['name']), row]))
  const setting = `directory.postgres.${key}`
  if (known.size === 0) throw new NotOurDatabase(`has no table \`${table}\`, which \`${setting}.table\` names`)
  for (const [name, column] of Object.entries(columns)) {
    if (column === undefined) continue
    const row = known.get(column)
    if (row === undefined) {
      const near = nearName(column, [...known.keys()])
      const hint = near === undefined ? '' : `; did you mean \`${near}\`?`
      throw new NotOurDatabase(`has no column \`${column}\` in \`${table}\`, which \`${setting}.${name}\` names${hint}`)
    }
    const right = written.includes(column) ? 'UPDATE' : 'SELECT'
    if (row['readable'] !== true || (right === 'UPDATE' && row['writable'] !== true))
      throw new NotOurDatabase(`does not let this user use the column \`${column}\` of \`${table}\`: grant ${right} on it`)
  }
  for (const [name, row] of added.length > 0 ? known : []) {
    const isAdded = added.includes(name)
    if (isAdded && row['addable'] !== true)
      throw new NotOurDatabase(`does not let this user add to the column \`${name}\` of \`${table}\`: grant INSERT on it`)
    if (!isAdded && row['closed'] === true)
      throw new NotOurDatabase(
        `does not let this user draw numbers for the column \`${name}\` of \`${table}\`: grant USAGE on its sequence`,
      )
  }
  return new Map([...known].map(([name, row]) => [name, { type: String(row['type']), folds: row['folds'] === true }]))
}
