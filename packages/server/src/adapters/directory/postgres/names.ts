/** What a name in the configuration may be: of a column, a schema, and of a table with or without its schema. */
export const NAME_PATTERN = '^[A-Za-z_][A-Za-z0-9_$]{0,62}$'
export const TABLE_PATTERN = '^([A-Za-z_][A-Za-z0-9_$]{0,62}\\.)?[A-Za-z_][A-Za-z0-9_$]{0,62}$'

const TABLE = new RegExp(TABLE_PATTERN)

/** A name of a column, or of a table with its schema, in quotes: spelt exactly as in the database. @throws RangeError for what is no such name. */
export function quoted(name: string): string {
  if (!TABLE.test(name)) throw new RangeError('that is no name of a table or column')
  return name
    .split('.')
    .map((part) => `"${part}"`)
    .join('.')
}

/** A text as a literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
