import type { ProblemCode } from '../engine/problem.js'
import type { Ending } from '../machine/snapshot.js'
import type { TestPerson } from '../memory/test-person.js'
import type { SourceFile, Span } from '../source/source-file.js'
import type { Json, JsonObject } from '../step/json.js'
import type { RequirementKind } from '../step/requirement.js'
import type { Named } from '../syntax/node.js'

/** One file of tests, read. */
export interface FlowTestFile {
  readonly file: SourceFile
  /** Ids of the flows that every case is played with. */
  readonly flows: readonly Named[]
  readonly people: readonly TestPerson[]
  /** Text by language, by id. */
  readonly questions: ReadonlyMap<string, { readonly [language: string]: string }>
  /** Values behind the `${NAME}` of secret settings. */
  readonly secrets: ReadonlyMap<string, string>
  readonly cases: readonly TestCase[]
}

/** One story: what somebody does, and what must come of it. */
export interface TestCase {
  readonly name: string
  readonly span: Span
  /** The dialect whose ways of opening and carrying are used; the first that the flow speaks when absent. */
  readonly on?: Named
  /** What configured validators say, by name; those not named agree. */
  readonly validators: ReadonlyMap<string, boolean>
  readonly acts: readonly TestAct[]
  readonly expect: CaseExpectation
}

/** Acts that say no more than their name. */
export const PLAIN_ACTS = ['resend', 'open', 'poll', 'look', 'describe', 'follow', 'approve', 'deny', 'cancel', 'again'] as const

export type PlainAct = (typeof PLAIN_ACTS)[number]

/** What an act does. */
export type Doing =
  | { readonly does: 'start'; readonly caller: Caller; readonly answers: readonly Json[] }
  | { readonly does: 'answer'; readonly value: Json }
  | { readonly does: 'choose'; readonly step: string }
  | { readonly does: 'become'; readonly slot: string }
  | { readonly does: 'wait'; readonly seconds: number }
  | { readonly does: 'edit'; readonly people: ReadonlyMap<string, JsonObject> }
  | { readonly does: PlainAct }

/** What a start brings along; it stays for the conversation. */
export interface Caller {
  /** User name of somebody for whom a login session is opened first. */
  readonly signedIn?: Named
  readonly scopes: readonly string[]
  /** A bearer token as it stands. */
  readonly bearer?: string
  readonly address?: string
  readonly languages: readonly string[]
  /** The body as a validator would see it. */
  readonly body?: string
}

export interface TestAct {
  readonly span: Span
  /** How often it is done, one after the other; what is expected must come of the last. */
  readonly times: number
  readonly doing: Doing
  readonly expect: ActExpectation
}

/** An expected value, with the place where the test says it. */
export interface Expected<T> {
  readonly value: T
  readonly span: Span
}

/** What must come of one act. */
export interface ActExpectation {
  /** The question that is open then. */
  readonly asks?: Expected<AskedExpectation>
  /** The reason of the step that refused the answer. */
  readonly refused?: Expected<string>
  readonly problem?: Expected<ProblemCode>
  readonly reason?: Expected<string>
  readonly ends?: Expected<Ending>
  /** Outputs that the end must have; others may stand beside them. */
  readonly outputs?: Expected<JsonObject>
  /** What is sent by this act, all of it. */
  readonly sends?: Expected<readonly SentExpectation[]>
  /** No credential was set by this act. */
  readonly unchanged?: Expected<true>
}

export interface AskedExpectation {
  readonly kind?: RequirementKind
  /** Id of the step. */
  readonly step?: string
  /** The masked address. */
  readonly to?: string
  /** Ids of the steps offered, in order. */
  readonly options?: readonly string[]
  /** Ids of the questions asked, in order. */
  readonly questions?: readonly string[]
  readonly opened?: boolean
}

export interface SentExpectation {
  readonly span: Span
  readonly template?: string
  readonly to?: string
  readonly channel?: string
  /** Characters of its code. */
  readonly length?: number
  readonly link?: boolean
}

/** What must be so at the end of a case. */
export interface CaseExpectation {
  /** All messages of the case, in order. */
  readonly messages?: Expected<readonly SentExpectation[]>
  /** Events in this order; others may lie between. Each: event, then step and reason where they matter. */
  readonly audit?: readonly Expected<string>[]
  /** Events that must not occur. */
  readonly never?: readonly Expected<string>[]
  readonly directory?: readonly PersonExpectation[]
  readonly unchanged?: Expected<true>
  readonly sessions?: readonly SessionsExpectation[]
}

/** How many login sessions of somebody are good. */
export interface SessionsExpectation {
  readonly userName: string
  /** Where the person is named. */
  readonly span: Span
  readonly count: number
}

export interface PersonExpectation {
  readonly userName: string
  /** Where the person is named. */
  readonly span: Span
  readonly facts: readonly { readonly name: string; readonly value: Json; readonly span: Span }[]
}
