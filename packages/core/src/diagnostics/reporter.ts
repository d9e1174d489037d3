import type { SourceFile, Span } from '../source/source-file.js'
import { DIAGNOSTIC_CODES, type DiagnosticCode } from './codes.js'
import type { Diagnostic, Fix, RelatedPlace } from './diagnostic.js'

/** What a report may say beside its message. */
export interface ReportMore {
  readonly label?: string
  readonly help?: string
  readonly fix?: Fix
  readonly related?: readonly RelatedPlace[]
  /** Ids of the steps the fault is about: what `at` of an `allow` entry may name. */
  readonly steps?: readonly string[]
}

/** A place in some file. */
export interface Place {
  readonly file: SourceFile
  readonly span: Span
}

/** A diagnostic with the steps it is about. */
export interface Finding {
  readonly diagnostic: Diagnostic
  readonly steps: readonly string[]
}

/** Collects the findings of one file. */
export interface Reporter {
  readonly file: SourceFile
  readonly findings: readonly Finding[]
  /** Places of secrets that stand in clear. */
  readonly secrets: readonly Span[]
  /**
   * Reports a finding. The same one twice is one: a fragment is read once for each flow that includes it.
   * @param at a place in this file, or in one that this one includes.
   */
  report(code: DiagnosticCode, at: Span | Place, message: string, more?: ReportMore): void
  /** What stands there is shown in no frame. */
  hide(span: Span): void
}

/** Makes a reporter. Spans are cut to the file, so that no printer meets one outside it. */
export function createReporter(file: SourceFile): Reporter {
  const findings: Finding[] = []
  let told: Set<string> | undefined
  const secrets: Span[] = []
  return {
    file,
    findings,
    secrets,
    hide: (span) => void secrets.push(inside(span, file)),
    report(code, at, message, { steps = [], ...words } = {}) {
      const place = 'file' in at ? at : { file, span: at }
      const span = inside(place.span, place.file)
      const key = `${code} ${place.file.path} ${span.start} ${span.end} ${message}`
      told ??= new Set()
      if (told.has(key)) return
      told.add(key)
      findings.push({ diagnostic: { code, severity: DIAGNOSTIC_CODES[code].severity, message, file: place.file, span, ...words }, steps })
    },
  }
}

function inside(span: Span, file: SourceFile): Span {
  const start = Math.max(0, Math.min(span.start, file.text.length))
  return { start, end: Math.max(start, Math.min(span.end, file.text.length)) }
}
