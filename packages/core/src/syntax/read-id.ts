import { quote } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { Entry, Named } from './node.js'
import { readText } from './read-value.js'
import { CEL_WORDS, FLOW_ID, LONGEST_ID, STEP_ID } from './words.js'

/** Reads the id of a flow: kebab-case, 64 characters at the most. */
export function readFlowId(reporter: Reporter, entry: Entry): Named | undefined {
  const id = readText(reporter, entry)
  if (!id || (FLOW_ID.test(id.text) && id.text.length <= LONGEST_ID)) return id
  const kebab = id.text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
  const repair = FLOW_ID.test(kebab) && kebab.length <= LONGEST_ID ? { help: `write \`${kebab}\`` } : {}
  reporter.report('bad-id', id.span, `the id of a flow is kebab-case, unlike ${quote(id.text)}`, repair)
  return undefined
}

/** Reads the id of a step: camelCase, no word of the condition language. */
export function readStepId(reporter: Reporter, entry: Entry): Named | undefined {
  const id = readText(reporter, entry)
  if (!id) return undefined
  if (CEL_WORDS.has(id.text)) {
    reporter.report('bad-id', id.span, `the id ${quote(id.text)} is a word of the condition language`)
    return undefined
  }
  if (STEP_ID.test(id.text) && id.text.length <= LONGEST_ID) return id
  const camel = id.text
    .replace(/[^A-Za-z0-9]+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    .replace(/^[A-Z]/, (letter) => letter.toLowerCase())
  const repair = STEP_ID.test(camel) && camel.length <= LONGEST_ID ? { help: `write \`${camel}\`` } : {}
  reporter.report('bad-id', id.span, `the id of a step is camelCase, unlike ${quote(id.text)}`, repair)
  return undefined
}
