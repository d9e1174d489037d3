import type { Principal } from '../../ports/directory.js'
import type { TakenValues } from '../../step/define-step.js'
import type { JsonObject } from '../../step/json.js'
import type { Round } from '../../step/message.js'
import type { Provision } from '../../step/plugin.js'
import type { Requirement } from '../../step/requirement.js'

/** What an answer may depend on: the question as it was opened. */
export interface OpenQuestion {
  readonly settings: { readonly [name: string]: unknown }
  readonly principal: Principal
  readonly requirement: Requirement
  readonly round: Round
  /** Seconds since the epoch. */
  readonly now: number
  /** The code that the question's message brings, where it owes one. */
  readonly code?: string
}

/** An answer as a client sends it: plain JSON, secrets in clear. */
export type SampleAnswer = JsonObject | ((open: OpenQuestion) => JsonObject)

/**
 * What the author of a step says of it, so that its contract can be tried. Everything has a default: services of Rekey have doubles, the
 * person has every attribute, and answers are made from the schema.
 */
export interface StepSamples {
  /** The author's own doubles: `[provide(BranchRegister, () => new FakeRegister())]`. Each visit opens them afresh. */
  readonly provides?: readonly Provision[]
  /** Settings as a flow writes them, secrets in clear; the first is the one that answers are right for. */
  readonly settings?: readonly JsonObject[]
  /** What the sample person has otherwise than the standard one: `p-sample`, user name `jdoe`. */
  readonly person?: Partial<Principal>
  /** Facts that the step reads, by `<step type>.<fact>`. */
  readonly facts?: JsonObject
  /** What the request brings. */
  readonly request?: TakenValues
  /** The answer that passes. Not needed for codes that a message brings, for passwords, and where any answer passes. */
  readonly right?: SampleAnswer
  /** Answers of the right form that are wrong; made from the schema where absent. */
  readonly wrong?: readonly JsonObject[]
  /** State that earlier versions left, by version: one for each that `finishes` names. */
  readonly earlier?: { readonly [version: number]: JsonObject }
}

/** The samples do not fit the step: what is missing is said in the message. */
export class UnfitSamples extends Error {
  override readonly name = 'UnfitSamples'

  constructor(
    message: string,
    readonly repair: string,
  ) {
    super(message)
  }
}
