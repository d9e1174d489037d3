import type { SourceFile, Span } from '../source/source-file.js'
import type { Json, JsonObject } from '../step/json.js'
import type { Diagnostic } from './diagnostic.js'

/**
 * Prints diagnostics for programs: a JSON array, two spaces deep, with a line break at its end. Members: `code, severity, message,
 * file, start, end, label?, help?, fix?, related?, docs`; a fix has a `title` and `edits` of `start, end, text`; `start` and `end` have `offset`, `line` and `column`, `end` is exclusive.
 */
export function printJson(diagnostics: readonly Diagnostic[]): string {
  return `${JSON.stringify(diagnostics.map(toJson), undefined, 2)}\n`
}

function toJson(diagnostic: Diagnostic): Json {
  const { code, severity, message, file, span, label, help, fix, related } = diagnostic
  return {
    code,
    severity,
    message,
    ...placeOf(file, span),
    ...(label !== undefined && { label }),
    ...(help !== undefined && { help }),
    ...(fix && { fix: { title: fix.title, edits: fix.edits.map((edit) => ({ ...rangeOf(file, edit.span), text: edit.text })) } }),
    ...(related && { related: related.map((place) => ({ message: place.message, ...placeOf(place.file, place.span) })) }),
    docs: diagnostic.page ?? `docs/diagnostics/${code}.md`,
  }
}

function placeOf(file: SourceFile, span: Span): JsonObject {
  return { file: file.path, ...rangeOf(file, span) }
}

function rangeOf(file: SourceFile, span: Span): JsonObject {
  return { start: pointOf(file, span.start), end: pointOf(file, span.end) }
}

function pointOf(file: SourceFile, offset: number): JsonObject {
  const { line, column } = file.positionAt(offset)
  return { offset, line, column }
}
