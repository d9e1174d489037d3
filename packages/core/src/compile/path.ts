import type { StepDefinition } from '../step/define-step.js'
import type { LinkedStep, Station } from './linked-flow.js'

/** What is certain when a step is entered. */
export interface PathPoint {
  readonly step: LinkedStep
  /** The steps before it, in order. */
  readonly before: readonly LinkedStep[]
  /** The step that found the person. */
  readonly namedBy?: LinkedStep
  /** Earlier steps whose proof is about the person of the conversation. */
  readonly proofs: readonly ProvingStep[]
  /** True behind a step nobody knows: it may have named, proved or written anything, so nothing is missing for certain. */
  readonly blind: boolean
}

export type ProvingStep = LinkedStep & { readonly definition: { readonly proves: NonNullable<StepDefinition['proves']> } }

/** Walks the one path of a linear flow. Later, conditions and choices will make it several. */
export function walkPath(stations: readonly Station[]): readonly PathPoint[] {
  const points: PathPoint[] = []
  const before: LinkedStep[] = []
  const proofs: ProvingStep[] = []
  let namedBy: LinkedStep | undefined
  let blind = false
  for (const station of stations) {
    if (station.is === 'unknown') {
      blind = true
      continue
    }
    points.push({ step: station, before: [...before], ...(namedBy && { namedBy }), proofs: [...proofs], blind })
    before.push(station)
    if (station.definition.names === true) namedBy ??= station
    // A step that comes too early for its person is reported as such; that its proof is then missing is no second mistake.
    if (isProving(station) && (namedBy || needsPrincipal(station.definition) || station.definition.proves.class === 'vouched'))
      proofs.push(station)
  }
  return points
}

/** True for a step that cannot run before somebody is named. */
export function needsPrincipal(step: StepDefinition): boolean {
  return step.names !== true && (step.needs !== undefined || step.proves?.subject !== undefined || step.changes !== undefined)
}

/** A path as messages show it: `userQuery` -> `reset`. */
export function showPath(steps: readonly LinkedStep[]): string {
  const shown = steps.length > 8 ? [...steps.slice(0, 3), undefined, ...steps.slice(-4)] : steps
  return shown.map((step) => (step ? `\`${step.id}\`` : '…')).join(' -> ')
}

function isProving(step: LinkedStep): step is ProvingStep {
  return step.definition.proves !== undefined
}
