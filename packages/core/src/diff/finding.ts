import type { SourceFile, Span } from '../source/source-file.js'

/**
 * How much a change of a flow matters, the worst first: the flow is less safe; clients that worked no longer do; people or clients notice;
 * good to know.
 */
export const DIFF_SEVERITIES = ['danger', 'breaking', 'change', 'note'] as const

export type DiffSeverity = (typeof DIFF_SEVERITIES)[number]

/** What a finding is about, in the order in which findings of one severity are told. */
const DIFF_SUBJECTS = ['flow', 'proof', 'limit', 'address', 'question', 'text', 'conversation'] as const

export type DiffSubject = (typeof DIFF_SUBJECTS)[number]

/** One difference between two versions of a flow, in words. */
export interface DiffFinding {
  readonly severity: DiffSeverity
  readonly about: DiffSubject
  /** Lower case, no full stop, names in backticks. */
  readonly message: string
  /** Further lines: the path that shows it, what was before. */
  readonly details: readonly string[]
  /** Where it stands in the new version; in the old one where it is gone. */
  readonly at?: { readonly file: SourceFile; readonly span: Span }
}

/** The differences of one flow; of one that is renamed both names. */
export interface FlowDiff {
  readonly flow: string
  readonly was?: string
  /** The new version, or the old one of a flow that is gone. */
  readonly file: SourceFile
  /** Sorted: what matters most comes first. */
  readonly findings: readonly DiffFinding[]
}

/** Makes a finding; `details` that are undefined are left out. */
export function finding(
  severity: DiffSeverity,
  about: DiffSubject,
  message: string,
  more: { readonly at?: DiffFinding['at']; readonly details?: readonly (string | undefined)[] } = {},
): DiffFinding {
  const details = (more.details ?? []).filter((line) => line !== undefined)
  return { severity, about, message, details, ...(more.at && { at: { file: more.at.file, span: more.at.span } }) }
}

/** The worst first, then by subject; what is found first stays first. */
export function byWeight(one: DiffFinding, other: DiffFinding): number {
  const severity = DIFF_SEVERITIES.indexOf(one.severity) - DIFF_SEVERITIES.indexOf(other.severity)
  return severity === 0 ? DIFF_SUBJECTS.indexOf(one.about) - DIFF_SUBJECTS.indexOf(other.about) : severity
}
