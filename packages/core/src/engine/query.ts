import type { Texts } from '../step/texts.js'
import type { PolicyRule } from '../ports/passwords.js'
import type { Secret } from '../step/secret.js'
import type { PolicyFailure } from '../step/verdict.js'

/** A closed set of read-only questions beside conversations. */
export type Query =
  | { readonly query: 'passwordRules' }
  | { readonly query: 'checkPassword'; readonly secret: Secret }
  | { readonly query: 'flows'; readonly dialect: string }
  | { readonly query: 'factors'; readonly bearer: Secret }
  | { readonly query: 'session'; readonly bearer: Secret }

/** A way by which a person can prove who they are. */
export interface Factor {
  readonly kind: 'password' | 'email' | 'sms' | 'totp' | 'questions'
  /** The masked address of a message; absent where there is none. */
  readonly to?: string
  /** Stable, says nothing about the person. */
  readonly id: string
}

/** A person with a login session, and until when it is good at most. */
export interface SignedIn {
  readonly userId: string
  readonly userName: string
  readonly displayName: string
  readonly mail?: string
  /** Seconds since the epoch. */
  readonly expiresAt: number
}

export interface QueryAnswers {
  readonly passwordRules: readonly PolicyRule[]
  /** Failures of the rules that need nobody; empty is good. */
  readonly checkPassword: readonly PolicyFailure[]
  /** The factors that the bearer of the token has set up; undefined when the token is not good. */
  readonly factors: readonly Factor[] | undefined
  /** Whose login session the token is; undefined for one that is unknown, over or of another issuer. */
  readonly session: SignedIn | undefined
  readonly flows: readonly { readonly as: string; readonly flow: string; readonly title?: Texts }[]
}
