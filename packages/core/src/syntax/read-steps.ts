import { makeList } from '../diagnostics/fixes/indent.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { ItemSource } from './flow-source.js'
import { isEmpty, type Entry, type SyntaxNode } from './node.js'
import { readItem } from './read-item.js'
import { isModifier } from './read-modifiers.js'
import { reportWrongType } from './read-value.js'
import { longDashes } from './look-alikes.js'
import { reportMissingSpace } from './missing-space.js'

/** Reads `steps`. A mapping in place of the list is reported once and read as if every key were an item, so that all else is found too. */
export function readSteps(reporter: Reporter, { keySpan, value }: Entry): readonly ItemSource[] {
  switch (value.is) {
    case 'faulty':
      return [UNREADABLE]
    case 'list':
      if (value.items.length === 0) reportNone(reporter, keySpan)
      return value.items.map((item) => readItem(reporter, item))
    case 'map':
      return readMappedSteps(reporter, value.entries)
    case 'scalar':
      return readScalarSteps(reporter, keySpan, value)
    default:
      return value satisfies never
  }
}

const UNREADABLE: ItemSource = { is: 'unreadable' }

function readMappedSteps(reporter: Reporter, entries: readonly Entry[]): readonly ItemSource[] {
  const [first] = entries
  if (!first) return [UNREADABLE]
  const missing = entries.find(({ key }) => key.startsWith('-'))
  if (missing && reportMissingSpace(reporter, missing.keySpan)) return [UNREADABLE]
  const fix = makeList(reporter.file, entries, isModifier)
  reporter.report('steps-not-a-list', first.keySpan, '`steps` is a list, not a mapping', {
    label: 'no `-` before it',
    help: 'put `- ` before each step',
    ...(fix && { fix }),
  })
  return entries
    .filter(({ key }) => !isModifier(key))
    .map((entry) => readItem(reporter, { is: 'map', span: entry.keySpan, entries: [entry] }))
}

function readScalarSteps(reporter: Reporter, keySpan: Entry['keySpan'], value: SyntaxNode): readonly ItemSource[] {
  const dashes = longDashes(reporter.file, value.span)
  if (isEmpty(value)) reportNone(reporter, keySpan)
  else if (dashes) {
    const { span, message, ...more } = dashes
    reporter.report('wrong-type', span, message, more)
  } else reportWrongType(reporter, '`steps`', value, 'a list of steps')
  return [UNREADABLE]
}

function reportNone(reporter: Reporter, span: Entry['keySpan']): void {
  reporter.report('no-steps', span, 'the flow has no steps', { help: 'list them below, one `- name` on each line' })
}
