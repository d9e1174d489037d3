import { quote, quoteAll } from '../diagnostics/quote.js'
import { nearName } from '../diagnostics/near-name.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { parseDuration } from '../step/duration.js'
import { describeNode, isEmpty, type Entry, type ListNode, type MapNode, type Named, type ScalarNode, type SyntaxNode } from './node.js'
import { reportMissingSpace } from './missing-space.js'
import { parseRate } from './rate.js'
import type { Rate } from '../machine/machine.js'

/**
 * Says that a value has the wrong type.
 * @param what whose value it is, as it stands in a sentence: "`steps`".
 * @param wanted what it must be: `a list of steps`.
 */
export function reportWrongType(reporter: Reporter, what: string, node: SyntaxNode, wanted: string): void {
  if (node.is === 'faulty') return
  if (node.is === 'scalar' && node.plain && reportMissingSpace(reporter, node.span)) return
  if (isEmpty(node)) {
    reporter.report('wrong-type', node.span, `${what} has no value; it is ${wanted}`)
    return
  }
  const help = node.is === 'scalar' && node.value !== null && wanted.startsWith('text') ? { help: 'put it in quotes' } : {}
  reporter.report('wrong-type', node.span, `${what} is ${wanted}, not ${describeNode(node)}`, help)
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

/** A text that is not empty. */
export function readText(reporter: Reporter, { key, value }: Entry): Named | undefined {
  const scalar = textOf(value)
  if (scalar === undefined) {
    reportWrongType(reporter, quote(key), value, 'text')
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
    reportWrongType(reporter, quote(key), value, wanted)
    return undefined
  }
  if (Number.isInteger(scalar.value) && scalar.value >= range.from && scalar.value <= range.to) return scalar.value
  reporter.report('bad-value', scalar.span, `${quote(key)} is ${wanted}`)
  return undefined
}

export function readBoolean(reporter: Reporter, { key, value }: Entry): boolean | undefined {
  const scalar = scalarOf(value)
  if (typeof scalar?.value === 'boolean') return scalar.value
  reportWrongType(reporter, quote(key), value, '`true` or `false`')
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
  const near = nearName(named.text, choices)
  const help = near === undefined ? {} : { help: `did you mean \`${near}\`?` }
  reporter.report('bad-value', named.span, `${quote(key)} is ${quoteAll(choices, 'or')}, not ${quote(named.text)}`, help)
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
  else reporter.report('bad-value', value.span, `${quote(key)} is ${wanted}, not ${quote(String(value.value))}`)
  return undefined
}

export function readRate(reporter: Reporter, { key, value }: Entry): Rate | undefined {
  const named = textOf(value)
  const rate = named && parseRate(named.text)
  if (rate) return rate
  const wanted = 'a rate such as `5/h` or `3/15m`'
  if (value.is !== 'scalar' || value.value === null) reportWrongType(reporter, quote(key), value, wanted)
  else reporter.report('bad-value', value.span, `${quote(key)} is ${wanted}, not ${quote(String(value.value))}`)
  return undefined
}

/** @returns the text of a text scalar. */
export function textOf(node: SyntaxNode): Named | undefined {
  return node.is === 'scalar' && typeof node.value === 'string' ? { text: node.value, span: node.span } : undefined
}

function scalarOf(node: SyntaxNode): ScalarNode | undefined {
  return node.is === 'scalar' ? node : undefined
}
