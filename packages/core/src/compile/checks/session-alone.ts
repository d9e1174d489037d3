import { quote } from '../../diagnostics/quote.js'
import { effectOf, firstUnearned } from '../earned.js'
import { showWay } from '../path.js'
import { defineCheck, placeOf } from './define-check.js'

/** A session is no proof for a change of password: whoever finds the browser open has it too (SEC-64). */
export const sessionAlone = defineCheck({
  code: 'session-alone',
  severity: 'error',
  run({ flow, changes, report }) {
    const change = firstUnearned(changes, flow.source.require)
    if (change?.why.is !== 'session-alone') return
    const { step } = change.point
    const { by } = change.why
    const path = showWay(change.way, step)
    report(step, `${quote(step.id)} ${effectOf(step.definition)}, but the path ${path} proves no more than a session`, {
      steps: [step.id],
      label: 'not earned',
      related: [{ ...placeOf(by), message: `${quote(by.id)} proves the session` }],
      help: 'ask for one more proof, such as the present password or a code',
    })
  },
})
