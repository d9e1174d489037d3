import type { Span } from '@rekey/core'

/** A single value without its quotes, and its place. */
export interface Scalar {
  readonly span: Span
  readonly value: string
}

/** What stands between two places, which may be quoted. */
export function scalarFrom(text: string, from: number, end: number): Scalar {
  const quote = text[from]
  if (quote === '"' || quote === "'") return quotedFrom(text, from, end, quote)
  let last = end
  while (last > from && /\s/.test(text[last - 1] ?? '')) last--
  return { span: { start: from, end: last }, value: text.slice(from, last) }
}

/** The same, up to a comment. What is being typed keeps the space behind it out of the value. */
export function valueFrom(text: string, from: number, end: number): Scalar {
  if (text[from] === '"' || text[from] === "'") return scalarFrom(text, from, end)
  const comment = text.slice(from, end).search(/\s#/)
  return scalarFrom(text, from, comment === -1 ? end : from + comment)
}

/** Up to the same quote, or to the end of the line where it is not closed yet. */
function quotedFrom(text: string, from: number, end: number, quote: string): Scalar {
  let at = from + 1
  while (at < end && text[at] !== quote && text[at] !== '\n') at += quote === '"' && text[at] === '\\' ? 2 : 1
  const span = { start: from + 1, end: Math.min(at, end) }
  return { span, value: text.slice(span.start, span.end) }
}
