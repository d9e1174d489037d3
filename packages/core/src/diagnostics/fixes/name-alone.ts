import type { SourceFile, Span } from '../../source/source-file.js'
import type { Fix } from '../diagnostic.js'
import { indentOf, isBlank, lineAt, textBefore } from './lines.js'

/**
 * Writes the name of a step in the place of a key and its value, with a colon where something stands beside it.
 * @returns undefined unless they stand alone on their line: the value may be an alias, or the item may stand in braces.
 */
export function nameAlone({ text }: SourceFile, span: Span, name: string): Fix | undefined {
  const line = lineAt(text, span.start)
  if (!/^ *- +$/.test(textBefore(text, span.start)) || span.end <= span.start || text.slice(span.end, line.end).trim() !== '')
    return undefined
  const below = line.next < text.length ? lineAt(text, line.next) : undefined
  const hasBeside = below !== undefined && !isBlank(below) && indentOf(below) >= span.start - line.start
  return { title: `write \`${name}\``, edits: [{ span, text: hasBeside ? `${name}:` : name }] }
}
