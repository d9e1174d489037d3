import type { JsonObject } from '../step/json.js'
import type { Condition } from './condition.js'

/** A rate: so many in a window of so many seconds. */
export interface Rate {
  readonly count: number
  readonly seconds: number
}

/** Failures in a row of one person at one type of step: the next ones cost time, and in the end there are no next ones. */
export interface InRow {
  /** How many cost nothing. */
  readonly free: number
  /** How long the person waits after the last of those; each further failure doubles it. */
  readonly waitSeconds: number
  /** No wait is longer. */
  readonly longestSeconds: number
  /** After so many, no answer is right until an operator has cleared them. */
  readonly most: number
}

/** Source: NIST SP 800-63B-4 section 3.2.2. */
export const MOST_IN_ROW = 100

/** What bounds them in a flow that does not say. */
export const DEFAULT_IN_ROW: InRow = { free: 10, waitSeconds: 60, longestSeconds: 86_400, most: MOST_IN_ROW }

export interface Limits {
  /** Failed proofs of one person, over all conversations: in a window, and in a row; silent. */
  readonly failures: { readonly principal: Rate; readonly inRow: InRow }
  /** Starts from one address; answered openly. */
  readonly starts: { readonly address: Rate }
  /** Messages in one conversation, to one address over all conversations, and of the flow in all where that is bounded; silent. */
  readonly messages: { readonly conversation: number; readonly destination: Rate; readonly flow?: Rate }
}

/** The proof that a change needs. */
export type Required = { readonly factors: number; readonly distinctChannels: boolean } | 'vouched'

/** What is brought about after a change, in this order. */
export const ENSURED = ['notify', 'revokeSessions', 'clearLockout'] as const

export type Ensured = (typeof ENSURED)[number]

/** One station of a machine. */
export type Node = StepNode | ChooseNode

export interface StepNode {
  readonly is: 'step'
  readonly id: string
  readonly type: string
  /** Version of the step definition it was compiled with. */
  readonly version: number
  /** After defaults; settings marked `secret` as references. */
  readonly settings: JsonObject
  readonly attempts: number
  /** Passed over when it does not hold; of an option: offered only when it holds. */
  readonly when?: Condition
  /** Index of the node to which a failure leads back; a failure ends the conversation where it is absent. */
  readonly onFail?: number
  /** Index of the node that follows; the number of nodes means the end. */
  readonly next: number
}

/** A station at which the person, or the client, picks one of several steps. */
export interface ChooseNode {
  readonly is: 'choose'
  readonly id: string
  /** At least two; the `next` of each is that of the choice. */
  readonly options: readonly StepNode[]
  readonly when?: Condition
  /** Where it leads when no option is left; those of the options stand in them. */
  readonly onFail?: number
  readonly next: number
}

/** A compiled flow: plain data, everything that decides behaviour and nothing else. */
export interface Machine {
  readonly format: 1
  readonly flow: string
  readonly expiresSeconds: number
  readonly unknownAccount: 'hide' | 'reveal'
  readonly require: Required
  readonly limits: Limits
  /** Sorted as in `ENSURED`. */
  readonly ensure: readonly Ensured[]
  readonly nodes: readonly Node[]
}

/** A machine with the hash of its canonical form, which names it in stores and snapshots. */
export interface HashedMachine {
  readonly hash: string
  readonly machine: Machine
}
