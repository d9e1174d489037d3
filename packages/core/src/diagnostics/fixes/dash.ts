import type { SourceFile, Span } from '../../source/source-file.js'
import type { Fix } from '../diagnostic.js'
import { indentOf, isBlank, lineAt, linesBetween, textBefore, type Line } from './lines.js'
import { ownLine } from './indent.js'

const ITEM = /^( *)- +/

/**
 * Writes the `-` of a step that slipped into the item above it.
 * @returns undefined when a modifier stands behind the step at its depth: whose it is, nobody can tell.
 */
export function writeDash(file: SourceFile, key: Span, isBeside: (key: string) => boolean): Fix | undefined {
  const own = ownLine(file, key)
  const host = own && itemAbove(file.text, own)
  const dash = host && ITEM.exec(host.text)
  if (!own || !dash || dash[0].length !== indentOf(own)) return undefined
  if (keysBelow(file.text, own).some(isBeside)) return undefined
  const column = dash[1]?.length ?? 0
  const blanks = { start: own.start + column, end: key.start }
  return { title: 'write the `-` before it', edits: [{ span: blanks, text: '-'.padEnd(blanks.end - blanks.start) }] }
}

/**
 * Moves dashes that are indented too far, so that YAML read their lines as part of the text above, under the dash of that text.
 * @param swallowing the text that YAML read.
 */
export function moveDashes({ text }: SourceFile, swallowing: Span): Fix | undefined {
  const before = /^( *)- +$/.exec(textBefore(text, swallowing.start))
  if (!before) return undefined
  const [, ...below] = linesBetween(text, swallowing.start, swallowing.end - 1)
  const edits = below
    .filter((line) => /^[ \t]*- /.test(line.text))
    .map((line) => ({ span: { start: line.start, end: line.start + line.text.indexOf('-') }, text: before[1] ?? '' }))
  if (edits.length === 0) return undefined
  return { title: `indent ${edits.length > 1 ? 'these like the ones' : 'it like the one'} above`, edits }
}

/** The nearest line above that begins the item in which a line stands. */
function itemAbove(text: string, below: Line): Line | undefined {
  for (let line = below; line.start > 0;) {
    line = lineAt(text, line.start - 1)
    if (isBlank(line)) continue
    if (ITEM.test(line.text) && indentOf(line) < indentOf(below)) return line
    if (indentOf(line) < indentOf(below)) return undefined
  }
  return undefined
}

/** The keys that follow a line at its own depth, to where the item ends. */
function keysBelow(text: string, above: Line): readonly string[] {
  const keys: string[] = []
  for (let line = above; line.next < text.length;) {
    line = lineAt(text, line.next)
    if (isBlank(line)) continue
    if (indentOf(line) < indentOf(above)) return keys
    const key = /^ *([\w/-]+) *:/.exec(line.text)?.[1]
    if (indentOf(line) === indentOf(above) && key !== undefined) keys.push(key)
  }
  return keys
}
