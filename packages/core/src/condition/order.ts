import type { Condition } from '../machine/condition.js'
import type { Sides } from './compare.js'
import { isNumber, literalText } from './literal.js'
import { fault, quoted } from './reading.js'
import type { Reading } from './reading.js'
import { groupOf } from './read-term.js'
import { kindOfTerm, nameOf } from './term.js'
import type { OpenTerm } from './term.js'
import { all, constant, not } from './tree.js'

export type Order = '<' | '<=' | '>' | '>='

const MIRRORED: Readonly<Record<Order, Order>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

/** `a < b` and its kin as `>=`, negated where need be; of numbers that need not be whole also as `>`. */
export function order(op: Order, sides: Sides, reading: Reading): Condition | undefined {
  const { node, left, leftNode, right, rightNode } = sides
  for (const [term, at] of [
    [left, leftNode],
    [right, rightNode],
  ] as const) {
    const kind = kindOfTerm(term)
    if (groupOf(kind) === 'number') continue
    const help = kind === 'list' ? `write \`size(...) ${op} ...\`` : kind === 'string' ? 'texts are compared with `==` and `in`' : undefined
    return fault(reading, kind === 'string' ? 'condition-not-allowed' : 'condition-type', at, {
      message: `only numbers have an order, ${quoted(reading, at)} is ${nameOf(kind)}`,
      ...(help === undefined ? {} : { help }),
    })
  }
  if (left.is === 'literal' && right.is === 'literal' && isNumber(left.value) && isNumber(right.value)) {
    return constant(compare(op, left.value, right.value))
  }
  if (left.is === 'open' && right.is === 'literal' && isNumber(right.value)) return bound(op, left, right.value)
  if (right.is === 'open' && left.is === 'literal' && isNumber(left.value)) return bound(MIRRORED[op], right, left.value)
  if (left.is === 'open' && right.is === 'open') return between(op, left.text, right.text)
  return fault(reading, 'condition-type', node, { message: 'only numbers have an order' })
}

function bound(op: Order, term: OpenTerm, than: bigint | number): Condition {
  if (op === '<') return not(bound('>=', term, than))
  if (op === '<=') return not(bound('>', term, than))
  if (term.kind === 'number') return { is: 'cel', text: `${term.text} ${op} ${literalText(Number(than))}` }
  const least = op === '>' ? wholeAbove(than) : wholeFrom(than)
  if (term.isSize === true && least <= 0n) return all()
  return { is: 'cel', text: `${term.text} >= ${least}` }
}

function between(op: Order, left: string, right: string): Condition {
  if (left === right) return constant(op === '>=' || op === '<=')
  if (op === '>=') return { is: 'cel', text: `${left} >= ${right}` }
  if (op === '<=') return { is: 'cel', text: `${right} >= ${left}` }
  return op === '<' ? not({ is: 'cel', text: `${left} >= ${right}` }) : not({ is: 'cel', text: `${right} >= ${left}` })
}

function wholeFrom(value: bigint | number): bigint {
  return typeof value === 'bigint' ? value : BigInt(Math.ceil(value))
}

function wholeAbove(value: bigint | number): bigint {
  return typeof value === 'bigint' ? value + 1n : BigInt(Math.floor(value)) + 1n
}

function compare(op: Order, left: bigint | number, right: bigint | number): boolean {
  if (op === '<') return left < right
  if (op === '<=') return left <= right
  return op === '>' ? left > right : left >= right
}
