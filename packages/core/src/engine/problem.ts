import type { PolicyFailure } from '../step/verdict.js'

/** Everything that can be wrong with a request. Every dialect decides what each looks like on its wire. */
export const PROBLEM_CODES = [
  'flow-unknown', // no flow has that name on this wire
  'request-malformed', // the wire request itself is broken; the dialect's own `detail` says how
  'answer-missing', // no answer, or a required member of it is absent
  'answer-invalid', // a member has the wrong type or shape; no attempt
  'answer-rejected', // judged and refused; an attempt
  'out-of-turn', // the named requirement is not the open one; nothing judged
  'token-invalid', // forged, bent, expired or unknown
  'token-foreign', // good, but of another flow or dialect
  'spent', // its version has been moved on by another request
  'ended', // the conversation is over
  'too-many-attempts', // this refusal was the last one allowed
  'step-failed', // a step ended the conversation
  'already-changed', // the credential moved meanwhile
  'caller-refused', // the calling application did not prove itself
  'limited', // an open budget, that of an address, is used up
  'unavailable', // a part is down, or nothing of the outcome is certain
] as const

export type ProblemCode = (typeof PROBLEM_CODES)[number]

/** A fault as a value. It says nothing that tells a known person from an unknown one. */
export interface Problem {
  readonly code: ProblemCode
  /**
   * The step's reason, such as `code-mismatch`; a word of the step, never free text of a caller. Of an `ended` conversation that came to its
   * good end it is `completed`.
   */
  readonly reason?: string
  /** JSON pointer into the answer. */
  readonly at?: string
  readonly details?: readonly PolicyFailure[]
  /** A dialect's own words for `request-malformed`, passed through from `read` to `write`. */
  readonly detail?: string
  /** The step that refused or failed. */
  readonly step?: { readonly id: string; readonly type: string }
}
