import type { JsonObject } from '../step/json.js'
import type { AskedRequirement } from '../step/requirement.js'
import type { Ending } from '../machine/snapshot.js'
import type { Problem } from './problem.js'

/** What a dialect draws. */
export type View = Described | Open | Ended

export interface Described {
  readonly is: 'described'
  readonly flow: string
  readonly step: { readonly id: string; readonly type: string }
  /** Absent when the first step asks nothing. */
  readonly requirement?: AskedRequirement
}

export interface Open {
  readonly is: 'open'
  readonly flow: string
  readonly conversation: string
  readonly token: string
  /** Seconds since the epoch. */
  readonly expiresAt: number
  /** Seconds since the epoch when the conversation began, for pages that say when something was asked. */
  readonly startedAt?: number
  readonly requirement: AskedRequirement
  /** Handles of the conversation by purpose, for dialects that carry it so. */
  readonly handles: { readonly [purpose: string]: string }
  /** The questions that follow the open one, as far as they are certain, when the intent asked for them. */
  readonly ahead?: readonly AskedRequirement[]
  /** What a poll found: still waiting, or its requirement is passed. */
  readonly poll?: 'waiting' | 'passed'
  /** The flow's name on the wire: its slot, where the dialect has slots. */
  readonly address: string
  /** Slots that the conversation may go on in, by `become`. */
  readonly mayBecome: readonly string[]
}

export interface Ended {
  readonly is: 'ended'
  readonly flow: string
  readonly conversation: string
  readonly as: Ending
  /** The last step run, even an invisible one. */
  readonly step: { readonly id: string; readonly type: string }
  readonly outputs: JsonObject
  readonly address: string
}

/** The engine's answer: a view, a problem, or a view with a problem. */
export interface Reply {
  readonly view?: View
  readonly problem?: Problem
}
