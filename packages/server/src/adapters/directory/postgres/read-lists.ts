import type { GroupNesting } from '@rekey/core'
import type { Questions } from '../person.js'
import type { Mapping } from './mapping.js'
import { quoted } from './names.js'
import type { PostgresDatabase } from './postgres-database.js'
import { plain } from './statement.js'

/** The configured questions in their order: text by language, by id. */
export async function readQuestions(database: PostgresDatabase, { questions }: Mapping): Promise<Questions> {
  const texts = new Map<string, { readonly [language: string]: string }>()
  if (questions === undefined) return texts
  const { table, id, language, text, order = id } = questions
  const rows = await database.rows(
    plain(`SELECT ${quoted(id)}::text AS id, ${quoted(language)}::text AS language, ${quoted(text)}::text AS text
      FROM ${quoted(table)} ORDER BY ${quoted(order)}`),
  )
  for (const row of rows) {
    const id = String(row['id'])
    texts.set(id, { ...texts.get(id), [String(row['language'])]: String(row['text']) })
  }
  return texts
}

/** The groups that have groups as members. */
export async function readNesting(database: PostgresDatabase, { nestedGroups }: Mapping): Promise<GroupNesting> {
  const groups = new Map<string, readonly string[]>()
  if (nestedGroups === undefined) return groups
  const { table, outer, member } = nestedGroups
  const rows = await database.rows(
    plain(`SELECT ${quoted(outer)}::text AS outer_group, ${quoted(member)}::text AS member FROM ${quoted(table)} ORDER BY 1, 2`),
  )
  for (const row of rows) {
    const name = String(row['outer_group'])
    groups.set(name, [...(groups.get(name) ?? []), String(row['member'])])
  }
  return groups
}
