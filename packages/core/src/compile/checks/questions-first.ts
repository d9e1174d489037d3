import { quote } from '../../diagnostics/quote.js'
import { isQuestions } from '../earned.js'
import type { LinkedStep } from '../linked-flow.js'
import { defineCheck } from './define-check.js'

/** Questions shown before anything was proved tell a stranger what to find out about the person (SEC-69). */
export const questionsFirst = defineCheck({
  code: 'questions-first',
  severity: 'warning',
  run({ path, changes, report }) {
    const first = path.find((point) => asksQuestions(point.step) && !point.blind && point.proofs.every(isQuestions))
    // A question about nobody is reported as such.
    if (!first?.namedBy) return
    // Where questions are the only proof of a change, that is the mistake, and it has its own report.
    if (changes.some(({ point }) => point.before.includes(first.step) && point.proofs.every(isQuestions))) return
    const later = path.slice(path.indexOf(first) + 1).find(({ step }) => step.definition.proves?.class === 'possession')
    report(first.step.span, `${quote(first.step.id)} asks its questions before anything is proved`, {
      steps: [first.step.id],
      label: 'asked too early',
      help: later ? `move ${quote(later.step.id)} up, before it` : 'put a step before it that proves possession',
    })
  },
})

function asksQuestions(step: LinkedStep): boolean {
  return step.definition.kind === 'answers'
}
