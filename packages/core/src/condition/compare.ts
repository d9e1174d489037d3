import { didYouMean } from '../diagnostics/near-name.js'
import type { Condition } from '../machine/condition.js'
import type { CelNode } from './cel.js'
import { isNumber, isSame, literalText } from './literal.js'
import type { Literal } from './literal.js'
import { fault, quoted } from './reading.js'
import type { Reading } from './reading.js'
import { groupOf, termText } from './read-term.js'
import { kindOfLiteral, kindOfTerm, nameOf } from './term.js'
import type { OpenTerm, Term } from './term.js'
import { all, constant, FALSE, not } from './tree.js'

/** A comparison with both sides read. */
export interface Sides {
  readonly node: CelNode
  readonly left: Term
  readonly leftNode: CelNode
  readonly right: Term
  readonly rightNode: CelNode
}

/** `a == b`, with a literal on the right and two names in the order of their letters. */
export function equal(sides: Sides, reading: Reading): Condition | undefined {
  const { node, left, leftNode, right, rightNode } = sides
  const kinds = [kindOfTerm(left), kindOfTerm(right)] as const
  if (kinds.includes('list') || kinds.includes('object')) {
    const hint =
      kinds[0] === kinds[1]
        ? 'ask for elements with `in`, `exists` or `size`'
        : `\`==\` compares single values; for an element write \`"x" in list\``
    return fault(reading, 'condition-not-allowed', node, { message: 'lists and objects are not compared as a whole', help: hint })
  }
  if (groupOf(kinds[0]) !== groupOf(kinds[1])) return unlike(sides, reading)
  if (left.is === 'literal' && right.is === 'literal') return constant(isSame(left.value, right.value))
  if (left.is === 'open' && right.is === 'literal') return equalTo(left, right.value, rightNode, reading)
  if (right.is === 'open' && left.is === 'literal') return equalTo(right, left.value, leftNode, reading)
  if (kinds[0] === 'bool') {
    return fault(reading, 'condition-not-allowed', node, {
      message: 'two questions are not compared',
      help: 'write `(a && b) || (!a && !b)`',
    })
  }
  const [first = '', second = ''] = [termText(left), termText(right)].toSorted()
  return first === second ? all() : { is: 'cel', text: `${first} == ${second}` }
}

/** `x == 'a'` for one literal; a truth is asked for itself. */
function equalTo(term: OpenTerm, literal: Literal, at: CelNode, reading: Reading): Condition | undefined {
  const value = fit(term, literal, at, reading)
  if (value === undefined) return undefined
  if (typeof value === 'boolean') {
    const asked: Condition = { is: 'cel', text: term.text }
    return value ? asked : not(asked)
  }
  if (term.isSize === true && isNumber(value) && value <= 0) return value < 0 ? FALSE : not({ is: 'cel', text: `${term.text} >= 1` })
  return { is: 'cel', text: `${term.text} == ${literalText(value)}` }
}

/** `a in b`: a list of one is an equality. */
export function member(sides: Sides, reading: Reading): Condition | undefined {
  const { node, left, leftNode, right, rightNode } = sides
  const kind = kindOfTerm(left)
  if (kind === 'list' || kind === 'object') {
    return fault(reading, 'condition-type', leftNode, {
      message: `only a single value is an element, ${quoted(reading, leftNode)} is ${nameOf(kind)}`,
    })
  }
  if (right.is === 'literals')
    return left.is === 'open'
      ? memberOfLiterals(left, right.values, rightNode, reading)
      : constant(left.is === 'literal' && right.values.some((value) => isSame(value, left.value)))
  if (right.is !== 'open' || right.kind !== 'list') {
    const isText = kindOfTerm(right) === 'string'
    return fault(reading, 'condition-type', rightNode, {
      message: `\`in\` asks a list, ${quoted(reading, rightNode)} is ${nameOf(kindOfTerm(right))}`,
      ...(isText ? { help: 'for a part of a text write `text.contains("x")`' } : {}),
    })
  }
  if (right.items === undefined || groupOf(right.items) !== groupOf(kind)) return unlike(sides, reading, right.items)
  if (left.is === 'open') return { is: 'cel', text: `${left.text} in ${right.text}` }
  if (left.is !== 'literal') return fault(reading, 'condition-type', node, { message: 'only a single value is an element of a list' })
  const { domain } = right
  const value = fit({ ...right, kind: right.items, ...(domain === undefined ? {} : { domain }) }, left.value, leftNode, reading)
  return value === undefined ? undefined : { is: 'cel', text: `${literalText(value)} in ${right.text}` }
}

function memberOfLiterals(left: OpenTerm, literals: readonly Literal[], at: CelNode, reading: Reading): Condition | undefined {
  const [alien] = literals.filter((value) => groupOf(kindOfLiteral(value)) !== groupOf(left.kind))
  if (alien !== undefined) {
    return fault(reading, 'condition-type', at, {
      message: `\`${left.text}\` is ${nameOf(left.kind)}, \`${literalText(alien)}\` is ${nameOf(kindOfLiteral(alien))}`,
    })
  }
  if (typeof literals[0] === 'boolean') {
    const isBoth = literals.includes(true) && literals.includes(false)
    return isBoth ? all() : equalTo(left, literals[0], at, reading)
  }
  const fitting = new Map<string, Literal>()
  for (const literal of literals) {
    const value = fit(left, literal, at, reading)
    if (value === undefined) return undefined
    fitting.set(literalText(value), value)
  }
  const [only] = fitting.values()
  if (only === undefined) return FALSE
  if (fitting.size === 1) return equalTo(left, only, at, reading)
  return { is: 'cel', text: `${left.text} in [${[...fitting.keys()].toSorted().join(', ')}]` }
}

/**
 * The literal in the kind of the term.
 * @returns undefined, with a fault noted, when the term can never be it.
 */
function fit(term: OpenTerm, literal: Literal, at: CelNode, reading: Reading): Literal | undefined {
  if (term.kind === 'int' && typeof literal === 'number') {
    if (Number.isSafeInteger(literal)) return fit(term, BigInt(literal), at, reading)
    return fault(reading, 'condition-type', at, { message: `\`${term.text}\` is a whole number, never \`${literalText(literal)}\`` })
  }
  const value = term.kind === 'number' && typeof literal === 'bigint' ? Number(literal) : literal
  const { domain } = term
  if (domain === undefined || domain.some((each) => isSame(each, value))) return value
  return fault(reading, 'condition-type', at, {
    message: `\`${term.text}\` ${term.items === undefined ? 'is never' : 'never holds'} \`${literalText(value)}\``,
    label: 'not one of its values',
    help: `its values are ${domain.map((each) => `\`${literalText(each)}\``).join(', ')}`,
    ...didYouMean(String(value), domain.map(String)),
  })
}

function unlike({ node, left, leftNode, right, rightNode }: Sides, reading: Reading, items?: OpenTerm['kind']): undefined {
  const [one, other] = [nameOf(kindOfTerm(left)), items === undefined ? nameOf(kindOfTerm(right)) : `a list of ${items} values`]
  const literal = left.is === 'literal' ? left.value : right.is === 'literal' ? right.value : undefined
  const isQuotedNumber = typeof literal === 'string' && literal !== '' && Number.isFinite(Number(literal))
  return fault(reading, 'condition-type', node, {
    message: `${quoted(reading, leftNode)} is ${one}, ${quoted(reading, rightNode)} is ${other}`,
    label: 'never equal',
    ...(isQuotedNumber ? { help: `write the number without quotes: \`${literal}\`` } : {}),
  })
}
