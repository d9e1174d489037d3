import { writeWord } from '../diagnostics/fixes/write.js'
import { quote } from '../diagnostics/quote.js'
import type { Reporter, ReportMore } from '../diagnostics/reporter.js'
import type { Entry, Named } from './node.js'
import { readText } from './read-value.js'
import { CEL_WORDS, END, FLOW_ID, LONGEST_ID, RESTART, STEP_ID } from './words.js'

/** Reads the id of a flow or a fragment: kebab-case, 64 characters at the most. */
export function readFlowId(reporter: Reporter, entry: Entry, of = 'flow'): Named | undefined {
  const id = readText(reporter, entry, 'a name')
  if (!id || (FLOW_ID.test(id.text) && id.text.length <= LONGEST_ID)) return id
  const kebab = words(id.text.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase())?.join('-')
  const repair = kebab !== undefined && FLOW_ID.test(kebab) && kebab.length <= LONGEST_ID ? written(reporter, id, kebab) : {}
  reporter.report('bad-id', id.span, `the id of a ${of} is kebab-case, unlike ${quote(id.text)}`, repair)
  return undefined
}

/** Reads the id of a step: camelCase, no word of the condition language. */
export function readStepId(reporter: Reporter, entry: Entry): Named | undefined {
  const id = readText(reporter, entry, 'a name')
  if (!id) return undefined
  if (id.text === END || id.text === RESTART) {
    reporter.report('bad-id', id.span, `the id ${quote(id.text)} is a word of \`onFail\``)
    return undefined
  }
  if (CEL_WORDS.has(id.text)) {
    reporter.report('bad-id', id.span, `the id ${quote(id.text)} is a word of the condition language`)
    return undefined
  }
  if (STEP_ID.test(id.text) && id.text.length <= LONGEST_ID) return id
  const camel = words(id.text)
    ?.map((word, index) =>
      index === 0
        ? word.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (start) => start.toLowerCase())
        : word.replace(/^[a-z]/, (letter) => letter.toUpperCase()),
    )
    .join('')
  const repair = camel !== undefined && STEP_ID.test(camel) && camel.length <= LONGEST_ID ? written(reporter, id, camel) : {}
  reporter.report('bad-id', id.span, `the id of a step is camelCase, unlike ${quote(id.text)}`, repair)
  return undefined
}

/** The words of an id, without the marks of its letters. @returns undefined when it holds more than words and what usually stands between them. */
function words(text: string): readonly string[] | undefined {
  const bare = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').trim()
  return /^[\w ./-]+$/.test(bare) ? bare.split(/[^A-Za-z0-9]+/).filter((word) => word !== '') : undefined
}

/** Without their marks letters may say something else: then it is for the author to decide. */
function written({ file }: Reporter, { span, text }: Named, id: string): Pick<ReportMore, 'help' | 'fix'> {
  return { help: `write \`${id}\``, ...(/^[ -~]+$/.test(text) && { fix: writeWord(file, span, id) }) }
}
