import { quote } from '../../diagnostics/quote.js'
import { firstUnearned } from '../earned.js'
import { showWay } from '../path.js'
import { defineCheck } from './define-check.js'

/** A change that needs two factors is not earned by one. */
export const weakProof = defineCheck({
  code: 'weak-proof',
  severity: 'error',
  run({ flow, changes, report }) {
    const change = firstUnearned(changes, flow.source.require)
    if (change?.why.is !== 'too-few') return
    const { step } = change.point
    const { have, need } = change.why
    const path = showWay(change.way, step)
    report(step, `${quote(step.id)} needs ${need} factors, but the path ${path} proves ${have}`, {
      steps: [step.id],
      label: 'not earned',
      help: 'put another proving step before it, or lower `require.factors`',
    })
  },
})
