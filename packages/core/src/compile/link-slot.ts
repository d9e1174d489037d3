import { didYouMean } from '../diagnostics/near-name.js'
import { quote, quoteAll } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { Properties } from '../step/schema.js'
import type { SpokenSource } from '../syntax/flow-source.js'
import { isEmpty, type Named, type SyntaxNode } from '../syntax/node.js'
import { reportWrongType, textOf } from '../syntax/read-value.js'
import { linkSettings } from './link-settings.js'
import type { Spoken } from './linked-flow.js'
import type { DialectFacts } from './registry.js'

/** A dialect with fixed routes. */
export type SlottedDialect = DialectFacts & { readonly slots: readonly string[] }

export function hasSlots(dialect: DialectFacts): dialect is SlottedDialect {
  return dialect.slots !== undefined
}

/**
 * Reads which slot a flow takes: `speaks: { cidaas: change }`, or `{ cidaas: { slot: change } }` where options stand beside it. On the wire
 * the flow is called by its slot.
 */
export function linkSlot(reporter: Reporter, dialect: SlottedDialect, { name, options: node }: SpokenSource): Spoken {
  const short = node && textOf(node)
  if (node && !short && node.is !== 'map' && !isEmpty(node)) {
    reportWrongType(reporter, quote(name.text), node, 'the name of a slot, or a mapping with `slot`')
    return { dialect, name }
  }
  const owner = { of: `the dialect ${quote(dialect.name)}`, word: 'option', properties: propertiesOf(dialect) } as const
  const options = linkSettings(reporter, short ? undefined : node, owner)
  const wanted = short ?? (node && slotIn(node))
  // A fault of the options may be the misspelt key of the slot.
  const slot = wanted ? known(reporter, dialect, wanted) : options && missing(reporter, dialect, name)
  if (!options || !slot) return { dialect, name, ...(slot && { slot }) }
  const { slot: _said, ...others } = options
  return { dialect, name, slot, options: { ...others, as: slot.text } }
}

const WITH_SLOT = new WeakMap<SlottedDialect, Properties>()

/** The dialect's own options and the slot; kept, because schemas are compiled once for each object. */
function propertiesOf(dialect: SlottedDialect): Properties {
  const properties = WITH_SLOT.get(dialect) ?? { ...dialect.options, slot: { type: 'string' } }
  WITH_SLOT.set(dialect, properties)
  return properties
}

function slotIn(node: SyntaxNode): Named | undefined {
  const entry = node.is === 'map' ? node.entries.find(({ key }) => key === 'slot') : undefined
  return entry && textOf(entry.value)
}

function known(reporter: Reporter, dialect: SlottedDialect, slot: Named): Named | undefined {
  if (dialect.slots.includes(slot.text)) return slot
  reporter.report('unknown-slot', slot.span, `the dialect ${quote(dialect.name)} has no slot ${quote(slot.text)}`, {
    label: 'unknown',
    help: `it has ${quoteAll(dialect.slots)}`,
    ...didYouMean(slot.text, dialect.slots, { file: reporter.file, span: slot.span }),
  })
  return undefined
}

function missing(reporter: Reporter, dialect: SlottedDialect, name: Named): undefined {
  const [first = ''] = dialect.slots
  reporter.report('missing-slot', name.span, `the dialect ${quote(dialect.name)} serves a flow only in one of its slots`, {
    label: 'which slot?',
    help: `take ${quoteAll(dialect.slots, 'or')}: \`speaks: { ${dialect.name}: ${first} }\``,
  })
}
