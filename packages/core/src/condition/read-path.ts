import { didYouMean } from '../diagnostics/near-name.js'
import type { CelNode } from './cel.js'
import { pathOf } from './nodes.js'
import { fault, quoted } from './reading.js'
import type { Place, Reading } from './reading.js'
import { listed, own, readRoot } from './read-root.js'
import type { Named } from './read-root.js'
import { literalOf, termOf } from './term.js'
import type { Term } from './term.js'

/** Reads `principal.mail`, `facts.confirm.code`, `inputs.audience` or an element of a list as a value. */
export function readPath(node: CelNode, reading: Reading, place: Place): Term | undefined {
  const path = pathOf(node)
  if (path === undefined) return undefined
  if (path[0] === 'inputs') return readInput(node, path, reading)
  const element = place.elements.get(path[0] ?? '')
  if (element?.is === 'value') {
    if (path.length === 1) return { is: 'literal', value: element.value }
    return fault(reading, 'condition-type', node, { message: `\`${path[0]}\` is a plain value and has no members` })
  }
  const named = readName(node, path, reading, place, 'value')
  if (named === undefined) return undefined
  const term = termOf(named.text, named.schema)
  return (
    term ?? fault(reading, 'condition-not-allowed', node, { message: `\`${path.join('.')}\` is nothing that a condition can ask about` })
  )
}

/** Resolves a path below `principal`, `facts` or an element, and notes that it is used. With `as: 'has'` its last member may be absent. */
export function readName(node: CelNode, path: readonly string[], reading: Reading, place: Place, as: 'has' | 'value'): Named | undefined {
  const root = readRoot(node, path, reading, place)
  if (root === undefined) return undefined
  const { found, rest } = root
  let here = found
  for (const [index, name] of rest.entries()) {
    if (!isThere(here, above(node, rest.length - index), reading, place)) return undefined
    const next = memberOf(here, name, above(node, rest.length - index - 1), reading)
    if (next === undefined) return undefined
    here = next
  }
  if (as === 'value' && !isThere(here, node, reading, place)) return undefined
  return here
}

function readInput(node: CelNode, path: readonly string[], reading: Reading): Term | undefined {
  const { inputs } = reading.scope
  const name = path.slice(1).join('.')
  const value = inputs.get(name)
  if (value === undefined) {
    const names = [...inputs.keys()]
    return fault(reading, 'condition-type', node, {
      message: name === '' ? '`inputs` is no value' : `there is no input \`${name}\``,
      help: names.length === 0 ? 'only a fragment has inputs; it declares them under `inputs`' : `inputs here are ${listed(names)}`,
      ...didYouMean(name, names),
    })
  }
  if (typeof value === 'object') return { is: 'literals', values: value }
  return { is: 'literal', value: literalOf(value) }
}

function memberOf(of: Named, name: string, node: CelNode, reading: Reading): Named | undefined {
  const schema = own(of.schema.properties ?? {}, name)
  const text = `${of.text}.${name}`
  if (schema !== undefined) {
    const isOptional = schema.optional === true || of.schema.required?.includes(name) !== true
    return { text, schema, isOptional }
  }
  const isCounted = name === 'length' || name === 'size' || name === 'count'
  return fault(reading, 'condition-type', node, {
    message: `\`${of.text}\` has no member \`${name}\``,
    ...(isCounted ? { help: `its size is \`size(${of.text})\`` } : didYouMean(name, Object.keys(of.schema.properties ?? {}))),
  })
}

/** Whether a member is there for sure at this place; a fault is noted where it may be absent. */
function isThere(found: Named, node: CelNode, reading: Reading, place: Place): boolean {
  if (!found.isOptional || place.known === undefined || place.known.has(found.text)) return true
  const written = quoted(reading, node)
  fault(reading, 'unguarded-attribute', node, {
    message: `${written} may be absent`,
    label: 'not always there',
    help: `ask for it first: \`has(${written.slice(1, -1)}) && ...\` does not hold without it, \`!has(${written.slice(1, -1)}) || ...\` does`,
  })
  return false
}

/** The node of a path without its last members. */
function above(node: CelNode, members: number): CelNode {
  return members > 0 && node.op === '.' ? above(node.args[0], members - 1) : node
}
