import { quote } from '../../diagnostics/quote.js'
import { outcomesOf } from '../../condition/consistent.js'
import type { ConditionUses } from '../../condition/read-condition.js'
import { stepsIn, type LinkedFlow } from '../linked-flow.js'
import { needsPrincipal, type ConditionPoint, type Way } from '../path.js'
import { defineCheck, type CheckContext, type Reportable } from './define-check.js'

/** What never holds is dead text: the step is never taken, and its author believes that it is. */
export const conditionAlwaysFalse = defineCheck({
  code: 'condition-always-false',
  severity: 'error',
  run(context) {
    for (const point of context.walk.conditions) {
      const { item } = point
      if (alone(context, point) !== 'false') continue
      context.report(placeOfCondition(point), `this condition never holds, so that ${quote(item.id)} is never reached`, {
        steps: [item.id],
        label: 'always false',
        help: 'correct it, or delete the step',
      })
    }
  },
})

/** What always holds decides nothing; mostly something else was meant. */
export const conditionAlwaysTrue = defineCheck({
  code: 'condition-always-true',
  severity: 'warning',
  run(context) {
    for (const point of context.walk.conditions) {
      const { item, ways, held, failed } = point
      if (point.when.is === 'faulty' || !ways.some(isCertain) || !held || failed) continue
      const always = alone(context, point) === 'true' ? 'always holds' : 'holds on every path that leads here'
      context.report(placeOfCondition(point), `this condition ${always}`, {
        steps: [item.id],
        label: 'always true',
        help: 'delete it, or correct it',
      })
    }
  },
})

/** A step that no path leads to. */
export const unreachableStep = defineCheck({
  code: 'unreachable-step',
  severity: 'error',
  run(context) {
    for (const point of context.walk.conditions) {
      const { item, ways, held } = point
      if (!ways.some(isCertain) || held || alone(context, point) === 'false') continue
      context.report(item, `no path leads to ${quote(item.id)}: its condition contradicts the conditions before it`, {
        steps: [item.id],
        label: 'never reached',
        help: 'correct the condition, or delete the step',
      })
    }
    // What stands behind a dead end is reported where the end is: the first choice that never has an option left.
    const { deadEnd, points } = context.walk
    const after = deadEnd === undefined ? undefined : points.find(({ at }) => at > deadEnd)
    if (after) {
      context.report(after.step, `no path leads to ${quote(after.step.id)}`, {
        steps: [after.step.id],
        label: 'never reached',
        help: 'the choice before it never has an option left',
      })
    }
  },
})

/** Before anything is proved, a condition on the person that decides what is asked shows a stranger what the person has. */
export const visibleBranchBeforeProof = defineCheck({
  code: 'visible-branch-before-proof',
  severity: 'warning',
  run({ flow, walk, report }) {
    if (flow.source.unknownAccount === 'reveal') return
    for (const point of walk.conditions) {
      const { item, when, ways, held, failed } = point
      const visible = item.is === 'choose' || item.definition.kind !== undefined
      if (when.is === 'faulty' || !visible || !(held && failed) || !ways.some(isUnproved)) continue
      const names = namesOfPerson(when.uses, flow)
      if (names.length === 0) continue
      report(
        placeOfCondition(point),
        `whether ${quote(item.id)} is asked depends on ${names.map(quote).join(', ')} before anything is proved`,
        {
          steps: [item.id],
          label: 'seen by strangers',
          help: 'put a proof before it, or accept it with a reason under `allow`',
        },
      )
    }
  },
})

/** What a condition asks that may come from the directory: attributes, and facts of steps that see the person. */
function namesOfPerson({ principal, facts }: ConditionUses, { stations }: LinkedFlow): readonly string[] {
  const seeing = new Set(
    stepsIn(stations).flatMap(({ id, definition }) => (definition.names === true || needsPrincipal(definition) ? [id] : [])),
  )
  const written = facts.filter(({ step }) => seeing.has(step)).map(({ step, fact }) => `facts.${step}.${fact}`)
  return [...new Set([...principal.map((name) => `principal.${name}`), ...written])]
}

/** More branches than a person can follow, and than are worth proving. */
export const tooManyBranches = defineCheck({
  code: 'too-many-branches',
  severity: 'error',
  run({ flow, walk, report }) {
    const station = walk.tooMany === undefined ? undefined : flow.stations[walk.tooMany]
    if (!station || station.is === 'unknown') return
    report(station, `up to ${quote(station.id)} the flow branches into more ways than can be proved safe`, {
      steps: [station.id],
      label: 'too many ways',
      help: 'split the flow into several flows, or make conditions share their questions',
    })
  },
})

/** What a condition comes out as by itself, whatever was decided before. */
function alone({ flow }: CheckContext, { when }: ConditionPoint): 'true' | 'false' | 'open' {
  if (when.is === 'faulty') return 'open'
  const outcomes = outcomesOf(when.condition, new Map(), flow.domains)
  if (outcomes.every(({ holds }) => holds)) return 'true'
  return outcomes.every(({ holds }) => !holds) ? 'false' : 'open'
}

function isCertain({ standing }: Way): boolean {
  return !standing.blind
}

function isUnproved({ standing }: Way): boolean {
  return !standing.blind && standing.factors === 0 && !standing.vouched
}

function placeOfCondition({ item, when }: ConditionPoint): Reportable {
  return when.is === 'faulty' ? item : { ...when.at, ...(item.includedAt && { includedAt: item.includedAt }) }
}
