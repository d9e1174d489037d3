import type { SourceFile, Span } from '../source/source-file.js'

export type Severity = 'error' | 'warning'

/** Another place that belongs to the fault, such as the earlier half of a clash. */
export interface RelatedPlace {
  readonly file: SourceFile
  readonly span: Span
  readonly message: string
}

/** One fault of one flow file. It is data: text, JSON and colour are printers. */
export interface Diagnostic {
  /** A permanent, readable slug; its page is `docs/diagnostics/<code>.md`. */
  readonly code: string
  readonly severity: Severity
  /** What is wrong, in the author's words: lower case, no full stop, names in backticks. */
  readonly message: string
  readonly file: SourceFile
  /** The smallest text that is at fault. */
  readonly span: Span
  /** About three words at the caret. */
  readonly label?: string
  /** What to do; only when we know. */
  readonly help?: string
  readonly related?: readonly RelatedPlace[]
  /** The page that explains the code, where it is not `docs/diagnostics/<code>.md`: faults of the configuration share one page. */
  readonly page?: string
}
