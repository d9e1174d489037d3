import { quote } from '../../diagnostics/quote.js'
import { defineCheck } from './define-check.js'

/** Naming somebody again would lose, or worse, lend the proof of the first person (SEC-22): a path names once. */
export const namedTwice = defineCheck({
  code: 'named-twice',
  severity: 'error',
  run({ flow, path, report }) {
    for (const { step, namedBy } of path) {
      if (step.definition.names !== true || !namedBy) continue
      report(step.span, `${quote(step.id)} names the person a second time`, {
        steps: [step.id],
        related: [{ file: flow.file, span: namedBy.span, message: `${quote(namedBy.id)} has named one` }],
        help: 'what was proved before would be about somebody else; delete one of the two',
      })
    }
  },
})
