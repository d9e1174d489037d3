import { deleteItem } from '../diagnostics/fixes/take-out.js'
import { quote } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { SpokenSource } from './flow-source.js'
import type { Entry } from './node.js'
import { reportWrongType, textOf } from './read-value.js'

/** Reads `speaks`: a list of dialect names, or a mapping from dialect to options. */
export function readSpeaks(reporter: Reporter, entry: Entry): readonly SpokenSource[] | undefined {
  const { key, value } = entry
  if (value.is === 'map') return value.entries.map(({ key, keySpan, value }) => ({ name: { text: key, span: keySpan }, options: value }))
  if (value.is !== 'list') {
    reportWrongType(reporter, quote(key), value, 'a list of dialects, or a mapping from dialect to options')
    return undefined
  }
  if (value.items.length === 0) {
    reporter.report('bad-value', value.span, `${quote(key)} names no dialect, so that nobody could reach the flow`, {
      help: 'name one, or delete the line: then every dialect exposes the flow that can do so unasked',
    })
  }
  const names = new Set<string>()
  return value.items.flatMap((item) => {
    const name = textOf(item)
    if (!name) {
      reportWrongType(reporter, 'an item of `speaks`', item, 'the name of a dialect')
      return []
    }
    if (names.has(name.text)) {
      const fix = deleteItem(reporter.file, name.span, { key: entry.keySpan, items: value.items.map(({ span }) => span) })
      reporter.report('bad-value', name.span, `the dialect ${quote(name.text)} is named twice`, fix && { fix })
      return []
    }
    names.add(name.text)
    return [{ name }]
  })
}
