import { foldDistinguishedName, type Filter, type FilterField } from '@rekey/core'
import { combineFilter } from '../combine-filter.js'
import { foldAscii } from '../fold.js'
import { foldedColumn, type IdKind, type Layout } from './layout.js'
import { quoted } from './names.js'
import { bound, isStorable, joined, plain, sql, type Sql } from './statement.js'

const NOBODY = plain('false')

/** Turns a filter into a condition on the table of people, `t`. Values are only ever bound. */
export function filterSql(filter: Filter, layout: Layout): Sql {
  return combineFilter<Sql>(filter, {
    nobody: NOBODY,
    equals: (field, value) => (isStorable(value) ? equals(field, value, layout) : NOBODY),
    all: (conditions) => sql`(${joined(conditions, ' AND ')})`,
    any: (conditions) => sql`(${joined(conditions, ' OR ')})`,
  })
}

/** The condition on an id. One that the column cannot hold, or would hold spelt otherwise, is nobody's. */
export function hasId(id: string, { mapping, idKind, text }: Layout): Sql {
  const column = `t.${quoted(mapping.id)}`
  const value = isStorable(id) && ID_FORMS[idKind].test(id) ? id : null
  if (idKind === 'text') return sql`${text(mapping.id) ?? column} = ${bound(value, 'text')}`
  return sql`${column} = ${bound(value, idKind)}`
}

const ID_FORMS: Readonly<Record<IdKind, RegExp>> = {
  text: /^/,
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  bigint: /^(?:0|-?[1-9]\d{0,17})$/,
}

function equals(field: FilterField, value: string, layout: Layout): Sql {
  const { mapping, text } = layout
  switch (field) {
    case 'id':
      return hasId(value, layout)
    case 'userName':
    case 'mail':
    case 'principalName':
      return compared(foldedColumn(layout, field, mapping[field]), foldAscii(value))
    case 'login':
      return compared(
        foldedColumn(layout, mapping.login === undefined ? 'userName' : 'login', mapping.login ?? mapping.userName),
        foldAscii(value),
      )
    case 'domain': {
      const domain = foldedColumn(layout, 'domain', mapping.domain)
      if (domain === undefined) return NOBODY
      const folded = foldAscii(value)
      return sql`(${compared(domain, folded)} OR ${compared(`split_part(${domain}, '.', 1)`, folded)})`
    }
    case 'distinguishedName': {
      const folded = foldDistinguishedName(value)
      if (mapping.foldedDistinguishedName !== undefined) return compared(text(mapping.foldedDistinguishedName), folded)
      return compared(foldedColumn(layout, 'distinguishedName', mapping.distinguishedName), folded)
    }
    case 'phone':
    case 'givenName':
    case 'surname':
      return compared(text(mapping[field]), value)
  }
}

function compared(column: string | undefined, value: string): Sql {
  return column === undefined ? NOBODY : sql`${column} = ${bound(value, 'text')}`
}
