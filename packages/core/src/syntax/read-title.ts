import { quote } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { Texts } from '../step/texts.js'
import type { Entry } from './node.js'
import { readText, reportWrongType } from './read-value.js'

/** A language tag as far as titles need it. Source: RFC 5646 section 2.1, without its rare parts. */
const LANGUAGE = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/

/** A text for people: one for all languages, or a mapping of languages to texts. */
export function readTitle(reporter: Reporter, entry: Entry): Texts | undefined {
  const { key, value } = entry
  if (value.is === 'scalar' && typeof value.value === 'string') {
    const text = readText(reporter, entry)?.text
    return text === undefined ? undefined : { '': text }
  }
  if (value.is !== 'map') {
    reportWrongType(reporter, quote(key), value, 'text, or a mapping of languages')
    return undefined
  }
  const texts: Record<string, string> = {}
  for (const language of value.entries) {
    if (!LANGUAGE.test(language.key)) {
      reporter.report('bad-value', language.keySpan, `${quote(language.key)} is no language`, {
        help: 'a language is written `en` or `pt-BR`',
      })
      continue
    }
    const text = readText(reporter, language)
    if (text) texts[language.key] = text.text
  }
  return Object.keys(texts).length === 0 ? undefined : texts
}
