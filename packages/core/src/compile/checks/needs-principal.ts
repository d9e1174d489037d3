import { quote } from '../../diagnostics/quote.js'
import { needsPrincipal as needs } from '../path.js'
import { defineCheck } from './define-check.js'

/** A step that asks about a person needs to know which one. Reported once for each flow: one missing step is one mistake. */
export const needsPrincipal = defineCheck({
  code: 'needs-principal',
  severity: 'error',
  run({ path, registry, report }) {
    const early = path.find(({ step, namedBy, blind }) => !namedBy && !blind && needs(step.definition))
    if (!early) return
    const later = path.find(({ step }) => step.definition.names === true)
    const naming = [...registry.steps.values()].find((step) => step.names === true && step.caller !== true)
    const example = naming ? `, such as \`${naming.type}\`` : ''
    const help = later ? `move ${quote(later.step.id)} up, before it` : `put a step before it that finds the person${example}`
    report(early.step.span, `${quote(early.step.id)} needs to know the person, but no step before it names one`, {
      help,
      steps: [early.step.id],
      label: 'about whom?',
    })
  },
})
