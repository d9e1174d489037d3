import { quote } from '../../diagnostics/quote.js'
import type { RequirementKind } from '../../step/requirement.js'
import { isPick, optionsOf, type LinkedFlow, type Station } from '../linked-flow.js'
import { defineCheck } from './define-check.js'
import { aboutDialects, theDialects } from './spoken-words.js'

/** A wire without words for a kind of question would leave its callers stuck at that step. */
export const dialectCannotAsk = defineCheck({
  code: 'dialect-cannot-ask',
  severity: 'error',
  run({ flow, report }) {
    for (const { item, kind } of questionsOf(flow)) {
      const { id } = item
      const mute = flow.speaks.filter(({ dialect }) => !dialect.kinds.includes(kind))
      if (mute.length === 0) continue
      report(item, `${theDialects(mute)} cannot ask for ${quote(kind)}, which ${quote(id)} needs`, {
        steps: [id],
        label: 'no words for it',
        ...aboutDialects(flow, mute),
      })
    }
  },
})

interface AskedKind {
  readonly item: Exclude<Station, { readonly is: 'unknown' }>
  readonly kind: RequirementKind
}

/** What the flow asks, in the order written: of a choice the pick, then each option. */
function questionsOf({ stations }: LinkedFlow): readonly AskedKind[] {
  const asked: AskedKind[] = []
  for (const station of stations) {
    if (isPick(station)) asked.push({ item: station, kind: 'choice' })
    for (const option of optionsOf(station)) {
      if (option.is === 'step' && option.definition.kind !== undefined) asked.push({ item: option, kind: option.definition.kind })
    }
  }
  return asked
}
