import type { SourceFile, Span } from '../../source/source-file.js'
import type { Fix, TextEdit } from '../diagnostic.js'
import { spanOfEntry, type Keyed } from './indent.js'
import { indentOf, isBlank, lineAt, linesBetween, textBefore, trimmedEnd, wordsBetween } from './lines.js'

/** A list that stands under a key. */
export interface KeyedList {
  readonly key: Span
  readonly items: readonly Span[]
}

/**
 * Deletes an item of a list; with the last one the key of the list goes too.
 * @returns undefined when something else stands on the item's lines.
 */
export function deleteItem({ text }: SourceFile, item: Span, { key, items }: KeyedList): Fix | undefined {
  const end = trimmedEnd(text, item.start, item.end)
  const edit = items.length > 1 ? itemAlone(text, { start: item.start, end }) : withKey(text, key, end)
  return edit && { title: 'delete it', edits: [edit] }
}

/** Deletes a key with its value, where it stands on lines of its own. */
export function deleteEntry(file: SourceFile, entry: Keyed): Fix | undefined {
  const span = spanOfEntry(file, entry)
  const edit = span && textBefore(file.text, span.start).trim() === '' ? wholeLines(file.text, span.start, span.end) : undefined
  return edit && { title: 'delete it', edits: [edit] }
}

/** Deletes the whole line on which something stands. */
export function deleteLine({ text }: SourceFile, { start }: Span): Fix {
  const line = lineAt(text, start)
  return { title: 'delete the line', edits: [{ span: { start: line.start, end: line.next }, text: '' }] }
}

function itemAlone(text: string, item: Span): TextEdit | undefined {
  if (/^ *- +$/.test(textBefore(text, item.start))) return wholeLines(text, item.start, item.end)
  const after = /^\s*,\s*/.exec(text.slice(item.end))
  if (after) return { span: { start: item.start, end: item.end + after[0].length }, text: '' }
  const before = /,\s*$/.exec(text.slice(0, item.start))
  return before ? { span: { start: before.index, end: item.end }, text: '' } : undefined
}

function withKey(text: string, key: Span, end: number): TextEdit | undefined {
  const closed = /^\s*\]/.exec(text.slice(end))?.[0].length ?? 0
  return textBefore(text, key.start) === '' ? wholeLines(text, key.start, end + closed) : undefined
}

/** The lines of a stretch, when nothing but a comment stands behind it. */
function wholeLines(text: string, start: number, end: number): TextEdit | undefined {
  const last = lineAt(text, end)
  if (wordsBetween(text, end, last.end) !== '') return undefined
  return { span: { start: lineAt(text, start).start, end: last.next }, text: '' }
}

/** The settings of a step as they are written. */
export interface Settings {
  readonly span: Span
  readonly entries: readonly Keyed[]
}

/**
 * Takes modifiers out of the settings of a step and writes them beside it.
 * @param settings the mapping they slipped into, with all its entries.
 */
export function moveBeside(file: SourceFile, step: Span, settings: Settings, sunk: readonly Keyed[]): Fix | undefined {
  const { text } = file
  const before = textBefore(text, step.start)
  const spans = sunk.flatMap((entry) => spanOfEntry(file, entry) ?? [])
  if (!/^ *(?:- +)?$/.test(before) || spans.length < sunk.length) return undefined
  const beside = ' '.repeat(before.length)
  const title = `write ${sunk.length > 1 ? 'them' : 'it'} beside the step`
  const edits = text[settings.span.start] === '{' ? outOfBraces(text, settings, spans, beside) : outdented(text, settings, spans, beside)
  return edits && { title, edits }
}

function outOfBraces(text: string, { span, entries }: Settings, sunk: readonly Span[], beside: string): readonly TextEdit[] | undefined {
  const behind = lineAt(text, span.end)
  if (text.slice(span.start, span.end).includes('\n') || wordsBetween(text, span.end, behind.end) !== '') return undefined
  const written = { start: span.end, end: span.end }
  const lines = sunk.map(({ start, end }) => `\n${beside}${text.slice(start, end)}`).join('')
  // When all go, the braces go with them.
  if (sunk.length === entries.length) return [{ span: { start: trimmedEnd(text, 0, span.start), end: span.end }, text: lines }]
  const cuts = sunk.flatMap((entry) => itemAlone(text, entry) ?? [])
  // Two entries at the end would both take the comma between them.
  const isTorn = cuts.length < sunk.length || cuts.some((cut, index) => cut.span.start < (cuts[index - 1]?.span.end ?? 0))
  return isTorn ? undefined : [...cuts, { span: written, text: lines }]
}

/** Modifiers at the end of the settings only lose some of their indentation. */
function outdented(text: string, { entries }: Settings, sunk: readonly Span[], beside: string): readonly TextEdit[] | undefined {
  const [first] = sunk
  const kept = entries.filter(({ keySpan }) => !sunk.some(({ start }) => start === keySpan.start))
  if (!first || kept.some(({ keySpan }) => keySpan.start > first.start)) return undefined
  if (sunk.some(({ start }) => textBefore(text, start).trim() !== '')) return undefined
  const lines = sunk.flatMap(({ start, end }) => linesBetween(text, start, end - 1)).filter((line) => !isBlank(line))
  const surplus = indentOf(lineAt(text, first.start)) - beside.length
  if (surplus <= 0 || lines.some((line) => indentOf(line) < surplus)) return undefined
  return lines.map((line) => ({ span: { start: line.start, end: line.start + surplus }, text: '' }))
}
