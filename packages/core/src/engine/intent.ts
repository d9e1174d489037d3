import type { Json, JsonObject } from '../step/json.js'
import type { AskedRequirement, RequirementKind } from '../step/requirement.js'
import type { TakenValues } from '../step/define-step.js'
import type { Problem } from './problem.js'

/**
 * What a caller wants.
 * - `describe`: what the first step asks; stores nothing
 * - `look`: the open view; reads only
 * - `start`: a new conversation, with as many answers as the caller already has
 * - `submit`: answers for the open requirement and those that follow
 * - `open`: pick the requirement that a lazily opening dialect has only shown
 * - `resend`: the same code again
 * - `choose`: pick one of several steps, by `target`
 * - `poll`: whether the person has approved by link meanwhile; makes the transition if so, else reads only
 * - `approve`, `deny`: the link of a message was followed and confirmed, or disowned
 * - `become`: go on as the flow of another slot of the dialect, `slot`
 * - `cancel`: end the conversation; idempotent
 * - `signOut`: end the login session that `request.bearer` stands for; no conversation is involved
 */
export type Act =
  | 'describe'
  | 'look'
  | 'start'
  | 'submit'
  | 'open'
  | 'resend'
  | 'choose'
  | 'poll'
  | 'approve'
  | 'deny'
  | 'become'
  | 'cancel'
  | 'signOut'

/**
 * How a request carries its conversation: a token, which states a version; a handle, which never changes and states none; or the token of a
 * link by which somebody approves.
 */
export type Carried =
  | string
  | {
      readonly is: 'handle'
      readonly handle: string
      /** One of the dialect's `handles`. */
      readonly purpose: string
      /** A second handle that the request holds: good only when both are of one conversation. */
      readonly beside?: { readonly handle: string; readonly purpose: string }
    }
  | { readonly is: 'approval'; readonly token: string }

/**
 * An answer whose kind the wire names, or one that the wire leaves open: then `read` draws the value from the raw input once the open
 * requirement is known. `read` is pure.
 */
export type Answer =
  | { readonly kind: RequirementKind; readonly value: JsonObject }
  | { readonly kind: 'open'; readonly input: Json; read(requirement: AskedRequirement): AnswerRead }

/**
 * Names a requirement by what it is, where the wire's path says only which kind of step is meant. `out-of-turn` when the open one does not
 * fit; of a `choose`, the first option that fits is picked. Pure.
 */
export interface FittingTarget {
  /** Stands for it in the digest of the request. */
  readonly name: string
  fits(requirement: AskedRequirement): boolean
}

export type AnswerRead = { readonly is: 'value'; readonly value: JsonObject } | { readonly is: 'fault'; readonly problem: Problem }

/** What a dialect knows of the request beside the answers. */
export interface RequestValues extends TakenValues {
  /** Languages in order of preference. */
  readonly languages: readonly string[]
  /** The client's network address. */
  readonly address: string
  readonly requestId: string
}

export interface Intent {
  readonly act: Act
  readonly dialect: string
  /** The flow's name on this wire; empty where the wire does not say it and the carrier does. */
  readonly flow: string
  /** Where the carrier names the flow: whether the address speaks that one. A carrier of another flow is `token-foreign` there. */
  readonly speaks?: (flow: string) => boolean
  /** Whether the conversation is shown and moved only for the person whom `request.bearer` speaks for; for anybody else it is `token-invalid`. */
  readonly toItsPerson?: boolean
  /** Of a start: the conversation that the caller still has, where `whileRunning` says what becomes of it. */
  readonly carried?: Carried
  /**
   * What a start does when the conversation it carries is still open at the version carried: `out-of-turn` with its view, or it is cancelled
   * and another one begins. A carried conversation that is not open any more is ignored, whatever is wrong with it; none is ever adopted.
   */
  readonly whileRunning?: 'refuse' | 'restart'
  /** The requirement that the caller thinks is open, or picks; absent when the token's version says it. */
  readonly target?: string | FittingTarget
  /**
   * Of a start: what it is about, as only this caller can name it. An equal start within so many seconds goes on with the conversation of the
   * first, whose message is sent again, unless something was proved in it meanwhile.
   */
  readonly repeats?: { readonly key: string; readonly seconds: number }
  /** The slot to go on in, of a `become`. */
  readonly slot?: string
  /** Whether the view must show the questions that lie ahead. */
  readonly ahead?: boolean
  readonly answers: readonly Answer[]
  readonly request: RequestValues
  /** A fault of the request itself, answered only after flow and token have passed. */
  readonly fault?: Problem
}
