import { quote } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { WhenSource } from './flow-source.js'
import type { Entry } from './node.js'
import { readText, reportWrongType } from './read-value.js'

/** Reads the text of a condition. Whether it is one is found out when the names around it are known. */
export function readWhen(reporter: Reporter, entry: Entry): WhenSource | undefined {
  const { key, value } = entry
  if (value.is === 'scalar' && typeof value.value === 'boolean') return whenOf(reporter, { text: String(value.value), span: value.span })
  if (value.is === 'scalar' && typeof value.value === 'string') {
    const text = readText(reporter, entry)
    return text && whenOf(reporter, text)
  }
  reportWrongType(reporter, quote(key), value, "a condition, such as `size(principal.kba) >= 2` or `facts.parameters.channel == 'sms'`")
  return undefined
}

/** Places inside a condition can be shown only where the file holds it letter for letter. */
function whenOf({ file }: Reporter, { text, span }: Pick<WhenSource, 'text' | 'span'>): WhenSource {
  const written = file.text.slice(span.start, span.end)
  const at = [0, 1].find((offset) => written.slice(offset, offset + text.length) === text)
  return { text, span, ...(at !== undefined && { textStart: span.start + at }) }
}
