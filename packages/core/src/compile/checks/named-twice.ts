import { quote } from '../../diagnostics/quote.js'
import { passedOver, shortest, showWay } from '../path.js'
import { defineCheck, placeOf } from './define-check.js'

/** Naming somebody again would lose, or worse, lend the proof of the first person (SEC-22): a path names once. */
export const namedTwice = defineCheck({
  code: 'named-twice',
  severity: 'error',
  run({ path, report }) {
    for (const { step, ways } of path) {
      if (step.definition.names !== true) continue
      const way = shortest(ways, ({ standing }) => standing.namedBy !== undefined)
      const by = way?.standing.namedBy
      if (!way || !by) continue
      const on = step.when || by.when || passedOver(way).length > 0 ? ` on the path ${showWay(way, step)}` : ''
      report(step, `${quote(step.id)} names the person a second time${on}`, {
        steps: [step.id],
        related: [{ ...placeOf(by), message: `${quote(by.id)} has named one` }],
        help: 'what was proved before would be about somebody else; delete one of the two',
      })
    }
  },
})
