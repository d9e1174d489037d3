import type { Span } from '../source/source-file.js'
import type { TextEdit } from './diagnostic.js'

/** The text with all edits made. They must not overlap; of two insertions at one place the first given comes first. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = []
  let done = 0
  for (const { span, text: written } of edits.toSorted((one, other) => one.span.start - other.span.start)) {
    parts.push(text.slice(done, span.start), written)
    done = span.end
  }
  return parts.join('') + text.slice(done)
}

/** True when two stretches share text, or begin at the same place, so that the order of their edits would matter. */
export function clash(one: Span, other: Span): boolean {
  return one.start === other.start || (one.start < other.end && other.start < one.end)
}

/** Where an offset is after edits: what is replaced moves to the beginning of its replacement. */
export function movedBy(offset: number, edits: readonly TextEdit[]): number {
  return edits.reduce((at, { span, text }) => {
    if (span.start >= offset) return at
    return at + text.length - (Math.min(span.end, offset) - span.start)
  }, offset)
}
