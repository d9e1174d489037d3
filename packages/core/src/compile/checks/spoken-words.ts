import { quote, quoteAll } from '../../diagnostics/quote.js'
import type { ReportMore } from '../../diagnostics/reporter.js'
import type { LinkedFlow, Spoken } from '../linked-flow.js'

/** Dialects as the subject of a sentence: "the dialects `a` and `b`". */
export function theDialects(spoken: readonly Spoken[]): string {
  return `the dialect${spoken.length > 1 ? 's' : ''} ${quoteAll(spoken.map(({ dialect }) => dialect.name))}`
}

/** Where the dialects are named, and the repair: to be left out, or to be listed in the first place. */
export function aboutDialects(flow: LinkedFlow, spoken: readonly Spoken[]): Pick<ReportMore, 'related' | 'help'> {
  const related = spoken.flatMap(({ dialect, name }) =>
    name ? [{ file: flow.file, span: name.span, message: `${quote(dialect.name)} is spoken here` }] : [],
  )
  const help =
    related.length > 0 ? 'take the dialect out of `speaks`, or the step out of the flow' : 'list the dialects that can under `speaks`'
  return { related, help }
}
