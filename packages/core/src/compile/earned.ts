import type { Required } from '../machine/machine.js'
import type { StepDefinition } from '../step/define-step.js'
import { proofsOf, shortest, type PathPoint, type Way } from './path.js'
import type { ProvingStep, Standing } from './standing.js'

/** Why a change is not earned. */
export type Unearned =
  | { readonly is: 'unproven' }
  | { readonly is: 'session-alone'; readonly by: ProvingStep }
  | { readonly is: 'too-few'; readonly have: number; readonly need: number }
  | { readonly is: 'same-channel'; readonly first: ProvingStep; readonly second: ProvingStep }

/** A step that changes a credential or opens a session, and the shortest way on which it may not. */
export interface Change {
  readonly point: PathPoint
  readonly unearned?: Way
}

/** A change that is not earned, with the path that shows it. */
export interface UnearnedChange {
  readonly point: PathPoint
  readonly way: Way
  readonly why: Unearned
}

/** What a step does to a credential or a session, as the predicate of a sentence. */
export function effectOf({ changes }: StepDefinition): string {
  return changes === 'session' ? 'opens a session' : `changes the ${changes ?? 'person'}`
}

/** Every step that changes a credential or opens a session. */
export function changesOf(path: readonly PathPoint[], required: Required): readonly Change[] {
  return path
    .filter(({ step }) => step.definition.changes !== undefined)
    .map((point) => {
      const unearned = shortest(point.ways, ({ standing }) => !isEarned(standing, required, point.step.definition.first))
      return { point, ...(unearned && { unearned }) }
    })
}

/** The first change that is not earned: what is missing for it is missing for the later ones too, and is one mistake. */
export function firstUnearned(changes: readonly Change[], required: Required): UnearnedChange | undefined {
  const change = changes.find(({ unearned }) => unearned !== undefined)
  if (!change?.unearned) return undefined
  const { point, unearned: way } = change
  return { point, way, why: whyUnearned(way, required, point.step.definition.first) }
}

/** Whether what was proved is enough. More proof is never less. */
export function isEarned({ blind, vouched, factors, beyondSession, channels }: Standing, required: Required, first = false): boolean {
  if (blind) return true
  if (required === 'vouched') return vouched
  // A session proves who logged in once; the change of a password needs more than the browser that is still open. A first one changes none.
  if (factors === 0 || !(beyondSession || first)) return false
  return factors >= required.factors && (!required.distinctChannels || channels.length >= required.factors)
}

function whyUnearned(way: Way, required: Required, ofFirst = false): Unearned {
  if (required === 'vouched') return { is: 'unproven' }
  const factors = proofsOf(way).filter(({ definition }) => definition.proves.class !== 'vouched')
  const [first] = factors
  if (!first) return { is: 'unproven' }
  if (!way.standing.beyondSession && !ofFirst) return { is: 'session-alone', by: first }
  if (factors.length < required.factors) return { is: 'too-few', have: factors.length, need: required.factors }
  return { is: 'same-channel', ...sameChannel(factors, first) }
}

function sameChannel(factors: readonly ProvingStep[], first: ProvingStep): { readonly first: ProvingStep; readonly second: ProvingStep } {
  const channels = new Map<string, ProvingStep>()
  for (const factor of factors) {
    const earlier = channels.get(factor.definition.proves.channel)
    if (earlier) return { first: earlier, second: factor }
    channels.set(factor.definition.proves.channel, factor)
  }
  return { first, second: first }
}
