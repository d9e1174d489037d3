import type { Severity } from './diagnostic.js'

/** What the compiler knows of a code beside the words of each report. */
export interface CodeFacts {
  readonly severity: Severity
  /** True for a warning whose flow is not served until its file accepts it with a reason. */
  readonly mustAccept?: true
}

/**
 * Every code that the compiler can report, in the order of its phases. A code is permanent: it may be retired but never reused, because
 * flow files (`allow`) and search results name it. The page of each is `docs/diagnostics/<code>.md`.
 */
export const DIAGNOSTIC_CODES = {
  // Text
  'file-too-large': { severity: 'error' },
  'empty-file': { severity: 'error' },
  // YAML
  'yaml-syntax': { severity: 'error' },
  'yaml-tab': { severity: 'error' },
  'yaml-tag': { severity: 'error' },
  'yaml-anchor': { severity: 'error' },
  'yaml-directive': { severity: 'error' },
  'yaml-documents': { severity: 'error' },
  'missing-space': { severity: 'error' },
  'duplicate-key': { severity: 'error' },
  'not-a-name': { severity: 'error' },
  'nested-too-deeply': { severity: 'error' },
  // Shape of a flow file
  'wrong-type': { severity: 'error' },
  'unknown-key': { severity: 'error' },
  'missing-key': { severity: 'error' },
  'bad-value': { severity: 'error' },
  'bad-id': { severity: 'error' },
  'no-steps': { severity: 'error' },
  'no-options': { severity: 'error' },
  'steps-not-a-list': { severity: 'error' },
  'settings-not-indented': { severity: 'error' },
  'modifier-in-settings': { severity: 'error' },
  'two-steps-in-one-item': { severity: 'error' },
  'not-a-fragment': { severity: 'error' },
  // Conditions
  'bad-condition': { severity: 'error' },
  'condition-type': { severity: 'error' },
  'condition-not-allowed': { severity: 'error' },
  'unguarded-attribute': { severity: 'error' },
  // Names
  'unknown-step': { severity: 'error' },
  'unknown-setting': { severity: 'error' },
  'bad-setting': { severity: 'error' },
  'secret-in-file': { severity: 'error' },
  'reference-in-setting': { severity: 'error' },
  'duplicate-id': { severity: 'error' },
  'not-an-option': { severity: 'error' },
  'one-option': { severity: 'warning' },
  'bad-jump': { severity: 'error' },
  'missing-fragment': { severity: 'error' },
  'include-cycle': { severity: 'error' },
  'missing-input': { severity: 'error' },
  'unknown-input': { severity: 'error' },
  'bad-input': { severity: 'error' },
  'unknown-dialect': { severity: 'error' },
  'missing-slot': { severity: 'error' },
  'unknown-slot': { severity: 'error' },
  'duplicate-flow': { severity: 'error' },
  'taken-name': { severity: 'error' },
  'taken-slot': { severity: 'error' },
  // Sense
  'caller-not-first': { severity: 'error' },
  'needs-principal': { severity: 'error' },
  'named-twice': { severity: 'error' },
  'unwritten-fact': { severity: 'error' },
  'unproven-change': { severity: 'error' },
  'session-alone': { severity: 'error' },
  'weak-proof': { severity: 'error' },
  'same-channel': { severity: 'error' },
  'guessable-code': { severity: 'error' },
  'condition-always-false': { severity: 'error' },
  'condition-always-true': { severity: 'warning' },
  'unreachable-step': { severity: 'error' },
  'endless-conversation': { severity: 'error' },
  'jump-over-change': { severity: 'error' },
  'visible-branch-before-proof': { severity: 'warning' },
  'too-many-branches': { severity: 'error' },
  'dialect-cannot-ask': { severity: 'error' },
  'dialect-cannot-offer': { severity: 'error' },
  'questions-alone': { severity: 'warning', mustAccept: true },
  'questions-first': { severity: 'warning' },
  'reveals-accounts': { severity: 'warning' },
  // Accepted warnings
  'unknown-code': { severity: 'error' },
  'allow-error': { severity: 'error' },
  'allow-without-reason': { severity: 'error' },
  'allow-unknown-step': { severity: 'error' },
  'unused-allow': { severity: 'warning' },
} as const satisfies Readonly<Record<string, CodeFacts>>

export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES

/** @returns undefined when no such code exists. */
export function codeFacts(code: string): CodeFacts | undefined {
  const all: Readonly<Record<string, CodeFacts>> = DIAGNOSTIC_CODES
  return Object.hasOwn(all, code) ? all[code] : undefined
}
