import { makeList } from '../diagnostics/fixes/indent.js'
import { quote } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { Span } from '../source/source-file.js'
import type { ItemSource } from './flow-source.js'
import { isEmpty, type Entry, type SyntaxNode } from './node.js'
import { isModifier, readModifiers } from './read-modifiers.js'
import { reportWrongType } from './read-value.js'
import { CHOICE_MODIFIERS, CHOOSE } from './words.js'

const UNREADABLE: ItemSource = { is: 'unreadable' }

/** Reads one entry of a list of steps. */
export type ReadItem = (reporter: Reporter, item: SyntaxNode) => ItemSource

/**
 * Reads a choice: a list of steps, of which one is picked.
 * @param beside the other keys of the item.
 * @param readItem reads an option, which is written like any step.
 */
export function readChoose(reporter: Reporter, { keySpan, value }: Entry, beside: readonly Entry[], readItem: ReadItem): ItemSource {
  const options = readOptions(reporter, keySpan, value, readItem)
  const modifiers = readModifiers(
    reporter,
    beside.filter(({ key }) => isChoiceModifier(key)),
  )
  if (options.length === 0) return UNREADABLE
  const strays = beside.filter(({ key }) => !isChoiceModifier(key))
  return { is: 'choose', span: keySpan, options, strays, ...modifiers }
}

/** A choice without its colon, or with nothing behind it, offers nothing. */
export function reportNoOptions(reporter: Reporter, span: Span): void {
  reporter.report('no-options', span, 'this `choose` offers nothing', {
    label: 'one of what?',
    help: 'list the steps to pick from: `choose: [emailValidation, smsValidation]`',
  })
}

/** Options in place of a list are reported once and read as if every key were an item, so that all else is found too. */
function readOptions(reporter: Reporter, keySpan: Span, value: SyntaxNode, readItem: ReadItem): readonly ItemSource[] {
  if (value.is === 'list') {
    if (value.items.length === 0) reportNoOptions(reporter, keySpan)
    return value.items.map((item) => readItem(reporter, item))
  }
  if (value.is === 'map' && value.entries.length > 0) {
    const fix = makeList(reporter.file, value.entries, isModifier)
    reporter.report('steps-not-a-list', value.entries[0]?.keySpan ?? value.span, `${quote(CHOOSE)} is a list, not a mapping`, {
      label: 'no `-` before it',
      help: 'put `- ` before each step',
      ...(fix && { fix }),
    })
    return value.entries
      .filter(({ key }) => !isModifier(key))
      .map((entry) => readItem(reporter, { is: 'map', span: entry.keySpan, entries: [entry] }))
  }
  if (value.is === 'map' || isEmpty(value)) reportNoOptions(reporter, keySpan)
  else reportWrongType(reporter, quote(CHOOSE), value, 'a list of steps')
  return []
}

function isChoiceModifier(key: string): boolean {
  return CHOICE_MODIFIERS.some((modifier) => modifier === key)
}
