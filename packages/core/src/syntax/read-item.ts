import { moveDashes } from '../diagnostics/fixes/dash.js'
import { quote } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { ItemSource, Modifiers } from './flow-source.js'
import { reportMissingSpace } from './missing-space.js'
import { isEmpty, type MapNode, type ScalarNode, type SyntaxNode } from './node.js'
import { readChoose, reportNoOptions } from './read-choose.js'
import { readInclude } from './read-include.js'
import { isModifier, readModifiers } from './read-modifiers.js'
import { reportWrongType } from './read-value.js'
import { CHOOSE, INCLUDE } from './words.js'

const UNREADABLE: ItemSource = { is: 'unreadable' }

const NO_MODIFIERS: Modifiers = {}

/** Reads one entry of `steps`: a name, or a mapping with one key that is no modifier. */
export function readItem(reporter: Reporter, item: SyntaxNode): ItemSource {
  switch (item.is) {
    case 'faulty':
      return UNREADABLE
    case 'list':
      reportWrongType(reporter, 'a step', item, 'a name, or a name with settings')
      return UNREADABLE
    case 'scalar':
      return readNamed(reporter, item)
    case 'map':
      return readMapped(reporter, item)
    default:
      return item satisfies never
  }
}

function readNamed(reporter: Reporter, item: ScalarNode): ItemSource {
  if (isEmpty(item)) {
    // The place of an empty item lies behind its dash, often on the next line.
    const dash = reporter.file.text.lastIndexOf('-', Math.max(0, item.span.start - 1))
    const span = item.span.end > item.span.start || dash === -1 ? item.span : { start: dash, end: dash + 1 }
    reporter.report('wrong-type', span, 'this item names no step', { help: 'name a step, or delete the `-`' })
    return UNREADABLE
  }
  if (typeof item.value !== 'string') {
    reporter.report('wrong-type', item.span, `a step is a name, not ${quote(String(item.value))}`)
    return UNREADABLE
  }
  if (item.plain && ((!isQualified(item.value) && reportMissingSpace(reporter, item.span)) || reportSwallowed(reporter, item)))
    return UNREADABLE
  if (item.value === CHOOSE) {
    reportNoOptions(reporter, item.span)
    return UNREADABLE
  }
  if (item.value === INCLUDE) {
    reporter.report('missing-key', item.span, 'this `include` names no file', { help: 'name it: `include: ./shared/confirm.yaml`' })
    return UNREADABLE
  }
  return { is: 'step', type: { text: item.value, span: item.span }, strays: [] }
}

function readMapped(reporter: Reporter, item: MapNode): ItemSource {
  const others = item.entries.filter(({ key }) => !isModifier(key))
  const [named, ...strays] = others
  if (named?.key === CHOOSE) {
    return readChoose(
      reporter,
      named,
      item.entries.filter((entry) => entry !== named),
      readItem,
    )
  }
  if (named?.key === INCLUDE) {
    return readInclude(
      reporter,
      named,
      item.entries.filter((entry) => entry !== named),
    )
  }
  const modifiers = others.length === item.entries.length ? NO_MODIFIERS : readModifiers(reporter, item.entries)
  if (!named) {
    const [first] = item.entries
    if (!first) reporter.report('wrong-type', item.span, 'this item names no step', { help: 'name a step, or delete it' })
    else {
      reporter.report('missing-key', first.keySpan, `${quote(first.key)} stands beside no step`, {
        help: 'a modifier belongs to the item that names the step; delete the `-` before it',
      })
    }
    return UNREADABLE
  }
  if (reportMissingSpace(reporter, named.keySpan)) return UNREADABLE
  return { is: 'step', type: { text: named.key, span: named.keySpan }, settings: named.value, strays, ...modifiers }
}

/** True for two names with a colon between them: not a setting without its space, but a step of another package with the wrong mark. */
function isQualified(text: string): boolean {
  return /^[A-Za-z][\w-]*:[A-Za-z][\w-]*$/.test(text) && !isModifier(text.slice(0, text.indexOf(':')))
}

/** A dash that is indented further than the one before it continues the text of that item. */
function reportSwallowed(reporter: Reporter, { span }: ScalarNode): boolean {
  const match = /\n[ \t]*(-) +(\S+)/.exec(reporter.file.text.slice(span.start, span.end))
  if (!match) return false
  const [all, , name = ''] = match
  const dash = span.start + match.index + all.indexOf('-')
  const fix = moveDashes(reporter.file, span)
  reporter.report('two-steps-in-one-item', { start: dash, end: dash + 1 }, `the step ${quote(name)} is read as part of the item above it`, {
    label: 'indented too far',
    help: 'indent this `-` like the one above it',
    ...(fix && { fix }),
  })
  return true
}
