import { didYouMean } from '../diagnostics/near-name.js'
import { quote } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { JsonObject } from '../step/json.js'
import type { SpokenSource } from '../syntax/flow-source.js'
import { linkSettings } from './link-settings.js'
import { hasSlots, linkSlot } from './link-slot.js'
import type { Spoken } from './linked-flow.js'
import type { DialectFacts, Registry } from './registry.js'

/** Looks up the dialects of a flow and checks its options. A flow that says nothing speaks those that name the flow in the path. */
export function linkSpeaks(
  reporter: Reporter,
  speaks: readonly SpokenSource[] | undefined,
  flowId: string | undefined,
  registry: Registry,
): readonly Spoken[] {
  const link = (dialect: DialectFacts, source?: SpokenSource): Spoken => {
    const owner = { of: `the dialect ${quote(dialect.name)}`, word: 'option', properties: dialect.options } as const
    const options = linkSettings(reporter, source?.options, owner)
    return { dialect, ...(source && { name: source.name }), ...(options && { options: named(options, dialect, flowId) }) }
  }
  if (!speaks) return [...registry.dialects.values()].filter((dialect) => dialect.speaksByDefault).map((dialect) => link(dialect))
  return speaks.flatMap((source) => {
    const dialect = registry.dialects.get(source.name.text)
    if (dialect) return [hasSlots(dialect) ? linkSlot(reporter, dialect, source) : link(dialect, source)]
    const { text, span } = source.name
    reporter.report('unknown-dialect', span, `there is no dialect ${quote(text)}`, {
      label: 'not registered',
      ...didYouMean(text, registry.dialects.keys(), { file: reporter.file, span }),
    })
    return []
  })
}

/** A flow that gives itself no name on a wire is called by its id. */
function named(options: JsonObject, dialect: DialectFacts, flowId: string | undefined): JsonObject {
  return 'as' in dialect.options && options['as'] === undefined && flowId !== undefined ? { ...options, as: flowId } : options
}
