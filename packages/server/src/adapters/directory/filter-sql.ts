import { foldDistinguishedName, type Filter, type FilterField } from '@rekey/core'
import { combineFilter } from './combine-filter.js'
import type { SqlValue } from './database.js'
import { foldAscii } from './fold.js'

/** A condition and the values bound in it. */
export interface Condition {
  readonly sql: string
  readonly args: readonly SqlValue[]
}

/**
 * Turns a filter into a condition on `people`. Values are only ever bound. A combination of nothing matches nobody, and so does a filter
 * with more than 16 levels of `and` and `or` inside each other.
 */
export function filterSql(filter: Filter): Condition {
  return combineFilter<Condition>(filter, {
    nobody: NOBODY,
    equals,
    all: (conditions) => combined(conditions, ' AND '),
    any: (conditions) => combined(conditions, ' OR '),
  })
}

const NOBODY: Condition = { sql: '0', args: [] }
const asIs = (text: string) => text

const COLUMNS = {
  userName: { columns: ['user_name_folded'], form: foldAscii },
  mail: { columns: ['mail_folded'], form: foldAscii },
  phone: { columns: ['phone'], form: asIs },
  givenName: { columns: ['given_name'], form: asIs },
  surname: { columns: ['surname'], form: asIs },
  login: { columns: ['login_folded'], form: foldAscii },
  domain: { columns: ['domain_folded', 'domain_label'], form: foldAscii },
  principalName: { columns: ['principal_name_folded'], form: foldAscii },
  distinguishedName: { columns: ['distinguished_name_folded'], form: foldDistinguishedName },
  id: { columns: ['id'], form: asIs },
} as const satisfies Readonly<Record<FilterField, { readonly columns: readonly string[]; readonly form: (text: string) => string }>>

function equals(field: FilterField, value: string): Condition {
  const { columns, form } = COLUMNS[field]
  // A half of a surrogate pair is no text; bound, it would become a replacement character and might match one.
  if (/\p{Surrogate}/u.test(value)) return NOBODY
  const sql = columns.map((column) => `${column} = ?`).join(' OR ')
  return { sql: columns.length === 1 ? sql : `(${sql})`, args: columns.map(() => form(value)) }
}

function combined(conditions: readonly Condition[], word: ' AND ' | ' OR '): Condition {
  return { sql: `(${conditions.map(({ sql }) => sql).join(word)})`, args: conditions.flatMap(({ args }) => args) }
}
