import { optionsOf, type LinkedFlow, type LinkedStep } from '../compile/linked-flow.js'
import { termsOf } from '../compile/later-needs.js'
import { atomsOf } from '../machine/condition.js'
import type { Compared } from './compared.js'
import { effectOf } from './effects.js'
import { stepsOfPair } from './items.js'
import { isLike, obstacleOf } from './obstacle.js'
import { conditionInOldNames } from './rename.js'
import { areAlike } from './ways.js'

/** Steps of both versions that stand in the way of the same people. */
export interface Alike {
  readonly old: ReadonlySet<LinkedStep>
  readonly now: ReadonlySet<LinkedStep>
}

/**
 * The steps that some people meet in both versions, and the same people. They are struck out on both sides: what takes less with them takes less without
 * them. A condition on what the caller says does not count, because the caller may say something else to meet another step.
 */
export function alikeIn({ old, now, matching, renamed, domains }: Compared): Alike {
  const [olds, nows] = [beforeChanges(old.linked), beforeChanges(now.linked)]
  const pairs = matching.pairs.flatMap((pair) => {
    const steps = stepsOfPair(pair)
    if (!steps || pair.old.within || pair.now.within || !olds.has(steps.old) || !nows.has(steps.now)) return []
    return isStruck(steps.old) &&
      isStruck(steps.now) &&
      areLike(steps.old, steps.now) &&
      areAlike(steps.old.when, conditionInOldNames(steps.now.when, renamed), domains)
      ? [steps]
      : []
  })
  return { old: new Set(pairs.map((pair) => pair.old)), now: new Set(pairs.map((pair) => pair.now)) }
}

function beforeChanges({ stations }: LinkedFlow): ReadonlySet<LinkedStep> {
  const first = stations.findIndex((station) => optionsOf(station).some((option) => option.is === 'step' && effectOf(option) !== undefined))
  return new Set(stations.slice(0, first).filter((station) => station.is === 'step'))
}

function isStruck({ when, writes }: LinkedStep): boolean {
  if (when?.is !== 'condition' || Object.keys(writes).length > 0) return false
  return atomsOf(when.condition).every((atom) => termsOf(atom).every((term) => term.startsWith('principal.')))
}

function areLike(old: LinkedStep, now: LinkedStep): boolean {
  const [one, other] = [obstacleOf(old), obstacleOf(now)]
  return one !== undefined && other !== undefined && isLike(one, other)
}
