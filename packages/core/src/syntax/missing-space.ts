import { addSpaces } from '../diagnostics/fixes/write.js'
import type { Span } from '../source/source-file.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { quote } from '../diagnostics/quote.js'

const DASH = /(?:^|\n)[ \t]*(?:- +)*(-)(?=[A-Za-z])/
const COLON = /(?:^|\n)[ \t]*(?:- +)*[A-Za-z][\w/-]*(:)(?=[\w"'[{$])/

/** A `-` or `:` that lacks the space behind it, so that YAML reads it as part of a text. */
export interface MissingSpace {
  readonly mark: '-' | ':'
  readonly span: Span
}

/**
 * Looks for the first `-` or `:` at the beginning of a line that lacks its space.
 * @param offset where the text starts in its file.
 */
export function findMissingSpace(text: string, offset: number): MissingSpace | undefined {
  const [dash, colon] = [endOf(DASH, text), endOf(COLON, text)]
  if (dash === undefined && colon === undefined) return undefined
  const isDash = dash !== undefined && (colon === undefined || dash < colon)
  const end = offset + (isDash ? dash : (colon ?? 0))
  return { mark: isDash ? '-' : ':', span: { start: end - 1, end } }
}

function endOf(pattern: RegExp, text: string): number | undefined {
  const match = pattern.exec(text)
  return match ? match.index + match[0].length : undefined
}

/** Where spaces are missing behind a mark and all further ones of its kind: dashes are forgotten in rows. */
function findMissingSpaces(text: string, offset: number, { mark, span }: MissingSpace): readonly number[] {
  if (mark === ':') return [span.end]
  return [...text.matchAll(new RegExp(DASH, 'g'))].map(({ index, 0: all }) => offset + index + all.length)
}

/** Reports a missing space if there is one between two offsets of the file. @returns whether it did. */
export function reportMissingSpace(reporter: Reporter, span: Span): boolean {
  const { text } = reporter.file
  const missing = findMissingSpace(text.slice(span.start, span.end), span.start)
  if (!missing) return false
  const { start, end } = missing.span
  const lineStart = text.lastIndexOf('\n', start) + 1
  const lineEnd = /\r?\n|$/.exec(text.slice(end))?.index ?? 0
  const repaired = `${text.slice(lineStart, end)} ${text.slice(end, end + lineEnd)}`.trim()
  reporter.report('missing-space', missing.span, `a space is missing after the \`${missing.mark}\``, {
    label: 'read as text',
    help: `write ${quote(repaired)}`,
    fix: addSpaces(findMissingSpaces(text.slice(span.start, span.end), span.start, missing)),
  })
  return true
}
