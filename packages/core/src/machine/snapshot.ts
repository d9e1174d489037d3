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
  readonly who?: Who | undefined
  readonly facts: { readonly [step: string]: JsonObject }
  readonly outputs: JsonObject
  readonly evidence: readonly Evidence[]
  readonly decided?: { readonly [atom: string]: boolean } | undefined
  readonly passed?: string | undefined
  readonly answered?: string | undefined
  readonly keepsWho?: true | undefined
}

export type Ending = 'completed' | 'failed' | 'cancelled'

/**
 * All that is remembered of a conversation. Texts and schemas come from the machine and are not repeated here. What is over is set to undefined: a
 * snapshot that came from `newSnapshot` keeps all its members, so that every one is read in the same way.
 */
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
  readonly picked?: string | undefined
  /** The options left of a choice whose options have conditions or are used up; all of them when absent. */
  readonly offered?: readonly string[] | undefined
  /** What the node asks; absent while it is not entered. */
  readonly asked?: Requirement | undefined
  /** Whether the question was opened, so that its messages went out. */
  readonly opened: boolean
  /** Counts the rounds of the node: a new code is a new round. */
  readonly round: number
  /** Seconds since the epoch when the present round was opened. */
  readonly roundAt?: number | undefined
  /** Digest of the attribute that the open question proves, as it was when the question was opened. */
  readonly subject?: string | undefined
  /** Refused answers by step id. */
  readonly attempts: { readonly [step: string]: number }
  /** Messages owed so far. */
  readonly messages: number
  readonly who?: Who | undefined
  readonly facts: { readonly [step: string]: JsonObject }
  readonly outputs: JsonObject
  /** Private state of the node. */
  readonly state?: JsonObject | undefined
  readonly evidence: readonly Evidence[]
  readonly languages: readonly string[]
  /** Seconds since the epoch. */
  readonly startedAt: number
  /** Seconds since the epoch of the last accepted act: the `iat` of its token. */
  readonly movedAt: number
  /** Round that the person has approved by link; the next poll makes the transition. */
  readonly approvedRound?: number | undefined
  /** The step whose question was passed last. */
  readonly answered?: string | undefined
  /** The step that was passed last, where conditions may pass over those behind it. */
  readonly passed?: string | undefined
  /** What atoms of conditions that are asked more than once came out as. */
  readonly decided?: { readonly [atom: string]: boolean } | undefined
  /** By index of the station, of those to which a failure may lead back. */
  readonly bookmarks?: { readonly [at: string]: Bookmark } | undefined
  /** True once a failure has led back to before somebody was named: the deadline stays that of a conversation about somebody. */
  readonly hasNamed?: true | undefined
  /** True from a `become` until the step that would name somebody again. */
  readonly keepsWho?: true | undefined
  /** Machines that the conversation may become, by slot; pinned at its start. */
  readonly mayBecome?: { readonly [slot: string]: string } | undefined
  /** Seconds that the conversation lives, once it has become another flow: as long as the one it began as. */
  readonly lifeSeconds?: number | undefined
  /** Digest of the request whose change was applied and whose later steps are still to be entered. */
  readonly unsettled?: string | undefined
  readonly ended?: { readonly as: Ending; readonly reason?: string; readonly step: string } | undefined
}

/** A snapshot with all its members, those that are absent too, in one order. */
export function newSnapshot(known: Snapshot): Snapshot {
  return {
    id: known.id,
    dialect: known.dialect,
    address: known.address,
    machine: known.machine,
    at: known.at,
    picked: known.picked,
    offered: known.offered,
    asked: known.asked,
    opened: known.opened,
    round: known.round,
    roundAt: known.roundAt,
    subject: known.subject,
    attempts: known.attempts,
    messages: known.messages,
    who: known.who,
    facts: known.facts,
    outputs: known.outputs,
    state: known.state,
    evidence: known.evidence,
    languages: known.languages,
    startedAt: known.startedAt,
    movedAt: known.movedAt,
    approvedRound: known.approvedRound,
    answered: known.answered,
    passed: known.passed,
    decided: known.decided,
    bookmarks: known.bookmarks,
    hasNamed: known.hasNamed,
    keepsWho: known.keepsWho,
    mayBecome: known.mayBecome,
    lifeSeconds: known.lifeSeconds,
    unsettled: known.unsettled,
    ended: known.ended,
  } satisfies { readonly [Member in keyof Snapshot]-?: Snapshot[Member] | undefined }
}

/** Whether the conversation still stands in the round that a link was mailed for. */
export function isRound(snapshot: Snapshot, round: number | undefined): boolean {
  return snapshot.ended === undefined && snapshot.asked !== undefined && snapshot.opened && snapshot.round === round
}
