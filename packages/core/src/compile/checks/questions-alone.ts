import { quote } from '../../diagnostics/quote.js'
import { isQuestions } from '../earned.js'
import { defineCheck } from './define-check.js'

/** Answers to security questions can be found out; a change that rests on them alone must be wanted in writing (SEC-69). */
export const questionsAlone = defineCheck({
  code: 'questions-alone',
  severity: 'warning',
  run({ flow, changes, report }) {
    const alone = changes.find(
      ({ point, earned }) => earned.is === 'earned' && !point.blind && point.proofs.length > 0 && point.proofs.every(isQuestions),
    )
    const [first] = alone?.point.proofs ?? []
    if (!alone || !first) return
    const { step } = alone.point
    report(
      first.span,
      `${quote(step.id)} changes the ${step.definition.changes} for whoever can answer the questions of ${quote(first.id)}`,
      {
        steps: [first.id, step.id],
        label: 'the only proof',
        related: [{ file: flow.file, span: step.span, message: 'the change' }],
        help: 'add a step that proves possession, or accept it: `allow: [{ code: questions-alone, reason: … }]`; until then the flow is not served',
      },
    )
  },
})
