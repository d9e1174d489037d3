import { putInQuotes, writeValue } from '../diagnostics/fixes/write.js'
import { quote, quoteAll } from '../diagnostics/quote.js'
import { didYouMean } from '../diagnostics/near-name.js'
import type { Reporter, ReportMore } from '../diagnostics/reporter.js'
import { parseDuration } from '../step/duration.js'
import { describeNode, isEmpty, type Entry, type ListNode, type MapNode, type Named, type ScalarNode, type SyntaxNode } from './node.js'
import { listOfWords } from './list-of-words.js'
import { reportMissingSpace } from './missing-space.js'
import { meantBoolean, meantDuration, meantInteger, meantRate } from './meant-value.js'
import { parseRate } from './rate.js'
import type { Rate } from '../machine/machine.js'

/**
 * Says that a value has the wrong type.
 * @param what whose value it is, as it stands in a sentence: "`steps`".
 * @param wanted what it must be: `a list of steps`.
 * @param meant what was certainly meant, to be written in its place.
 */
export function reportWrongType(reporter: Reporter, what: string, node: SyntaxNode, wanted: string, meant?: string): void {
  if (node.is === 'faulty') return
  if (node.is === 'scalar' && node.plain && reportMissingSpace(reporter, node.span)) return
  if (isEmpty(node)) {
    reporter.report('wrong-type', node.span, `${what} has no value; it is ${wanted}`)
    return
  }
  reporter.report('wrong-type', node.span, `${what} is ${wanted}, not ${describeNode(node)}`, repairOfType(reporter, node, wanted, meant))
}

function repairOfType(reporter: Reporter, node: SyntaxNode, wanted: string, meant: string | undefined): Pick<ReportMore, 'help' | 'fix'> {
  if (meant !== undefined) return { help: `write ${quote(meant)}`, fix: writeValue(node.span, meant) }
  if (node.is !== 'scalar') return {}
  if (wanted.startsWith('text')) return { help: 'put it in quotes', fix: putInQuotes(reporter.file, node.span) }
  return wanted.startsWith('a list') ? (listOfWords(reporter.file.text, node) ?? {}) : {}
}

export function readMap(reporter: Reporter, { key, value }: Entry, wanted: string): MapNode | undefined {
  if (value.is === 'map') return value
  reportWrongType(reporter, quote(key), value, wanted)
  return undefined
}

export function readList(reporter: Reporter, { key, value }: Entry, wanted: string): ListNode | undefined {
  if (value.is === 'list') return value
  reportWrongType(reporter, quote(key), value, wanted)
  return undefined
}

/** A text that is not empty. @param wanted what it must be, for the message. */
export function readText(reporter: Reporter, { key, value }: Entry, wanted = 'text'): Named | undefined {
  const scalar = textOf(value)
  if (scalar === undefined) {
    reportWrongType(reporter, quote(key), value, wanted)
    return undefined
  }
  if (scalar.text.trim() !== '') return scalar
  reporter.report('bad-value', scalar.span, `${quote(key)} is empty`)
  return undefined
}

export function readInteger(
  reporter: Reporter,
  { key, value }: Entry,
  range: { readonly from: number; readonly to: number },
): number | undefined {
  const wanted = `a whole number from ${range.from} to ${range.to}`
  const scalar = scalarOf(value)
  if (typeof scalar?.value !== 'number') {
    const meant = typeof scalar?.value === 'string' ? meantInteger(scalar.value) : undefined
    reportWrongType(reporter, quote(key), value, wanted, meant === undefined ? undefined : String(meant))
    return undefined
  }
  if (Number.isInteger(scalar.value) && scalar.value >= range.from && scalar.value <= range.to) return scalar.value
  reporter.report('bad-value', scalar.span, `${quote(key)} is ${wanted}`)
  return undefined
}

export function readBoolean(reporter: Reporter, { key, value }: Entry): boolean | undefined {
  const scalar = scalarOf(value)
  if (typeof scalar?.value === 'boolean') return scalar.value
  const meant = typeof scalar?.value === 'string' ? meantBoolean(scalar.value) : undefined
  reportWrongType(reporter, quote(key), value, '`true` or `false`', meant === undefined ? undefined : String(meant))
  return undefined
}

/** One of a few words. */
export function readChoice<const C extends string>(reporter: Reporter, { key, value }: Entry, choices: readonly C[]): C | undefined {
  const named = textOf(value)
  if (named === undefined) {
    reportWrongType(reporter, quote(key), value, quoteAll(choices, 'or'))
    return undefined
  }
  const chosen = choices.find((choice) => choice === named.text)
  if (chosen !== undefined) return chosen
  const near = didYouMean(named.text, choices, { file: reporter.file, span: named.span })
  reporter.report('bad-value', named.span, `${quote(key)} is ${quoteAll(choices, 'or')}, not ${quote(named.text)}`, near)
  return undefined
}

/** @returns seconds. */
export function readDuration(
  reporter: Reporter,
  { key, value }: Entry,
  most: { readonly seconds: number; readonly text: string },
): number | undefined {
  const named = textOf(value)
  const seconds = named && parseDuration(named.text)
  if (seconds !== undefined && seconds <= most.seconds) return seconds
  const wanted = `a duration such as \`30s\`, \`15m\` or \`2h\``
  if (value.is !== 'scalar' || value.value === null) reportWrongType(reporter, quote(key), value, wanted)
  else if (seconds !== undefined) reporter.report('bad-value', value.span, `${quote(key)} is ${most.text} at the most`)
  else reportUnread(reporter, key, value, { wanted, meant: meantDuration(String(value.value)), units: ['s', 'm'] })
  return undefined
}

export function readRate(reporter: Reporter, { key, value }: Entry): Rate | undefined {
  const named = textOf(value)
  const rate = named && parseRate(named.text)
  if (rate) return rate
  const wanted = 'a rate such as `5/h` or `3/15m`'
  if (value.is !== 'scalar' || value.value === null) reportWrongType(reporter, quote(key), value, wanted)
  else reportUnread(reporter, key, value, { wanted, meant: meantRate(String(value.value)), units: ['/h', '/15m'] })
  return undefined
}

interface Unread {
  readonly wanted: string
  /** What was certainly meant. */
  readonly meant: string | undefined
  /** What a bare number lacks, twice. */
  readonly units: readonly [string, string]
}

function reportUnread(reporter: Reporter, key: string, { span, value }: ScalarNode, { wanted, meant, units }: Unread): void {
  const [one, other] = units.map((unit) => quote(`${value}${unit}`))
  const unit = typeof value === 'number' ? { help: `add the unit: ${one} or ${other}` } : {}
  const more = meant === undefined ? unit : { help: `write ${quote(meant)}`, fix: writeValue(span, meant) }
  reporter.report('bad-value', span, `${quote(key)} is ${wanted}, not ${quote(String(value))}`, more)
}

/** @returns the text of a text scalar. */
export function textOf(node: SyntaxNode): Named | undefined {
  return node.is === 'scalar' && typeof node.value === 'string' ? { text: node.value, span: node.span } : undefined
}

function scalarOf(node: SyntaxNode): ScalarNode | undefined {
  return node.is === 'scalar' ? node : undefined
}
