import { quote, quoteAll } from '../diagnostics/quote.js'
import { didYouMean } from '../diagnostics/near-name.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { ENSURED, type Ensured } from '../machine/machine.js'
import type { Entry } from './node.js'
import { readList, reportWrongType, textOf } from './read-value.js'

/** Reads `ensure`: a set of what is brought about after a change. An empty list says: nothing. */
export function readEnsure(reporter: Reporter, entry: Entry): readonly Ensured[] | undefined {
  const wanted = `a list of ${quoteAll(ENSURED, 'or')}`
  const list = readList(reporter, entry, wanted)
  if (!list) return undefined
  const named = new Set<string>()
  for (const item of list.items) {
    const word = textOf(item)
    if (!word) reportWrongType(reporter, 'an entry of `ensure`', item, quoteAll(ENSURED, 'or'))
    else if (!ENSURED.some((ensured) => ensured === word.text)) {
      reporter.report(
        'bad-value',
        word.span,
        `\`ensure\` knows ${quoteAll(ENSURED)}, not ${quote(word.text)}`,
        didYouMean(word.text, ENSURED, { file: reporter.file, span: word.span }),
      )
    } else if (named.has(word.text)) reporter.report('bad-value', word.span, `${quote(word.text)} stands here a second time`)
    else named.add(word.text)
  }
  return ENSURED.filter((ensured) => named.has(ensured))
}
