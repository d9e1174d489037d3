import type { SourceFile, Span } from '../../source/source-file.js'
import type { Fix } from '../diagnostic.js'

/** Puts another word in the place of one; quotes around it stay. */
export function writeWord({ text }: SourceFile, span: Span, word: string): Fix {
  const quote = /^["']/.exec(text.slice(span.start, span.end))?.[0] ?? ''
  return { title: `write \`${word}\``, edits: [{ span, text: `${quote}${word}${quote}` }] }
}

/** Puts a value that wants no quotes in the place of one. */
export function writeValue(span: Span, value: string): Fix {
  return { title: `write \`${value}\``, edits: [{ span, text: value }] }
}

/** Writes the space behind each of several marks. @param ends offsets right behind them. */
export function addSpaces(ends: readonly number[]): Fix {
  return { title: 'write the space', edits: ends.map((end) => ({ span: { start: end, end }, text: ' ' })) }
}

/** Puts a stretch of one line in double quotes. The stretch itself is not in the fix: it may hold a secret. */
export function putInQuotes({ text }: SourceFile, span: Span): Fix {
  const escaped = [...text.slice(span.start, span.end).matchAll(/["\\]/g)].map(({ index }) => span.start + index)
  const places = [...escaped.map((start) => ({ start, text: '\\' })), { start: span.end, text: '"' }]
  return {
    title: 'put it in quotes',
    edits: [
      { span: { start: span.start, end: span.start }, text: '"' },
      ...places.map((place) => ({ span: { start: place.start, end: place.start }, text: place.text })),
    ],
  }
}

/** Puts a stretch in brackets. */
export function putInBrackets({ start, end }: Span): Fix {
  const edits = [
    { span: { start, end: start }, text: '[' },
    { span: { start: end, end }, text: ']' },
  ]
  return { title: 'put it in brackets', edits }
}

/** Deletes a stretch and the blanks behind it. */
export function deleteWord({ text }: SourceFile, span: Span): Fix {
  const blanks = /^[ \t]*/.exec(text.slice(span.end))?.[0].length ?? 0
  return { title: 'delete it', edits: [{ span: { start: span.start, end: span.end + blanks }, text: '' }] }
}
