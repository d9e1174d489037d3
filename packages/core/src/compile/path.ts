import type { StepDefinition } from '../step/define-step.js'
import { optionsOf, type LinkedStep, type Option, type Station } from './linked-flow.js'
import { BLIND, isProving, keyOf, NOTHING_PROVED, withProof, type ProvingStep, type Standing } from './standing.js'

/** What is certain when a step is entered. */
export interface PathPoint {
  readonly step: LinkedStep
  /** Index of its station; options of one choice share it. */
  readonly at: number
  /** The step that found the person: the same on all paths, because it is no option. */
  readonly namedBy?: LinkedStep
  /** The ways that lead here, in the order written: the first of each standing there may be. */
  readonly ways: readonly Way[]
  /** True when nothing is certain on any of them. */
  readonly blind: boolean
}

/** A path up to a station, standing for all others of the same standing. */
export interface Way {
  readonly standing: Standing
  /** The last step of it, and the way to that step; absent at the start. */
  readonly last?: { readonly step: LinkedStep; readonly proves: boolean; readonly from: Way }
}

/**
 * Walks all paths of a flow together. There are as many paths as choices have combinations, but only a bounded number of standings, so
 * that the work grows with the number of steps alone.
 */
export function walkPaths(stations: readonly Station[]): readonly PathPoint[] {
  const points: PathPoint[] = []
  let ways: readonly Way[] = [{ standing: NOTHING_PROVED }]
  let namedBy: LinkedStep | undefined
  for (const [at, station] of stations.entries()) {
    const blind = ways.every(({ standing }) => standing.blind)
    for (const step of optionsOf(station)) {
      if (step.is === 'step') points.push({ step, at, ...(namedBy && { namedBy }), ways, blind })
    }
    if (station.is === 'step' && station.definition.names === true) namedBy ??= station
    ways = goOn(ways, optionsOf(station), namedBy)
  }
  return points
}

/** The ways by which a station is left. Ways are in the order of the paths they stand for, and stay so. */
function goOn(ways: readonly Way[], options: readonly Option[], namedBy: LinkedStep | undefined): readonly Way[] {
  if (options.length === 0) return ways
  const found = new Map<string, Way>()
  for (const from of ways) {
    for (const option of options) {
      const way = step(from, option, namedBy)
      const key = keyOf(way.standing)
      if (!found.has(key)) found.set(key, way)
    }
  }
  return [...found.values()]
}

function step(from: Way, option: Option, namedBy: LinkedStep | undefined): Way {
  if (option.is === 'unknown') return { ...from, standing: BLIND }
  const proof = proofOf(option, namedBy)
  return {
    standing: proof ? withProof(from.standing, proof) : from.standing,
    last: { step: option, proves: proof !== undefined, from },
  }
}

/** A step that comes too early for its person is reported as such; that its proof is then missing is no second mistake. */
function proofOf(option: LinkedStep, namedBy: LinkedStep | undefined): ProvingStep | undefined {
  if (!isProving(option)) return undefined
  return namedBy || needsPrincipal(option.definition) || option.definition.proves.class === 'vouched' ? option : undefined
}

/** The steps of a way, in order. */
export function stepsOf(way: Way): readonly LinkedStep[] {
  const steps: LinkedStep[] = []
  for (let { last } = way; last; { last } = last.from) steps.push(last.step)
  return steps.toReversed()
}

/** The proofs of a way, in order. */
export function proofsOf(way: Way): readonly ProvingStep[] {
  const proofs: ProvingStep[] = []
  for (let { last } = way; last; { last } = last.from) {
    if (last.proves && isProving(last.step)) proofs.push(last.step)
  }
  return proofs.toReversed()
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

/** The path of a way to a step. */
export function showWay(way: Way, step: LinkedStep): string {
  return showPath([...stepsOf(way), step])
}
