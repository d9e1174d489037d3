import { literal, quoted } from './names.js'
import type { FoldedField, Mapping } from './mapping.js'
import { NotOurDatabase } from './postgres-database.js'
import type { Columns } from './read-columns.js'

/** What is compared as it stands, whatever the type of an id: by it an index serves. */
export type IdKind = 'text' | 'uuid' | 'bigint'

/** A mapping and what the database says of its columns, as the pieces of SQL that statements are made of. The table of people is `t` in all of them. */
export interface Layout {
  readonly mapping: Mapping
  readonly idKind: IdKind
  /** The column of a field, as a text; undefined where nobody has the field. */
  readonly text: (column: string | undefined) => string | undefined
  /** The credential's version, as a text that is never null. */
  readonly version: string
  /** Assigns the next version; undefined where it follows from the hash. */
  readonly nextVersion?: { readonly column: string; readonly sql: string; readonly isBound: boolean }
  /** All attributes as JSON. */
  readonly attributes: string
  /** Type of the column of the state. */
  readonly stateType: string
}

export function layoutOf(mapping: Mapping, columns: Columns): Layout {
  const typeOf = (column: string) => columns.get(column)?.type ?? 'text'
  const text = (column: string | undefined) => {
    if (column === undefined) return undefined
    // A collation that takes different texts for equal ones would find more people than were named.
    return `t.${quoted(column)}::text${columns.get(column)?.folds === true ? ' COLLATE "C"' : ''}`
  }
  return {
    mapping,
    idKind: idKindOf(typeOf(mapping.id)),
    text,
    ...versionOf(mapping, typeOf),
    attributes: attributesOf(mapping),
    stateType: typeOf(mapping.state?.column ?? ''),
  }
}

/** The form in which a field is compared. */
export function foldedColumn(
  { mapping, text }: Layout,
  field: FoldedField | 'distinguishedName',
  column: string | undefined,
): string | undefined {
  if (column === undefined) return undefined
  if (mapping.lowerCase.some((one) => one === field)) return text(column)
  // Under the collation `C` only ASCII letters have a case.
  return `lower(t.${quoted(column)}::text COLLATE "C")`
}

function idKindOf(type: string): IdKind {
  if (type === 'uuid') return 'uuid'
  return type === 'bigint' || type === 'integer' || type === 'smallint' ? 'bigint' : 'text'
}

function versionOf({ version, password }: Mapping, typeOf: (column: string) => string): Pick<Layout, 'version' | 'nextVersion'> {
  if (version === undefined) return { version: `encode(sha256(convert_to(coalesce(t.${quoted(password)}::text, ''), 'UTF8')), 'base64')` }
  const column = quoted(version)
  const type = typeOf(version)
  const orNone = (sql: string) => `coalesce(${sql}, 'none')`
  if (/^(?:bigint|integer|smallint|numeric)/.test(type))
    return { version: orNone(`t.${column}::text`), nextVersion: { column, sql: `coalesce(t.${column}, 0) + 1`, isBound: false } }
  if (type.startsWith('timestamp')) {
    const now = type.endsWith('without time zone') ? "(clock_timestamp() AT TIME ZONE 'UTC')" : 'clock_timestamp()'
    // Places behind the second that the column keeps: six unless it says so.
    const step = 10 ** -Number(/^timestamp\((\d)\)/.exec(type)?.[1] ?? 6)
    // As a number, for how a time is written depends on the session; never the same time twice.
    const next = `greatest(${now}, t.${column} + interval '${step.toFixed(6)} second')`
    return { version: orNone(`extract(epoch FROM t.${column})::text`), nextVersion: { column, sql: next, isBound: false } }
  }
  if (type === 'uuid') return { version: orNone(`t.${column}::text`), nextVersion: { column, sql: 'gen_random_uuid()', isBound: false } }
  if (HOLDS_NO_VERSION.test(type))
    throw new NotOurDatabase(
      `cannot keep versions in the column \`${version}\` (${type}), which \`directory.postgres.people.version\` names: it takes a whole number, a time with its date, a uuid or a text of 22 characters`,
    )
  return { version: orNone(`t.${column}::text`), nextVersion: { column, sql: '?::text', isBound: true } }
}

/** Types in which no text of ours can stand, or which are too short for it. */
const HOLDS_NO_VERSION =
  /^(?:date|time|interval|boolean|bytea|bit|jsonb?|real|double precision|money|inet|character(?: varying)?\((?:\d|1\d|2[01])\))/

/** Objects of one member each, joined: a call takes a hundred arguments at most. */
function attributesOf({ attributes, attributesJson }: Mapping): string {
  if (attributesJson !== undefined) return `t.${quoted(attributesJson)}::jsonb`
  const members = Object.entries(attributes).map(
    ([name, column]) => `jsonb_build_object(${literal(name)}::text, to_jsonb(t.${quoted(column)}))`,
  )
  return members.length === 0 ? "'{}'::jsonb" : members.join(' || ')
}
