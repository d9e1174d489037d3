import type { Row } from '@libsql/client'

/** A text column; undefined when it is null or there is no row. */
export function textIn(row: Row | undefined, column: string): string | undefined {
  const value = row?.[column]
  return typeof value === 'string' ? value : undefined
}
