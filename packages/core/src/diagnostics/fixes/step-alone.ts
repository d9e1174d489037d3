import type { SourceFile, Span } from '../../source/source-file.js'
import type { Fix } from '../diagnostic.js'
import { indentOf, isBlank, lineAt, textBefore } from './lines.js'

/** A choice with its only option in brackets, or on one line below. */
const IN_BRACKETS = /choose:[ \t]*\[[ \t]*([A-Za-z][\w/]*)[ \t]*\](?=[ \t]*\r?$)/my
const BELOW = /choose:[ \t]*\r?\n[ \t]*- +([A-Za-z][^\r\n]*?)(?=[ \t]*\r?$)/my

/**
 * Writes the only option of a choice in its place; what stands beside the choice then stands beside the step.
 * @returns undefined when the option takes more than its line.
 */
export function stepAlone({ text }: SourceFile, choose: Span): Fix | undefined {
  const found = matchAt(IN_BRACKETS, text, choose.start) ?? matchAt(BELOW, text, choose.start)
  const [all = '', option = ''] = found ?? []
  if (!found || !/^ *- +$/.test(textBefore(text, choose.start))) return undefined
  const end = choose.start + all.length
  const depth = choose.start - lineAt(text, choose.start).start
  const below = lineAt(text, lineAt(text, end).next)
  const isLast = lineAt(text, end).next >= text.length || isBlank(below)
  if (!isLast && indentOf(below) > depth) return undefined
  const hasBeside = !isLast && indentOf(below) === depth
  const written = hasBeside && !option.includes(':') ? `${option}:` : option
  return { title: 'write the step alone', edits: [{ span: { start: choose.start, end }, text: written }] }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  const sticky = new RegExp(pattern)
  sticky.lastIndex = at
  return sticky.exec(text) ?? undefined
}
