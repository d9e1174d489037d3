/** A value that is bound in a statement, never written into its text. */
export type SqlValue = string | number | boolean | null | readonly string[]

/** SQL with a `?` for each bound value. Names in it are checked or our own, so that no other `?` stands in it. */
export interface Sql {
  readonly sql: string
  readonly args: readonly SqlValue[]
}

/** SQL without bound values. */
export function plain(sql: string): Sql {
  return { sql, args: [] }
}

/** Joins parts and keeps their values in order: `` sql`SELECT ${what} FROM ${table}` ``. A text stands as it is, everything bound comes as `Sql`. */
export function sql(texts: TemplateStringsArray, ...parts: readonly (Sql | string)[]): Sql {
  const pieces = parts.map((part) => (typeof part === 'string' ? plain(part) : part))
  return {
    sql: texts.map((text, at) => `${text}${pieces[at]?.sql ?? ''}`).join(''),
    args: pieces.flatMap(({ args }) => args),
  }
}

/** One bound value of a type. */
export function bound(value: SqlValue, type: 'text' | 'text[]' | 'bigint' | 'boolean' | 'uuid'): Sql {
  return { sql: `?::${type}`, args: [value] }
}

export function joined(parts: readonly Sql[], separator: string): Sql {
  return { sql: parts.map((part) => part.sql).join(separator), args: parts.flatMap(({ args }) => args) }
}

/** The form that the driver takes: `$1`, `$2` and so on. */
export function numbered({ sql, args }: Sql): { readonly text: string; readonly values: SqlValue[] } {
  let count = 0
  return { text: sql.replaceAll('?', () => `$${(count += 1)}`), values: [...args] }
}

/** Whether PostgreSQL can hold a text: it has no NUL, and half of a surrogate pair would become another character. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text)
}
