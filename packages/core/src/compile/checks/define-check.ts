import type { DIAGNOSTIC_CODES, DiagnosticCode } from '../../diagnostics/codes.js'
import type { Place, Reporter, ReportMore } from '../../diagnostics/reporter.js'
import type { Severity } from '../../diagnostics/diagnostic.js'
import type { Span } from '../../source/source-file.js'
import type { Change } from '../earned.js'
import type { LinkedFlow, Located } from '../linked-flow.js'
import type { PathPoint, Walk } from '../path.js'
import type { Registry } from '../registry.js'

/** What a check sees. */
export interface CheckContext {
  readonly flow: LinkedFlow
  readonly walk: Walk
  /** The steps of the walk that some path reaches. */
  readonly path: readonly PathPoint[]
  readonly changes: readonly Change[]
  readonly registry: Registry
  /** @param at a place in the flow's file, or something that stands in it or in a fragment. */
  readonly report: (at: Span | Reportable, message: string, more?: ReportMore) => void
}

/** Something that stands in a file; of a fragment's, the report says where the flow includes it. */
export type Reportable = Located & { readonly includedAt?: Located }

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

/** Runs checks one after the other, all with one context: a new one for each check of each flow is what compiling cost most. */
export function runChecks(checks: readonly Check[], given: Omit<CheckContext, 'report'>, reporter: Reporter): void {
  let running: DiagnosticCode | undefined
  const context: CheckContext = {
    ...given,
    report(at, message, more = {}) {
      if (!running) return
      const includedAt = 'file' in at ? at.includedAt : undefined
      const related = includedAt ? [...(more.related ?? []), { ...placeOf(includedAt), message: 'included here' }] : more.related
      reporter.report(running, 'file' in at ? placeOf(at) : at, message, { ...more, ...(related && { related }) })
    },
  }
  for (const check of checks) {
    running = check.code
    check.run(context)
  }
}

/** The place alone. */
export function placeOf({ file, span }: Located): Place {
  return { file, span }
}
