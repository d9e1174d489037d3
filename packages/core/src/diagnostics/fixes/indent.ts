import type { SourceFile, Span } from '../../source/source-file.js'
import type { Fix, TextEdit } from '../diagnostic.js'
import { indentOf, isBlank, lineAt, linesBetween, textBefore, trimmedEnd, wordsBetween, type Line } from './lines.js'

/** A key with its value, as far as its place goes. */
export interface Keyed {
  readonly keySpan: Span
  readonly value: { readonly span: Span }
}

/**
 * Where a key with its value begins and ends.
 * @returns undefined for an alias: the place of its value is where the anchor stands.
 */
export function spanOfEntry({ text }: SourceFile, { keySpan, value }: Keyed): Span | undefined {
  if (value.span.start < keySpan.end) return undefined
  const end = Math.max(keySpan.end, value.span.end)
  return { start: keySpan.start, end: trimmedEnd(text, keySpan.start, end) }
}

/**
 * Indents settings that stand beside their step, so that they stand under it.
 * @returns undefined unless they follow the step at once, each on lines of its own: anything else would tear other keys along.
 */
export function indentUnder(file: SourceFile, step: Span, settings: readonly Keyed[]): Fix | undefined {
  const { text } = file
  const spans = settings.flatMap((entry) => spanOfEntry(file, entry) ?? [])
  if (spans.length < settings.length) return undefined
  let before = step.end
  for (const [index, span] of spans.entries()) {
    const between = wordsBetween(text, before, span.start)
    if (textBefore(text, span.start).trim() !== '' || (between !== ':' && (index === 0 || between !== ''))) return undefined
    before = span.end
  }
  const lines = spans.flatMap(({ start, end }) => linesBetween(text, start, end - 1))
  return { title: `indent ${lines.length > 1 ? 'them' : 'it'} under the step`, edits: lines.filter((line) => !isBlank(line)).map(indented) }
}

/**
 * Makes a list of a mapping that stands in the place of one: `- ` before each step, and everything below it two spaces deeper.
 * @param isBeside whether a key stands beside a step and begins none.
 */
export function makeList(
  { text }: SourceFile,
  entries: readonly (Keyed & { readonly key: string })[],
  isBeside: (key: string) => boolean,
): Fix | undefined {
  const [first] = entries
  const last = entries.at(-1)
  const onOwnLine = entries.every(({ keySpan }) => textBefore(text, keySpan.start).trim() === '')
  const isNumbered = entries.some(({ key }) => /^\d/.test(key))
  if (!first || !last || !onOwnLine || isNumbered || isBeside(first.key)) return undefined
  const begins = new Map(
    entries.filter(({ key }) => !isBeside(key)).map(({ keySpan }) => [lineAt(text, keySpan.start).start, keySpan.start]),
  )
  const end = Math.max(last.keySpan.end, trimmedEnd(text, last.keySpan.start, last.value.span.end))
  const edits = linesBetween(text, first.keySpan.start, end - 1).flatMap((line) => {
    const step = begins.get(line.start)
    if (step !== undefined) return [{ span: { start: step, end: step }, text: '- ' }]
    return isBlank(line) ? [] : [indented(line)]
  })
  return { title: `write \`- \` before ${edits.length > 1 ? 'each step' : 'it'}`, edits }
}

/**
 * Writes the tabs that begin lines as two spaces each, in the whole file: one tab hides the next from the reader.
 * @returns undefined when the tab stands behind something else.
 */
export function spacesForTabs({ text }: SourceFile): Fix | undefined {
  const edits = [...text.matchAll(/^[ \t]*\t[ \t]*/gm)].map(({ index, 0: blanks }) => ({
    span: { start: index, end: index + blanks.length },
    text: blanks.replaceAll('\t', '  '),
  }))
  return edits.length === 0 ? undefined : { title: 'indent with spaces', edits }
}

function indented(line: Line): TextEdit {
  return { span: { start: line.start, end: line.start }, text: '  ' }
}

/** The key's line, when nothing else stands on it before the key. */
export function ownLine({ text }: SourceFile, { start }: Span): Line | undefined {
  const line = lineAt(text, start)
  return indentOf(line) === start - line.start ? line : undefined
}
