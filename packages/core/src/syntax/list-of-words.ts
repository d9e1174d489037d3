import { putInBrackets } from '../diagnostics/fixes/write.js'
import { quote } from '../diagnostics/quote.js'
import type { ReportMore } from '../diagnostics/reporter.js'
import type { ScalarNode } from './node.js'

const WORDS = /^[A-Za-z][\w/-]*(?:, *[A-Za-z][\w/-]*)*$/

/**
 * The repair of words that stand where a list of them is wanted: brackets.
 * @returns undefined for anything that is more than words and commas.
 */
export function listOfWords(text: string, { span, plain }: ScalarNode): Pick<ReportMore, 'help' | 'fix'> | undefined {
  const words = text.slice(span.start, span.end)
  return plain && WORDS.test(words) ? { help: `write ${quote(`[${words}]`)}`, fix: putInBrackets(span) } : undefined
}
