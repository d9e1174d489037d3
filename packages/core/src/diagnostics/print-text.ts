import type { SourceFile, Span } from '../source/source-file.js'
import type { Diagnostic, Severity } from './diagnostic.js'
import { drawFrame, type FrameLine } from './frame.js'
import { visible } from './quote.js'

export interface PrintTextOptions {
  /** ANSI colours; off by default. */
  readonly color?: boolean
}

const ESCAPE = '\u001B['
const COLORS = { error: `${ESCAPE}31m`, warning: `${ESCAPE}33m`, faint: `${ESCAPE}2m`, bold: `${ESCAPE}1m` } as const
const RESET = `${ESCAPE}0m`

type Paint = (color: keyof typeof COLORS, text: string) => string

/**
 * Prints diagnostics for people: place, severity and code, message, the lines around it with a caret, help, repair, the page of the code. One
 * blank line between two; the text ends in a line break unless it is empty.
 */
export function printText(diagnostics: readonly Diagnostic[], options: PrintTextOptions = {}): string {
  const paint: Paint = options.color === true ? (color, text) => `${COLORS[color]}${text}${RESET}` : (_, text) => text
  return diagnostics.map((diagnostic) => printOne(diagnostic, paint)).join('\n')
}

function printOne(diagnostic: Diagnostic, paint: Paint): string {
  const { code, severity, file, span, label } = diagnostic
  const frame = drawFrame(file, span, label)
  const note = (frame[0]?.gutter ?? '').replace('|', '=')
  const lines = [
    `${place(file, span)} ${paint(severity, `${severity}[${code}]`)}: ${paint('bold', visible(diagnostic.message))}`,
    ...frame.map((line) => drawn(line, severity, paint)),
    ...(diagnostic.related ?? []).map((related) => `${note} see: ${place(related.file, related.span)}: ${visible(related.message)}`),
    ...(diagnostic.help === undefined ? [] : [`${note} help: ${visible(diagnostic.help)}`]),
    ...(diagnostic.fix === undefined ? [] : [`${note} fix: \`rekey check --fix\` will ${visible(diagnostic.fix.title)}`]),
    `${note} docs: ${diagnostic.page ?? `docs/diagnostics/${code}.md`}`,
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function drawn(line: FrameLine, severity: Severity, paint: Paint): string {
  const text = line.is === 'caret' ? paint(severity, line.text) : line.text
  return `${paint('faint', line.gutter)}${line.text === '' ? '' : ` ${text}`}`
}

function place(file: SourceFile, span: Span): string {
  const { line, column } = file.positionAt(span.start)
  return `${visible(file.path)}:${line}:${column}`
}
