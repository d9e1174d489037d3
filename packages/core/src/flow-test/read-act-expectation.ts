import { toJsonObject } from '../compile/node-json.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { PROBLEM_CODES } from '../engine/problem.js'
import { REQUIREMENT_KINDS } from '../step/requirement.js'
import type { Entry, SyntaxNode } from '../syntax/node.js'
import { readKeys } from '../syntax/read-keys.js'
import { readBoolean, readChoice, readInteger, readList, readMap, readText, reportWrongType, textOf } from '../syntax/read-value.js'
import { textsIn } from './read-person.js'
import type { ActExpectation, AskedExpectation, Expected, SentExpectation } from './test-file.js'

/** What may be expected of an act, beside it. */
export const ACT_EXPECTATIONS = ['asks', 'refused', 'problem', 'reason', 'ends', 'outputs', 'sends', 'unchanged'] as const

/** Reads what stands beside an act. */
export function readActExpectation(reporter: Reporter, keys: ReadonlyMap<string, Entry>): ActExpectation {
  const read = <T>(
    key: (typeof ACT_EXPECTATIONS)[number],
    reading: (entry: Entry) => T | undefined,
  ): { readonly [name: string]: Expected<T> } => {
    const entry = keys.get(key)
    const value = entry && reading(entry)
    return entry && value !== undefined ? { [key]: { value, span: entry.value.span } } : {}
  }
  const text = (entry: Entry) => readText(reporter, entry)?.text
  return {
    ...read('asks', (entry) => readAsked(reporter, entry)),
    ...read('refused', text),
    ...read('problem', (entry) => readChoice(reporter, entry, PROBLEM_CODES)),
    ...read('reason', text),
    ...read('ends', (entry) => readChoice(reporter, entry, ['completed', 'failed', 'cancelled'])),
    ...read('outputs', (entry) => {
      const map = readMap(reporter, entry, 'a mapping of names to values')
      return map && toJsonObject(map)
    }),
    ...read('sends', (entry) => readSent(reporter, entry)),
    ...read('unchanged', (entry) => readTrue(reporter, entry)),
  }
}

/** `true`; anything else would say nothing. */
export function readTrue(reporter: Reporter, entry: Entry): true | undefined {
  const value = readBoolean(reporter, entry)
  if (value === false) reporter.report('bad-value', entry.value.span, `\`${entry.key}\` is \`true\`, or is left out`)
  return value === true ? value : undefined
}

/** Messages, all of them and in order: a list; one alone; or `nothing`. */
export function readSent(reporter: Reporter, entry: Entry): readonly SentExpectation[] {
  const { value } = entry
  if (textOf(value)?.text === 'nothing') return []
  const nodes = value.is === 'list' ? value.items : [value]
  return nodes.flatMap((node) => sentOf(reporter, entry.key, node) ?? [])
}

/** A template's name, or a mapping. */
function sentOf(reporter: Reporter, key: string, node: SyntaxNode): SentExpectation | undefined {
  const template = textOf(node)
  if (template) return { span: node.span, template: template.text }
  if (node.is !== 'map') {
    reportWrongType(reporter, `\`${key}\``, node, 'messages such as `{ template: reset-code, to: ada@example.org }`, or `nothing`')
    return undefined
  }
  const keys = readKeys(reporter, node, { of: 'a message', keys: ['template', 'to', 'channel', 'length', 'link'] })
  const [byTemplate, to, byChannel, byLength, byLink] = ['template', 'to', 'channel', 'length', 'link'].map((name) => keys.get(name))
  const channel = byChannel && readChoice(reporter, byChannel, ['email', 'sms'])
  const named = byTemplate && readText(reporter, byTemplate)?.text
  const address = to && readText(reporter, to)?.text
  const length = byLength && readInteger(reporter, byLength, { from: 1, to: 64 })
  const link = byLink && readBoolean(reporter, byLink)
  return {
    span: node.span,
    ...(length !== undefined && { length }),
    ...(link !== undefined && { link }),
    ...(named !== undefined && { template: named }),
    ...(address !== undefined && { to: address }),
    ...(channel && { channel }),
  }
}

/** The kind of the question, or a mapping that says more. */
function readAsked(reporter: Reporter, entry: Entry): AskedExpectation | undefined {
  if (textOf(entry.value)) {
    const kind = readChoice(reporter, entry, REQUIREMENT_KINDS)
    return kind && { kind }
  }
  const map = readMap(reporter, entry, 'a kind of question, or a mapping such as `{ kind: code, to: … }`')
  if (!map) return undefined
  const keys = readKeys(reporter, map, { of: '`asks`', keys: ['kind', 'step', 'to', 'options', 'questions', 'opened'] })
  const read = <T>(key: string, reading: (found: Entry) => T | undefined): { readonly [name: string]: T } => {
    const found = keys.get(key)
    const value = found && reading(found)
    return value === undefined ? {} : { [key]: value }
  }
  const text = (found: Entry) => readText(reporter, found)?.text
  const list = (found: Entry) => readList(reporter, found, 'a list of ids') && textsIn(reporter, found)
  return {
    ...read('kind', (found) => readChoice(reporter, found, REQUIREMENT_KINDS)),
    ...read('step', text),
    ...read('to', text),
    ...read('options', list),
    ...read('questions', list),
    ...read('opened', (found) => readBoolean(reporter, found)),
  }
}
