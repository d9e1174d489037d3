import { quote, quoteAll } from '../../diagnostics/quote.js'
import { defineCheck } from './define-check.js'
import { aboutDialects, theDialects } from './spoken-words.js'

/** A step that takes a value of the request would fail for every caller of a wire that does not carry it. */
export const dialectCannotOffer = defineCheck({
  code: 'dialect-cannot-offer',
  severity: 'error',
  run({ flow, path, report }) {
    for (const { step } of path) {
      const takes = step.definition.takes ?? []
      const short = flow.speaks.filter(({ dialect }) => takes.some((value) => dialect.offers?.includes(value) !== true))
      if (short.length === 0) continue
      const missing = takes.filter((value) => short.some(({ dialect }) => dialect.offers?.includes(value) !== true))
      report(step, `${theDialects(short)} cannot offer ${quoteAll(missing)}, which ${quote(step.id)} takes from the request`, {
        steps: [step.id],
        label: 'not on this wire',
        ...aboutDialects(flow, short),
      })
    }
  },
})
