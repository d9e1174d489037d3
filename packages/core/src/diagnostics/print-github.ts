import type { Diagnostic } from './diagnostic.js'
import { visible } from './quote.js'

/**
 * Prints diagnostics as workflow commands, which GitHub shows beside the lines of a change: one line for each, empty when there are none.
 * GitHub shows ten of each severity for a step and keeps the rest in the log.
 * Source: GitHub Actions, "Workflow commands", "Setting an error message"; the columns of a span over several lines are left out, because
 * the API of annotations refuses them.
 */
export function printGithub(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((diagnostic) => `${printOne(diagnostic)}\n`).join('')
}

function printOne({ code, severity, message, file, span, help, page }: Diagnostic): string {
  const [start, end] = [file.positionAt(span.start), file.positionAt(span.end)]
  const columns = start.line === end.line ? { col: start.column, endColumn: Math.max(end.column, start.column + 1) } : {}
  const properties = { file: file.path, line: start.line, endLine: end.line, ...columns, title: code }
  const text = [message, ...(help === undefined ? [] : [`help: ${help}`]), `docs: ${page ?? `docs/diagnostics/${code}.md`}`]
  const written = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`)
  return `::${severity} ${written.join(',')}::${text.map((line) => data(visible(line))).join('%0A')}`
}

/** A `%` is escaped first: the others are written with it. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
