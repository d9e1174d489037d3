import { MOST_FACTORS } from '../syntax/defaults.js'
import type { LinkedStep } from './linked-flow.js'
import type { StepDefinition } from '../step/define-step.js'

export type ProvingStep = LinkedStep & { readonly definition: { readonly proves: NonNullable<StepDefinition['proves']> } }

/**
 * What has been proved on a path, as far as it decides whether a change is earned. Paths of one standing are alike from here on, so that a
 * flow with many choices has few standings and not as many as it has paths.
 */
export interface Standing {
  /** True behind a step nobody knows: it may have proved or written anything, so nothing is missing for certain. */
  readonly blind: boolean
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
}

export const NOTHING_PROVED: Standing = {
  blind: false,
  vouched: false,
  factors: 0,
  beyondSession: false,
  onlyQuestions: true,
  channels: [],
}

/** One standing for all that nothing is known of. */
export const BLIND: Standing = { ...NOTHING_PROVED, blind: true }

/** The standing after one more proof. */
export function withProof(standing: Standing, step: ProvingStep): Standing {
  if (standing.blind) return standing
  const { class: proved, channel } = step.definition.proves
  const onlyQuestions = standing.onlyQuestions && isQuestions(step)
  if (proved === 'vouched') return { ...standing, vouched: true, onlyQuestions }
  return {
    ...standing,
    factors: Math.min(standing.factors + 1, MOST_FACTORS),
    beyondSession: standing.beyondSession || proved !== 'session',
    onlyQuestions,
    channels: standing.channels.includes(channel) ? standing.channels : [...standing.channels, channel].toSorted(),
  }
}

/** Equal for equal standings. */
export function keyOf({ blind, vouched, factors, beyondSession, onlyQuestions, channels }: Standing): string {
  return [blind, vouched, factors, beyondSession, onlyQuestions, ...channels].join(' ')
}

/** True for a proof that consists of answered security questions. Knowing the present password is knowledge too, but no question. */
export function isQuestions({ definition }: ProvingStep): boolean {
  return definition.proves.class === 'knowledge' && definition.kind !== 'password'
}

export function isProving(step: LinkedStep): step is ProvingStep {
  return step.definition.proves !== undefined
}
