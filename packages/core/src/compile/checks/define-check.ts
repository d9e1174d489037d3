import type { DIAGNOSTIC_CODES, DiagnosticCode } from '../../diagnostics/codes.js'
import type { Reporter, ReportMore } from '../../diagnostics/reporter.js'
import type { Severity } from '../../diagnostics/diagnostic.js'
import type { Span } from '../../source/source-file.js'
import type { Change } from '../earned.js'
import type { LinkedFlow } from '../linked-flow.js'
import type { PathPoint } from '../path.js'
import type { Registry } from '../registry.js'

/** What a check sees. */
export interface CheckContext {
  readonly flow: LinkedFlow
  readonly path: readonly PathPoint[]
  readonly changes: readonly Change[]
  readonly registry: Registry
  readonly report: (span: Span, message: string, more?: ReportMore) => void
}

/** One rule about the sense of a flow. It looks and reports; it never throws, prints or changes the flow. */
export interface Check<C extends DiagnosticCode = DiagnosticCode> {
  readonly code: C
  /** As in the table of codes; said again here so that a check can be read alone. */
  readonly severity: (typeof DIAGNOSTIC_CODES)[C]['severity'] & Severity
  run(context: CheckContext): void
}

/** Declares a check. */
export function defineCheck<const C extends DiagnosticCode>(check: Check<C>): Check {
  return Object.freeze(check)
}

/** Runs one check. */
export function runCheck(check: Check, context: Omit<CheckContext, 'report'>, reporter: Reporter): void {
  check.run({ ...context, report: (span, message, more) => reporter.report(check.code, span, message, more) })
}
