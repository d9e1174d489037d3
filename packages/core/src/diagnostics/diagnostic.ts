import type { SourceFile, Span } from '../source/source-file.js'

export type Severity = 'error' | 'warning'

/** Another place that belongs to the fault, such as the earlier half of a clash. */
export interface RelatedPlace {
  readonly file: SourceFile
  readonly span: Span
  readonly message: string
}

/** A replacement of one stretch of the diagnostic's file. */
export interface TextEdit {
  readonly span: Span
  readonly text: string
}

/** A repair that can be made without asking. Edits do not overlap. */
export interface Fix {
  /** What it does, in the imperative: `write \`attempts\``. */
  readonly title: string
  readonly edits: readonly TextEdit[]
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
  /** Only where the repair is certain. */
  readonly fix?: Fix
  readonly related?: readonly RelatedPlace[]
  /** The page that explains the code, where it is not `docs/diagnostics/<code>.md`: faults of the configuration share one page. */
  readonly page?: string
}
