import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Diagnostic, Fix, SourceFile, Span } from '@rekey/core'
import {
  CodeActionKind,
  DiagnosticSeverity,
  type CodeAction,
  type Diagnostic as LspDiagnostic,
  type Range,
  type TextEdit,
} from 'vscode-languageserver'
import { TextDocument } from 'vscode-languageserver-textdocument'

/** A diagnostic in the protocol's words, and its repair. */
export interface Shown {
  readonly diagnostic: LspDiagnostic
  readonly fix?: { readonly title: string; readonly edits: TextEdit[] }
}

/** The folder that pages of codes lie in, as they are named in diagnostics; both paths hold for `src` and for `dist`. */
const PAGES = new URL('../../../../', import.meta.url)

/** @param uriOf the name of a file in the protocol, by its path as it is shown. */
export function toShown(found: Diagnostic, uriOf: (path: string) => string): Shown {
  const { code, severity, message, help, file, span, fix, related, page } = found
  const href = pageAddress(page ?? `docs/diagnostics/${code}.md`)
  return {
    diagnostic: {
      source: 'rekey',
      code,
      severity: severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
      message: help === undefined ? message : `${message}\nhelp: ${help}`,
      range: rangeOf(file, span),
      ...(href !== undefined && { codeDescription: { href } }),
      ...(related && {
        relatedInformation: related.map((place) => ({
          location: { uri: uriOf(place.file.path), range: rangeOf(place.file, place.span) },
          message: place.message,
        })),
      }),
    },
    ...(fix && { fix: shownFix(file, fix) }),
  }
}

/** The repair of a diagnostic as something an editor offers. */
export function toAction(uri: string, { diagnostic, fix }: Shown): CodeAction[] {
  if (!fix) return []
  return [
    {
      title: fix.title,
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      isPreferred: true,
      edit: { changes: { [uri]: fix.edits } },
    },
  ]
}

/** The address of the page of a code; undefined where the pages are not installed. */
export function pageOfCode(code: string): string | undefined {
  return pageAddress(`docs/diagnostics/${code}.md`)
}

export function uriOfPath(path: string, cwd: string): string {
  return pathToFileURL(resolve(cwd, path)).href
}

function pageAddress(page: string): string | undefined {
  const address = new URL(page, PAGES)
  return existsSync(new URL(address.pathname, PAGES)) ? address.href : undefined
}

function shownFix(file: SourceFile, { title, edits }: Fix): NonNullable<Shown['fix']> {
  return { title, edits: edits.map(({ span, text }) => ({ range: rangeOf(file, span), newText: text })) }
}

/** The protocol counts lines and UTF-16 units from 0, and knows more line breaks than a source file. */
function rangeOf(file: SourceFile, span: Span): Range {
  const document = documentOf(file)
  return { start: document.positionAt(span.start), end: document.positionAt(span.end) }
}

const documents = new WeakMap<SourceFile, TextDocument>()

function documentOf(file: SourceFile): TextDocument {
  const known = documents.get(file)
  if (known) return known
  const made = TextDocument.create(file.path, 'yaml', 0, file.text)
  documents.set(file, made)
  return made
}
