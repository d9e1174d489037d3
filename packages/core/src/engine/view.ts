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
  readonly requirement: AskedRequirement
}

export interface Ended {
  readonly is: 'ended'
  readonly flow: string
  readonly conversation: string
  readonly as: Ending
  /** The last step run, even an invisible one. */
  readonly step: { readonly id: string; readonly type: string }
  readonly outputs: JsonObject
}

/** The engine's answer: a view, a problem, or a view with a problem. */
export interface Reply {
  readonly view?: View
  readonly problem?: Problem
}
