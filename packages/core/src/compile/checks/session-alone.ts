import { quote } from '../../diagnostics/quote.js'
import { firstUnearned } from '../earned.js'
import { showPath } from '../path.js'
import { defineCheck } from './define-check.js'

/** A session is no proof for a change of password: whoever finds the browser open has it too (SEC-64). */
export const sessionAlone = defineCheck({
  code: 'session-alone',
  severity: 'error',
  run({ flow, changes, report }) {
    const change = firstUnearned(changes)
    if (change?.earned.is !== 'session-alone') return
    const { step, before } = change.point
    const { by } = change.earned
    const path = showPath([...before, step])
    report(step.span, `${quote(step.id)} changes the ${step.definition.changes}, but the path ${path} proves no more than a session`, {
      steps: [step.id],
      label: 'not earned',
      related: [{ file: flow.file, span: by.span, message: `${quote(by.id)} proves the session` }],
      help: 'ask for one more proof, such as the present password or a code',
    })
  },
})
