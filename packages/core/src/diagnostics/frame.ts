import type { SourceFile, Span } from '../source/source-file.js'

/** One line of a code frame: `3 |` and what stands behind it. */
export interface FrameLine {
  readonly is: 'source' | 'caret'
  readonly gutter: string
  readonly text: string
}

const WIDEST = 120
const CONTEXT = 1

/**
 * The line of a span with one line before and after it and carets under the span; a span over several lines is marked on its first.
 * Long lines are cut around the span. Control characters, tabs included, take one column.
 */
export function drawFrame(file: SourceFile, span: Span, label: string | undefined): readonly FrameLine[] {
  const at = file.positionAt(span.start)
  const first = Math.max(1, at.line - CONTEXT)
  const last = Math.max(at.line, Math.min(lastLine(file), at.line + CONTEXT))
  const width = String(last).length
  const text = file.lineText(at.line)
  const end = Math.max(at.column, Math.min(at.column - 1 + (span.end - span.start), text.length))
  const from = at.column - 1 > WIDEST - 40 ? at.column - 1 - 40 : 0
  const carets = Math.max(1, Math.min(end, from + WIDEST) - (at.column - 1))
  const frame: FrameLine[] = [{ is: 'source', gutter: `${' '.repeat(width)} |`, text: '' }]
  for (let line = first; line <= last; line++) {
    frame.push({ is: 'source', gutter: `${String(line).padStart(width)} |`, text: shown(file.lineText(line), from) })
    if (line !== at.line) continue
    const indent = ' '.repeat(at.column - 1 - from)
    frame.push({
      is: 'caret',
      gutter: `${' '.repeat(width)} |`,
      text: `${indent}${'^'.repeat(carets)}${label === undefined ? '' : ` ${label}`}`,
    })
  }
  return frame
}

/** The line after the last line break is only shown when something stands on it. */
function lastLine(file: SourceFile): number {
  return file.lineCount > 1 && file.lineText(file.lineCount) === '' ? file.lineCount - 1 : file.lineCount
}

function shown(text: string, from: number): string {
  return text
    .slice(from, from + WIDEST)
    .replace(/\t/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '·')
    .trimEnd()
}
