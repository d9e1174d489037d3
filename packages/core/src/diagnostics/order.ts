import type { Diagnostic } from './diagnostic.js'

/** Order of reports: by file, place and code. Paths are compared by code unit, so that the order is the same on every machine. */
export function byPlace(one: Diagnostic, other: Diagnostic): number {
  return (
    compare(one.file.path, other.file.path) ||
    one.span.start - other.span.start ||
    one.span.end - other.span.end ||
    compare(one.code, other.code) ||
    compare(one.message, other.message)
  )
}

function compare(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}
