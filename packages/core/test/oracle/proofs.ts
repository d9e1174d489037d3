import type { Evidence, Required } from '../../src/index.js'
import type { Stop } from './flow.js'
import type { Path } from './walk.js'

/** The proofs of a path that are about the person: not those of a step that needs nobody and came before anybody was named. */
export function proofsOn({ steps }: Path): readonly Stop[] {
  return steps.flatMap(({ stop }, index) => {
    const { proof, about } = stop.rule
    const named = steps.slice(0, index + 1).some((step) => step.stop.rule.names)
    return proof && (named || about || proof.class === 'vouched') ? [stop] : []
  })
}

/** True where nothing was proved but by security questions. To know the present password is knowledge, and no question. */
export function onlyQuestions(path: Path): boolean {
  return proofsOn(path).every(({ rule }) => rule.questions)
}

/** Why the proofs of a path do not earn a change; undefined when they do. */
export function lack(path: Path, change: Stop, required: Required): string | undefined {
  const proofs = proofsOn(path).flatMap(({ rule }) => rule.proof ?? [])
  if (required === 'vouched') return proofs.some((proof) => proof.class === 'vouched') ? undefined : 'unproven-change'
  const factors = proofs.filter((proof) => proof.class !== 'vouched')
  if (factors.length === 0) return 'unproven-change'
  if (!change.rule.first && factors.every((proof) => proof.class === 'session')) return 'session-alone'
  if (factors.length < required.factors) return 'weak-proof'
  const channels = new Set(factors.map(({ channel }) => channel))
  return required.distinctChannels && channels.size < required.factors ? 'same-channel' : undefined
}

/** True where nothing but the word of nobody stands for the person. */
export function isUnproved(path: Path): boolean {
  return proofsOn(path).length === 0
}

/** What a conversation that went this way holds in its hands. */
export function evidenceOf(path: Path): readonly Evidence[] {
  return proofsOn(path).flatMap(({ id, rule }) => (rule.proof ? [{ step: id, ...rule.proof, who: 'somebody' }] : []))
}
