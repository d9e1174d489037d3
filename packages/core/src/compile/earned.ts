import type { Required } from '../machine/machine.js'
import type { PathPoint, ProvingStep } from './path.js'

/** Whether a change is earned by what was proved before it. */
export type Earned =
  | { readonly is: 'earned' }
  | { readonly is: 'unproven' }
  | { readonly is: 'session-alone'; readonly by: ProvingStep }
  | { readonly is: 'too-few'; readonly have: number; readonly need: number }
  | { readonly is: 'same-channel'; readonly first: ProvingStep; readonly second: ProvingStep }

/** A step that changes a credential, and whether it may. */
export interface Change {
  readonly point: PathPoint
  readonly earned: Earned
}

/** Every step that changes a credential. */
export function changesOf(path: readonly PathPoint[], required: Required): readonly Change[] {
  return path.filter(({ step }) => step.definition.changes !== undefined).map((point) => ({ point, earned: judge(point, required) }))
}

/** The first change that is not earned: what is missing for it is missing for the later ones too, and is one mistake. */
export function firstUnearned(changes: readonly Change[]): Change | undefined {
  return changes.find(({ earned }) => earned.is !== 'earned')
}

/** True for a proof that consists of answered security questions. Knowing the present password is knowledge too, but no question. */
export function isQuestions({ definition }: ProvingStep): boolean {
  return definition.proves.class === 'knowledge' && definition.kind !== 'password'
}

function judge({ proofs, blind }: PathPoint, required: Required): Earned {
  if (blind) return { is: 'earned' }
  if (required === 'vouched')
    return proofs.some(({ definition }) => definition.proves.class === 'vouched') ? { is: 'earned' } : { is: 'unproven' }
  const factors = proofs.filter(({ definition }) => definition.proves.class !== 'vouched')
  const [first] = factors
  if (!first) return { is: 'unproven' }
  // A session proves who logged in once; the change of a password needs more than the browser that is still open.
  if (factors.every(({ definition }) => definition.proves.class === 'session')) return { is: 'session-alone', by: first }
  if (factors.length < required.factors) return { is: 'too-few', have: factors.length, need: required.factors }
  const channels = new Map<string, ProvingStep>()
  for (const factor of factors) {
    const { channel } = factor.definition.proves
    const earlier = channels.get(channel)
    if (!earlier) channels.set(channel, factor)
  }
  if (!required.distinctChannels || channels.size >= required.factors) return { is: 'earned' }
  const second = factors.find((factor) => channels.get(factor.definition.proves.channel) !== factor) ?? first
  return { is: 'same-channel', first: channels.get(second.definition.proves.channel) ?? first, second }
}
