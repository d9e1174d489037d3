import type { Condition } from '../machine/condition.js'
import type { CelNode } from './cel.js'
import { equal, member } from './compare.js'
import type { Sides } from './compare.js'
import { pathOf } from './nodes.js'
import { order } from './order.js'
import { behind, fault, quoted, start } from './reading.js'
import type { Place, Reading } from './reading.js'
import { readName } from './read-path.js'
import { common, NOTHING, together } from './shown.js'
import type { Shown } from './shown.js'
import { isOverList, readOverList } from './over-list.js'
import { noSuchFunction } from './refusals.js'
import { readTerm } from './read-term.js'
import { isSearch, readSearch } from './search.js'
import { kindOfTerm, nameOf } from './term.js'
import type { Term } from './term.js'
import { all, any, constant, not, sizeOf, TRUE } from './tree.js'

/** A question with what its answer shows about members that may be absent. */
export interface Question {
  readonly condition: Condition
  readonly whenTrue: Shown
  readonly whenFalse: Shown
}

/** Reads a part of a condition as a question. Faults are noted; the answer is undefined then. */
export function readQuestion(node: CelNode, reading: Reading, place: Place): Question | undefined {
  if (node.op === '&&' || node.op === '||') return readJoined(node.op, node.args, reading, place)
  if (node.op === '?:') return readTernary(node, node.args, reading, place)
  if (node.op === 'call' && node.args[0] === 'has') return readHas(node, node.args[1], reading, place)
  if (node.op === '!_') {
    const inner = readQuestion(node.args, reading, place)
    return inner && { condition: not(inner.condition), whenTrue: inner.whenFalse, whenFalse: inner.whenTrue }
  }
  const condition = readPlain(node, reading, place)
  return condition && { condition, whenTrue: NOTHING, whenFalse: NOTHING }
}

function readPlain(node: CelNode, reading: Reading, place: Place): Condition | undefined {
  if (node.op === '==' || node.op === '!=') {
    const condition = readEqual(node, node.args, reading, place)
    return condition && (node.op === '==' ? condition : not(condition))
  }
  if (node.op === 'in') {
    const sides = readSides(node, node.args, reading, place)
    return sides && member(sides, reading)
  }
  if (node.op === '<' || node.op === '<=' || node.op === '>' || node.op === '>=') {
    const sides = readSides(node, node.args, reading, place)
    return sides && order(node.op, sides, reading)
  }
  if (node.op === 'rcall') {
    const [name, receiver, args] = node.args
    if (isSearch(name)) return readSearch({ node, name, receiver, args }, reading, place)
    if (isOverList(name))
      return readOverList({ node, name, receiver, args }, reading, place, (body, inside) => readQuestion(body, reading, inside)?.condition)
  }
  // That a text is no question is said first; that it may be absent comes after.
  const isText = pathOf(node) !== undefined && readTerm(node, start('', reading.scope), { elements: place.elements })
  if (isText !== false && isText !== undefined && kindOfTerm(isText) !== 'bool') return questionOf(isText, node, reading)
  const term = readTerm(node, reading, place)
  return term && questionOf(term, node, reading)
}

/** A value that is true or false by itself. */
function questionOf(term: Term, node: CelNode, reading: Reading): Condition | undefined {
  if (term.is === 'literal' && typeof term.value === 'boolean') return constant(term.value)
  if (term.is === 'open' && term.kind === 'bool') return { is: 'cel', text: term.text }
  const kind = kindOfTerm(term)
  const written = quoted(reading, node).slice(1, -1)
  const help = helpFor(term, written)
  return fault(reading, 'condition-type', node, {
    message: `a condition is true or false, ${quoted(reading, node)} is ${nameOf(kind)}`,
    ...(help === undefined ? {} : { help }),
  })
}

/** What a value is asked for that is no question by itself. */
function helpFor(term: Term, written: string): string | undefined {
  if (term.is !== 'open') return undefined
  if (term.kind === 'list') return `whether it holds something is \`size(${written}) >= 1\``
  return term.schema?.optional === true ? `whether it is there is \`has(${written})\`` : `compare it: \`${written} == ...\``
}

function readJoined(op: '&&' | '||', [left, right]: readonly [CelNode, CelNode], reading: Reading, place: Place): Question | undefined {
  const one = readQuestion(left, reading, place)
  const other = readQuestion(right, reading, behind(place, op === '&&' ? one?.whenTrue : one?.whenFalse))
  if (one === undefined || other === undefined) return undefined
  if (op === '&&') {
    return {
      condition: all(one.condition, other.condition),
      whenTrue: together(one.whenTrue, other.whenTrue),
      whenFalse: common(one.whenFalse, together(other.whenFalse, one.whenTrue)),
    }
  }
  return {
    condition: any(one.condition, other.condition),
    whenTrue: common(one.whenTrue, together(other.whenTrue, one.whenFalse)),
    whenFalse: together(one.whenFalse, other.whenFalse),
  }
}

/** Most atoms that `?:` may write out: what is tested stands there twice, and inside of one another that doubles each time. */
const MAX_WRITTEN_OUT = 2000

function readTernary(node: CelNode, [test, then, otherwise]: Three, reading: Reading, place: Place): Question | undefined {
  const asked = readQuestion(test, reading, place)
  const yes = readQuestion(then, reading, behind(place, asked?.whenTrue))
  const no = readQuestion(otherwise, reading, behind(place, asked?.whenFalse))
  if (asked === undefined || yes === undefined || no === undefined) return undefined
  const condition = any(all(asked.condition, yes.condition), all(not(asked.condition), no.condition))
  if (sizeOf(condition) > MAX_WRITTEN_OUT) {
    return fault(reading, 'condition-not-allowed', node, {
      message: 'this condition is too long once its `? :` are written out',
      help: 'ask less at once, or let a step write the fact',
    })
  }
  return {
    condition,
    whenTrue: common(together(asked.whenTrue, yes.whenTrue), together(asked.whenFalse, no.whenTrue)),
    whenFalse: common(together(asked.whenTrue, yes.whenFalse), together(asked.whenFalse, no.whenFalse)),
  }
}

type Three = readonly [CelNode, CelNode, CelNode]

function readHas(node: CelNode, args: readonly CelNode[], reading: Reading, place: Place): Question | undefined {
  const [arg] = args
  if (arg === undefined || args.length !== 1) return noSuchFunction(node, 'has', reading)
  const path = pathOf(arg)
  if (path === undefined || path.length < 2) {
    return fault(reading, 'condition-type', arg, {
      message: `\`has\` asks for a member, ${quoted(reading, arg)} is none`,
      help: 'write `has(principal.mail)`',
    })
  }
  if (path[0] === 'inputs') return readTerm(arg, reading, place) && { condition: TRUE, whenTrue: NOTHING, whenFalse: NOTHING }
  const named = readName(arg, path, reading, place, 'has')
  if (named === undefined) return undefined
  const use = reading.facts.get(arg.start)
  if (use !== undefined && named.text === `facts.${use.step}.${use.fact}`) reading.facts.set(arg.start, { ...use, guarded: true })
  const shown = new Set([named.text])
  // A fact may be missing for another reason than being optional: its step may have been passed over.
  if (!named.isOptional && path[0] !== 'facts') return { condition: TRUE, whenTrue: shown, whenFalse: NOTHING }
  return { condition: { is: 'cel', text: `has(${named.text})` }, whenTrue: shown, whenFalse: NOTHING }
}

/** `a == true` asks `a`, whatever question `a` is. */
function readEqual(node: CelNode, [left, right]: readonly [CelNode, CelNode], reading: Reading, place: Place): Condition | undefined {
  for (const [truth, asked] of [
    [right, left],
    [left, right],
  ] as const) {
    if (truth.op !== 'value' || typeof truth.args !== 'boolean') continue
    const question = readQuestion(asked, reading, place)
    return question && (truth.args ? question.condition : not(question.condition))
  }
  for (const [nothing, asked] of [
    [right, left],
    [left, right],
  ] as const) {
    if (nothing.op !== 'value' || nothing.args !== null) continue
    const has = `${node.op === '==' ? '!' : ''}has(${quoted(reading, asked).slice(1, -1)})`
    const isMember = (pathOf(asked)?.length ?? 0) > 1
    return fault(reading, 'condition-not-allowed', node, {
      message: 'nothing here is ever `null`',
      ...(isMember ? { help: `what may be absent is asked for with \`${has}\`` } : {}),
    })
  }
  const sides = readSides(node, [left, right], reading, place)
  return sides && equal(sides, reading)
}

function readSides(node: CelNode, [leftNode, rightNode]: readonly [CelNode, CelNode], reading: Reading, place: Place): Sides | undefined {
  const left = readTerm(leftNode, reading, place)
  const right = readTerm(rightNode, reading, place)
  return left && right && { node, left, leftNode, right, rightNode }
}
