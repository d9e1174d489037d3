import type { PolicyRule } from '../ports/passwords.js'
import type { Secret } from '../step/secret.js'
import type { PolicyFailure } from '../step/verdict.js'

/** A closed set of read-only questions beside conversations. */
export type Query =
  | { readonly query: 'passwordRules' }
  | { readonly query: 'checkPassword'; readonly secret: Secret }
  | { readonly query: 'flows'; readonly dialect: string }

export interface QueryAnswers {
  readonly passwordRules: readonly PolicyRule[]
  /** Failures of the rules that need nobody; empty is good. */
  readonly checkPassword: readonly PolicyFailure[]
  readonly flows: readonly { readonly as: string; readonly flow: string; readonly title?: string }[]
}
