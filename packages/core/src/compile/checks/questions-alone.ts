import { quote } from '../../diagnostics/quote.js'
import { effectOf, isEarned, type Change } from '../earned.js'
import type { Required } from '../../machine/machine.js'
import { proofsOf, shortest, showWay, type Way } from '../path.js'
import { defineCheck, placeOf } from './define-check.js'

/** Answers to security questions can be found out; a change that rests on them alone, on any path, must be wanted in writing (SEC-69). */
export const questionsAlone = defineCheck({
  code: 'questions-alone',
  severity: 'warning',
  run({ flow, changes, report }) {
    const [alone] = changes.flatMap((change) => {
      const way = wayOfQuestions(change, flow.source.require)
      return way ? [{ step: change.point.step, way, several: change.point.ways.length > 1 }] : []
    })
    const [first] = alone ? proofsOf(alone.way) : []
    if (!alone || !first) return
    const { step, way, several } = alone
    report(first, `${quote(step.id)} ${effectOf(step.definition)} for whoever can answer the questions of ${quote(first.id)}`, {
      steps: [first.id, step.id],
      label: 'the only proof',
      related: [{ ...placeOf(step), message: `the change${several ? ` by ${showWay(way, step)}` : ''}` }],
      help: 'add a step that proves possession, or accept it: `allow: [{ code: questions-alone, reason: … }]`; until then the flow is not served',
    })
  },
})

/** The first way on which the change is earned by questions and nothing else. */
function wayOfQuestions({ point }: Change, required: Required): Way | undefined {
  return shortest(point.ways, ({ standing }) => {
    const { blind, factors, onlyQuestions } = standing
    return !blind && factors > 0 && onlyQuestions && isEarned(standing, required)
  })
}
