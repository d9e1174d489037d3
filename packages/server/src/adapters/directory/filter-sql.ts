import { foldDistinguishedName, type Filter, type FilterField } from '@rekey/core'
import type { SqlValue } from './database.js'
import { foldAscii } from './fold.js'

/** A condition and the values bound in it. */
export interface Condition {
  readonly sql: string
  readonly args: readonly SqlValue[]
}

/** Levels of `and` inside `or` inside `and` that are looked into; SQLite's parser gives up at about thirty. */
export const MAX_FILTER_LEVELS = 16

/**
 * Turns a filter into a condition on `people`. Values are only ever bound. A combination of nothing matches nobody, and so does a filter
 * with more than 16 levels of `and` and `or` inside each other.
 */
export function filterSql(filter: Filter): Condition {
  return conditionOf(filter, MAX_FILTER_LEVELS)
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

function conditionOf(filter: Filter, levels: number): Condition {
  switch (filter.is) {
    case 'equals': {
      const { columns, form } = COLUMNS[filter.field]
      // A half of a surrogate pair is no text; bound, it would become a replacement character and might match one.
      if (/\p{Surrogate}/u.test(filter.value)) return NOBODY
      const sql = columns.map((column) => `${column} = ?`).join(' OR ')
      return { sql: columns.length === 1 ? sql : `(${sql})`, args: columns.map(() => form(filter.value)) }
    }
    case 'and':
    case 'or': {
      const [first, ...more] = filter.of.length === 0 ? [] : membersOf(filter, filter.is)
      if (first === undefined || (more.length > 0 && levels === 0)) return NOBODY
      if (more.length === 0) return conditionOf(first, levels)
      const conditions = [first, ...more].map((member) => conditionOf(member, levels - 1))
      const sql = conditions.map((condition) => condition.sql).join(filter.is === 'and' ? ' AND ' : ' OR ')
      return { sql: `(${sql})`, args: conditions.flatMap(({ args }) => args) }
    }
  }
}

/** The members of a combination; those of the same kind inside it, and of any that has but one member, stand for themselves. */
function membersOf(filter: Filter, kind: 'and' | 'or'): readonly Filter[] {
  if (filter.is === 'equals') return [filter]
  if (filter.is === kind || filter.of.length === 1)
    return filter.of.length === 0 ? [filter] : filter.of.flatMap((one) => membersOf(one, kind))
  return [filter]
}
