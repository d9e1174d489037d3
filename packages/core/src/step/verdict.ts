import type { Principal } from '../ports/directory.js'
import type { Json, JsonObject } from './json.js'
import type { Message } from './message.js'
import type { Requirement } from './requirement.js'
import type { Secret } from './secret.js'

/** What a change does to a credential. */
export interface PasswordChange {
  readonly is: 'password'
  readonly secret: Secret
  /** True for a generated password: it must be changed at the first log-in. */
  readonly mustChange?: boolean
}

/** A broken password rule, as policies and directories report it. */
export interface PolicyFailure {
  /** Name of the rule, such as `MIN_LENGTH`. */
  readonly rule: string
  readonly params?: JsonObject
}

/** A step's answer. Handlers return one and do nothing else. */
export type Verdict = Ask | Done | Rejected | Failed | Hidden

export interface Ask {
  readonly is: 'ask'
  readonly requirement: Requirement
  readonly owes: readonly Message[]
  /** Private state of the step, kept until it is done. */
  readonly state?: JsonObject
  /** Whether to send again is to ask anew: what was sent before is worth nothing then. */
  readonly renews?: true
}

export interface Done {
  readonly is: 'done'
  /** The person found, by the one step of a path that names somebody; with the identifier that was given. */
  readonly names?: { readonly principal: Principal; readonly identifier: string }
  readonly facts?: JsonObject
  readonly outputs?: JsonObject
  readonly owes: readonly Message[]
  readonly change?: PasswordChange
}

export interface Rejected {
  readonly is: 'rejected'
  readonly reason: string
  /** JSON pointer into the answer. */
  readonly at?: string
  readonly details?: readonly PolicyFailure[]
}

export interface Failed {
  readonly is: 'failed'
  readonly reason: string
}

/** Not this person: no match, restricted, no address. What the caller sees of it is the flow's choice, never the handler's. */
export interface Hidden {
  readonly is: 'hidden'
  readonly reason: string
  /** What was given to find somebody; only from a step that names. */
  readonly identifier?: string
  /** The one person it would have been, so that what a wire shows of them stays the same. */
  readonly principal?: Principal
}

/** Asks the person; `owes` names the messages that must go out when the question is opened. */
export function ask(requirement: Requirement, rest: { owes?: readonly Message[]; state?: JsonObject; renews?: true } = {}): Ask {
  return { is: 'ask', requirement, owes: rest.owes ?? [], ...(rest.state && { state: rest.state }), ...(rest.renews && { renews: true }) }
}

/** The step is over and the flow goes on. */
export function done(rest: Partial<Omit<Done, 'is'>> = {}): Done {
  return { is: 'done', owes: [], ...rest }
}

/** A wrong answer: it counts as an attempt, and the question stays open. */
export function rejected(reason: string, at?: string, details?: readonly PolicyFailure[]): Rejected {
  return { is: 'rejected', reason, ...(at !== undefined && { at }), ...(details && { details }) }
}

/** The conversation cannot go on. */
export function failed(reason: string): Failed {
  return { is: 'failed', reason }
}

/** Not this person. Under `unknownAccount: hide` the conversation goes on as a shadow. */
export function hidden(reason: string, found: { identifier?: string; principal?: Principal } = {}): Hidden {
  return { is: 'hidden', reason, ...found }
}

export type { Json, JsonObject }
