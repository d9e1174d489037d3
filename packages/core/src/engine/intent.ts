import type { Json, JsonObject } from '../step/json.js'
import type { AskedRequirement, RequirementKind } from '../step/requirement.js'
import type { Problem } from './problem.js'

/**
 * What a caller wants.
 * - `describe`: what the first step asks; stores nothing
 * - `look`: the open view; reads only
 * - `start`: a new conversation, with as many answers as the caller already has
 * - `submit`: answers for the open requirement and those that follow
 * - `open`: pick the requirement that a lazily opening dialect has only shown
 * - `resend`: the same code again
 * - `cancel`: end the conversation; idempotent
 */
export type Act = 'describe' | 'look' | 'start' | 'submit' | 'open' | 'resend' | 'cancel'

/**
 * An answer whose kind the wire names, or one that the wire leaves open: then `read` draws the value from the raw input once the open
 * requirement is known. `read` is pure.
 */
export type Answer =
  | { readonly kind: RequirementKind; readonly value: JsonObject }
  | { readonly kind: 'open'; readonly input: Json; read(requirement: AskedRequirement): AnswerRead }

export type AnswerRead = { readonly is: 'value'; readonly value: JsonObject } | { readonly is: 'fault'; readonly problem: Problem }

/** What a dialect knows of the request beside the answers. */
export interface RequestValues {
  /** Languages in order of preference. */
  readonly languages: readonly string[]
  /** The client's network address. */
  readonly address: string
  readonly requestId: string
}

export interface Intent {
  readonly act: Act
  readonly dialect: string
  /** The flow's name on this wire. */
  readonly flow: string
  /** The token of the conversation; absent for a start. */
  readonly carried?: string
  /** The requirement that the caller thinks is open; absent when the token's version says it. */
  readonly target?: string
  readonly answers: readonly Answer[]
  readonly request: RequestValues
  /** A fault of the request itself, answered only after flow and token have passed. */
  readonly fault?: Problem
}
