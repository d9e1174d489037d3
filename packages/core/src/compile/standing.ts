import { MOST_FACTORS } from '../syntax/defaults.js'
import type { Decisions } from '../machine/condition.js'
import type { LinkedStep } from './linked-flow.js'
import type { StepDefinition } from '../step/define-step.js'

export type ProvingStep = LinkedStep & { readonly definition: { readonly proves: NonNullable<StepDefinition['proves']> } }

/**
 * What is certain on a path, as far as it decides anything that follows. Paths of one standing are alike from here on, so that a flow with
 * many choices has few standings and not as many as it has paths.
 */
export interface Standing {
  /** True behind a step nobody knows: it may have proved or written anything, so nothing is missing for certain. */
  readonly blind: boolean
  /** The step that has named the person. */
  readonly namedBy?: LinkedStep
  /** Somebody has answered for the person. */
  readonly vouched: boolean
  /** Other proofs; no more are counted than a flow can require. */
  readonly factors: number
  /** One of these is more than a session. */
  readonly beyondSession: boolean
  /** All proofs so far are answers to security questions. */
  readonly onlyQuestions: boolean
  /** Channels of the factors, sorted. */
  readonly channels: readonly string[]
  /** Ids of the steps that were taken and whose facts are read later. */
  readonly wrote: readonly string[]
  /** What conditions have come out as, as far as later ones ask for it again. */
  readonly decided: Decisions
}

const NOTHING_DECIDED: Decisions = new Map()

export const NOTHING_PROVED: Standing = {
  blind: false,
  vouched: false,
  factors: 0,
  beyondSession: false,
  onlyQuestions: true,
  channels: [],
  wrote: [],
  decided: NOTHING_DECIDED,
}

/** One standing for all that nothing is known of. */
export const BLIND: Standing = { ...NOTHING_PROVED, blind: true }

/** The standing after one more proof. */
export function withProof(standing: Standing, step: ProvingStep): Standing {
  if (standing.blind) return standing
  const { class: proved, channel } = step.definition.proves
  const onlyQuestions = standing.onlyQuestions && isQuestions(step)
  if (proved === 'vouched') return { ...standing, vouched: true, onlyQuestions }
  const { channels } = standing
  return {
    ...standing,
    factors: Math.min(standing.factors + 1, MOST_FACTORS),
    beyondSession: standing.beyondSession || proved !== 'session',
    onlyQuestions,
    channels: channels.length === 0 ? [channel] : channels.includes(channel) ? channels : [...channels, channel].toSorted(),
  }
}

/** Equal for equal standings. */
export function keyOf({ blind, namedBy, vouched, factors, beyondSession, onlyQuestions, channels, wrote, decided }: Standing): string {
  const proved = [blind, vouched, factors, beyondSession, onlyQuestions, namedBy?.id, ...channels].join(' ')
  if (wrote.length === 0 && decided.size === 0) return proved
  return JSON.stringify([proved, wrote, [...decided].toSorted(([one], [other]) => (one < other ? -1 : 1))])
}

/** True for a proof that consists of answered security questions. Knowing the present password is knowledge too, but no question. */
export function isQuestions({ definition }: ProvingStep): boolean {
  return definition.proves.class === 'knowledge' && definition.kind !== 'password'
}

export function isProving(step: LinkedStep): step is ProvingStep {
  return step.definition.proves !== undefined
}
