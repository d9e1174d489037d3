import type { AccountState, AttributeName } from '../ports/directory.js'
import type { Channel, Requirement } from '../step/requirement.js'
import type { JsonObject } from '../step/json.js'

/** What a step has proved, and about which value of which attribute. */
export interface Evidence {
  readonly step: string
  readonly class: 'knowledge' | 'possession' | 'session' | 'vouched'
  readonly channel: Channel
  /** The directory id of the person it is about; absent where nobody was named yet. */
  readonly who?: string
  readonly subject?: { readonly attribute: AttributeName; readonly digest: string }
}

/** Who the conversation is about. A shadow's person may not exist. */
export interface Who {
  readonly id: string
  /** Keyed digest of the identifier that was given: names the person in audit and budgets, and seeds the decoy. */
  readonly digest: string
  readonly credentialVersion: string
  readonly shadow: boolean
  /** The account's state when it was named; whoever has left it since goes on as a shadow. */
  readonly state: AccountState
  /** The identifier itself when it is an address, so that a masked address agrees with it where the directory has none. */
  readonly typedMail?: string
}

/** What was known when a station was first entered to which a later failure may lead back. */
export interface Bookmark {
  readonly who?: Who
  readonly facts: { readonly [step: string]: JsonObject }
  readonly outputs: JsonObject
  readonly evidence: readonly Evidence[]
  readonly decided?: { readonly [atom: string]: boolean }
  readonly passed?: string
  readonly answered?: string
  readonly keepsWho?: true
}

export type Ending = 'completed' | 'failed' | 'cancelled'

/** All that is remembered of a conversation. Texts and schemas come from the machine and are not repeated here. */
export interface Snapshot {
  readonly id: string
  /** Wire names: under which dialect and address the conversation runs. */
  readonly dialect: string
  readonly address: string
  /** Hash of the machine it is pinned to. */
  readonly machine: string
  /** Index of the node; the number of nodes when ended. */
  readonly at: number
  /** The step picked, of a node that offers several. */
  readonly picked?: string
  /** The options left of a choice whose options have conditions or are used up; all of them when absent. */
  readonly offered?: readonly string[]
  /** What the node asks; absent while it is not entered. */
  readonly asked?: Requirement
  /** Whether the question was opened, so that its messages went out. */
  readonly opened: boolean
  /** Counts the rounds of the node: a new code is a new round. */
  readonly round: number
  /** Seconds since the epoch when the present round was opened. */
  readonly roundAt?: number
  /** Digest of the attribute that the open question proves, as it was when the question was opened. */
  readonly subject?: string
  /** Refused answers by step id. */
  readonly attempts: { readonly [step: string]: number }
  /** Messages owed so far. */
  readonly messages: number
  readonly who?: Who
  readonly facts: { readonly [step: string]: JsonObject }
  readonly outputs: JsonObject
  /** Private state of the node. */
  readonly state?: JsonObject
  readonly evidence: readonly Evidence[]
  readonly languages: readonly string[]
  /** Seconds since the epoch. */
  readonly startedAt: number
  /** Seconds since the epoch of the last accepted act: the `iat` of its token. */
  readonly movedAt: number
  /** Round that the person has approved by link; the next poll makes the transition. */
  readonly approvedRound?: number
  /** The step whose question was passed last. */
  readonly answered?: string
  /** The step that was passed last, where conditions may pass over those behind it. */
  readonly passed?: string
  /** What atoms of conditions that are asked more than once came out as. */
  readonly decided?: { readonly [atom: string]: boolean }
  /** By index of the station, of those to which a failure may lead back. */
  readonly bookmarks?: { readonly [at: string]: Bookmark }
  /** True once a failure has led back to before somebody was named: the deadline stays that of a conversation about somebody. */
  readonly hasNamed?: true
  /** True from a `become` until the step that would name somebody again. */
  readonly keepsWho?: true
  /** Machines that the conversation may become, by slot; pinned at its start. */
  readonly mayBecome?: { readonly [slot: string]: string }
  /** Seconds that the conversation lives, once it has become another flow: as long as the one it began as. */
  readonly lifeSeconds?: number
  /** Digest of the request whose change was applied and whose later steps are still to be entered. */
  readonly unsettled?: string
  readonly ended?: { readonly as: Ending; readonly reason?: string; readonly step: string }
}

/** Whether the conversation still stands in the round that a link was mailed for. */
export function isRound(snapshot: Snapshot, round: number | undefined): boolean {
  return snapshot.ended === undefined && snapshot.asked !== undefined && snapshot.opened && snapshot.round === round
}
