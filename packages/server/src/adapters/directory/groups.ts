import type { GroupNesting } from '@rekey/core'
import type { Database, Statement } from './database.js'
import { textIn } from './text-in.js'

/** The groups of the file that have groups as members. */
export async function readGroups(database: Database): Promise<GroupNesting> {
  const groups = new Map<string, string[]>()
  for (const row of await database.all('SELECT outer_group, member FROM group_members ORDER BY outer_group, member')) {
    const outer = textIn(row, 'outer_group') ?? ''
    groups.set(outer, [...(groups.get(outer) ?? []), textIn(row, 'member') ?? ''])
  }
  return groups
}

/** Replaces the groups of the file. */
export function groupStatements(groups: GroupNesting): readonly Statement[] {
  const rows = [...groups].flatMap(([outer, members]) => members.map((member) => [outer, member]))
  const insert = 'INSERT INTO group_members (outer_group, member) VALUES (?, ?) ON CONFLICT DO NOTHING'
  return [{ sql: 'DELETE FROM group_members', args: [] }, ...rows.map((args) => ({ sql: insert, args }))]
}
