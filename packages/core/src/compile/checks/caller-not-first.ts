import { quote } from '../../diagnostics/quote.js'
import { defineCheck, placeOf } from './define-check.js'

/** Who may not call at all must learn nothing, so that whatever judges the caller stands before whatever asks the person. */
export const callerNotFirst = defineCheck({
  code: 'caller-not-first',
  severity: 'error',
  run({ path, report }) {
    const end = path.findIndex(({ step }) => step.definition.caller !== true)
    const other = path[end]?.step
    if (!other) return
    for (const { step, ways } of path.slice(end)) {
      if (step.definition.caller !== true) continue
      // One that names the person a second time is reported as that: the repair is to delete one of the two.
      if (step.definition.names === true && ways.some(({ standing }) => standing.namedBy)) continue
      report(step, `${quote(step.id)} judges the caller, but ${quote(other.id)} stands before it`, {
        steps: [step.id],
        label: 'too late',
        related: [{ ...placeOf(other), message: 'the step before it' }],
        help: `move ${quote(step.id)} to the top`,
      })
    }
  },
})
