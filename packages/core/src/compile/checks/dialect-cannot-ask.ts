import { quote, quoteAll } from '../../diagnostics/quote.js'
import { defineCheck } from './define-check.js'

/** A wire without words for a kind of question would leave its callers stuck at that step. */
export const dialectCannotAsk = defineCheck({
  code: 'dialect-cannot-ask',
  severity: 'error',
  run({ flow, path, report }) {
    for (const { step } of path) {
      const { kind } = step.definition
      if (kind === undefined) continue
      const mute = flow.speaks.filter(({ dialect }) => !dialect.kinds.includes(kind))
      if (mute.length === 0) continue
      const named = mute.flatMap(({ dialect, name }) =>
        name ? [{ file: flow.file, span: name.span, message: `${quote(dialect.name)} is spoken here` }] : [],
      )
      const names = quoteAll(mute.map(({ dialect }) => dialect.name))
      report(step.span, `the dialect${mute.length > 1 ? 's' : ''} ${names} cannot ask for ${quote(kind)}, which ${quote(step.id)} needs`, {
        steps: [step.id],
        label: 'no words for it',
        related: named,
        help:
          named.length > 0 ? 'take the dialect out of `speaks`, or the step out of the flow' : 'list the dialects that can under `speaks`',
      })
    }
  },
})
