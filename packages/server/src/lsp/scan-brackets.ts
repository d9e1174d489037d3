import { DEEPEST, type Caret, type Entry, type Path } from './entry.js'
import { scalarFrom } from './scan-scalar.js'
import { wordBefore } from './words-around.js'

/** The value that a bracket opens, and the column of its key. */
interface Owner {
  readonly path: Path
  readonly indent: number
}

interface Bracket {
  readonly is: 'map' | 'list'
  readonly path: Path
  /** The key that was met last; undefined where one is expected. */
  key: string | undefined
  index: number
  /** True where a key, value or item may begin. */
  fresh: boolean
}

/** How far the brackets went, and what is asked for where the text ends within them. */
export interface ReadBrackets {
  readonly end: number
  readonly caret: Caret | undefined
}

/** A line that begins like this, as far out as the brackets' own key, is no part of them: somebody has not closed them yet. */
const OTHER_LINE = /(?:-(?:\s|$)|[\w"'][^\n{}[\],]*:(?:\s|$))/y

/** Reads `{ … }` and `[ … ]`, closed or not. @param entries takes what is found. */
export function readBrackets(text: string, from: number, owner: Owner, entries: Entry[]): ReadBrackets {
  const open: Bracket[] = []
  let at = from
  while (at < text.length) {
    const top = open.at(-1)
    const letter = text[at] ?? ''
    if (letter === '\n') {
      if (isOtherLine(text, at + 1, owner.indent)) return { end: at, caret: undefined }
      at++
    } else if (/\s/.test(letter)) at++
    else if (letter === '#' && /\s/.test(text[at - 1] ?? '')) at = lineEnd(text, at)
    else if (letter === '{' || letter === '[') {
      if (open.length >= DEEPEST) return { end: text.length, caret: undefined }
      if (top) top.fresh = false
      open.push({ is: letter === '{' ? 'map' : 'list', path: top ? placeOf(top) : owner.path, key: undefined, index: 0, fresh: true })
      at++
    } else if (letter === '}' || letter === ']') {
      open.pop()
      at++
      if (open.length === 0) return { end: lineEnd(text, at), caret: undefined }
    } else if (!top || letter === ',') {
      if (top) Object.assign(top, { key: undefined, index: top.index + 1, fresh: true })
      at++
    } else if (letter === ':') {
      top.fresh = top.is === 'map'
      at++
    } else at = word(text, at, top, entries)
  }
  const top = open.at(-1)
  return { end: text.length, caret: top && caretIn(text, top, entries) }
}

/** Reads one key, value or item. @returns where it ends. */
function word(text: string, from: number, top: Bracket, entries: Entry[]): number {
  const quoted = text[from] === '"' || text[from] === "'"
  const { span, value } = scalarFrom(text, from, quoted ? text.length : wordEnd(text, from))
  const end = quoted ? Math.min(span.end + 1, text.length) : span.end
  top.fresh = false
  if (top.is === 'map' && top.key === undefined) {
    if (/^[ \t]*:/.test(text.slice(end, end + 16))) {
      top.key = value
      entries.push({ path: [...top.path, value], keySpan: span })
    }
    return end
  }
  const path = placeOf(top)
  const key = entries.at(-1)
  const ofKey = top.is === 'map' && key?.path.length === path.length && key.path.at(-1) === top.key ? entries.pop() : undefined
  entries.push({ ...ofKey, path, valueSpan: span, value })
  return end
}

function wordEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const letter = text[at] ?? ''
    if (/[\n,{}[\]]/.test(letter)) return at
    if (letter === ':' && /[\s,{}[\]]|^$/.test(text[at + 1] ?? '')) return at
    if (letter === '#' && /\s/.test(text[at - 1] ?? '')) return at
  }
  return text.length
}

/** What is asked for at the end of the text. */
function caretIn(text: string, top: Bracket, entries: readonly Entry[]): Caret | undefined {
  const at = top.is === 'list' ? 'item' : top.key === undefined ? 'key' : 'value'
  const path = at === 'key' ? top.path : placeOf(top)
  if (top.fresh) return { at, path, word: '', start: text.length }
  const begun = wordBefore(text, text.length)
  if (at === 'key') return begun === '' ? undefined : { at, path, word: begun, start: text.length - begun.length }
  const last = entries.at(-1)
  return last?.valueSpan?.end === text.length ? { at, path, word: last.value ?? '', start: last.valueSpan.start } : undefined
}

function placeOf({ is, path, key, index }: Bracket): Path {
  return [...path, is === 'list' ? index : (key ?? '')]
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}

function isOtherLine(text: string, start: number, indent: number): boolean {
  let at = start
  while (text[at] === ' ') at++
  if (at - start > indent || at >= text.length) return false
  const pattern = new RegExp(OTHER_LINE)
  pattern.lastIndex = at
  return pattern.test(text)
}
