import type { CelNode } from './cel.js'
import { literalText, listText } from './literal.js'
import type { Literal } from './literal.js'
import { pathOf } from './nodes.js'
import { fault, quoted } from './reading.js'
import type { Place, Reading } from './reading.js'
import { noSuchFunction, refusedOperator } from './refusals.js'
import { readPath } from './read-path.js'
import { kindOfLiteral, kindOfTerm, nameOf } from './term.js'
import type { Kind, Term } from './term.js'

/** Reads a part of a condition as a value. Faults are noted; the answer is undefined then. */
export function readTerm(node: CelNode, reading: Reading, place: Place): Term | undefined {
  if (pathOf(node) !== undefined) return readPath(node, reading, place)
  if (node.op === 'value') return readLiteral(node, node.args, reading)
  if (node.op === '-_') return readNegative(node, node.args, reading, place)
  if (node.op === 'list') return readList(node, node.args, reading, place)
  if (node.op === 'call') return readCall(node, node.args, reading, place)
  if (node.op === 'rcall') return readMethod(node, node.args, reading, place)
  return refusedOperator(node, reading)
}

/** The text of a term inside an atom. */
export function termText(term: Term): string {
  if (term.is === 'open') return term.text
  return term.is === 'literal' ? literalText(term.value) : listText(term.values)
}

function readLiteral(node: CelNode, value: unknown, reading: Reading): Term | undefined {
  if (typeof value === 'bigint' && value > BigInt(Number.MAX_SAFE_INTEGER)) {
    return fault(reading, 'condition-type', node, { message: `${quoted(reading, node)} is larger than any number here` })
  }
  if (typeof value === 'string' || typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean')
    return { is: 'literal', value }
  if (value === null) {
    return fault(reading, 'condition-not-allowed', node, {
      message: 'nothing here is ever `null`',
      help: 'what may be absent is asked for with `has(principal.mail)`',
    })
  }
  return fault(reading, 'condition-not-allowed', node, {
    message: `${quoted(reading, node)} is no literal of conditions`,
    help: 'texts, numbers, `true` and `false` are',
  })
}

function readNegative(node: CelNode, inner: CelNode, reading: Reading, place: Place): Term | undefined {
  if (inner.op === 'value' && (typeof inner.args === 'bigint' || typeof inner.args === 'number')) {
    const term = readLiteral(inner, inner.args, reading)
    if (term?.is !== 'literal') return undefined
    return { is: 'literal', value: typeof term.value === 'bigint' ? -term.value : 0 - Number(term.value) }
  }
  const term = readTerm(inner, reading, place)
  if (term === undefined) return undefined
  return fault(reading, 'condition-not-allowed', node, {
    message: 'conditions do not calculate',
    help: 'a minus stands only before a number',
  })
}

function readList(node: CelNode, parts: readonly CelNode[], reading: Reading, place: Place): Term | undefined {
  const values: Literal[] = []
  for (const part of parts) {
    const term = readTerm(part, reading, place)
    if (term === undefined) return undefined
    if (term.is !== 'literal') {
      return fault(reading, 'condition-not-allowed', part, {
        message: 'a list that is written out holds literals',
        help: 'compare one by one: `a == b || a == c`',
      })
    }
    values.push(term.value)
  }
  const [first, ...others] = values.map((value) => groupOf(kindOfLiteral(value)))
  if (others.some((kind) => kind !== first))
    return fault(reading, 'condition-type', node, { message: 'the values of a list are all of one kind' })
  return { is: 'literals', values }
}

function readCall(node: CelNode, [name, args]: readonly [string, readonly CelNode[]], reading: Reading, place: Place): Term | undefined {
  const [arg] = args
  if (name !== 'size' || arg === undefined || args.length !== 1) {
    if (name === 'has' && args.length === 1)
      return fault(reading, 'condition-type', node, {
        message: `${quoted(reading, node)} is a question, not a value`,
        help: 'it stands by itself: `has(principal.mail) && ...`',
      })
    return noSuchFunction(node, name, reading)
  }
  return sizeOf(node, arg, reading, place)
}

function readMethod(
  node: CelNode,
  [name, receiver, args]: readonly [string, CelNode, readonly CelNode[]],
  reading: Reading,
  place: Place,
): Term | undefined {
  if (name === 'size' && args.length === 0) return sizeOf(node, receiver, reading, place)
  if ((name !== 'lowerAscii' && name !== 'upperAscii') || args.length > 0) {
    const isQuestion =
      name === 'startsWith' || name === 'endsWith' || name === 'contains' || name === 'exists' || name === 'all' || name === 'exists_one'
    if (isQuestion)
      return fault(reading, 'condition-type', node, {
        message: `${quoted(reading, node)} is a question, not a value`,
        help: 'it stands by itself, joined with `&&`, `||` and `!`',
      })
    return noSuchFunction(node, name, reading)
  }
  const term = readTerm(receiver, reading, place)
  if (term === undefined) return undefined
  if (term.is === 'literal' && typeof term.value === 'string') {
    return { is: 'literal', value: name === 'lowerAscii' ? term.value.toLowerCase() : term.value.toUpperCase() }
  }
  if (term.is === 'open' && term.kind === 'string') return { is: 'open', kind: 'string', text: `${term.text}.${name}()` }
  return fault(reading, 'condition-type', receiver, {
    message: `\`${name}\` is asked of a text, ${quoted(reading, receiver)} is ${nameOf(kindOfTerm(term))}`,
  })
}

function sizeOf(node: CelNode, arg: CelNode, reading: Reading, place: Place): Term | undefined {
  const term = readTerm(arg, reading, place)
  if (term === undefined) return undefined
  if (term.is === 'literals') return { is: 'literal', value: BigInt(term.values.length) }
  if (term.is === 'literal' && typeof term.value === 'string') return { is: 'literal', value: BigInt(Array.from(term.value).length) }
  if (term.is === 'open' && (term.kind === 'list' || term.kind === 'string'))
    return { is: 'open', kind: 'int', text: `size(${term.text})`, isSize: true }
  return fault(reading, 'condition-type', node, {
    message: `only a list or a text has a size, ${quoted(reading, arg)} is ${nameOf(kindOfTerm(term))}`,
  })
}

/** Kinds that compare with one another. */
export function groupOf(kind: Kind): Kind {
  return kind === 'int' ? 'number' : kind
}
