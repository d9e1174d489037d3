import type { Condition } from '../machine/condition.js'
import { readAtom } from './atom-reading.js'
import { ELEMENT } from './atom-shape.js'
import type { CelNode } from './cel.js'
import { literalText } from './literal.js'
import { fault, quoted } from './reading.js'
import type { Element, Place, Reading } from './reading.js'
import { noSuchFunction } from './refusals.js'
import { readTerm } from './read-term.js'
import type { Asked } from './search.js'
import { kindOfTerm, nameOf } from './term.js'
import { all, any, conditionText, constantOf, FALSE, not } from './tree.js'

const OVER_LIST = ['exists', 'all', 'exists_one'] as const

type OverList = (typeof OVER_LIST)[number]

export function isOverList(name: string): name is OverList {
  return OVER_LIST.some((each) => each === name)
}

/** Most elements of a list that is written out and looked at one by one, and most of all such lists inside one another. */
const MAX_WRITTEN = 50
const MAX_WRITTEN_INSIDE = 500

/** Reads `list.exists(each, ...)` and its kin. A list that is written out is asked element by element, and is gone then. */
export function readOverList(
  { node, name, receiver, args }: Asked<OverList>,
  reading: Reading,
  place: Place,
  readBody: (body: CelNode, inside: Place) => Condition | undefined,
): Condition | undefined {
  const [element, body] = args
  if (element?.op !== 'id' || body === undefined || args.length !== 2) return noSuchFunction(node, name, reading)
  if (['principal', 'facts', 'inputs'].includes(element.args) || place.elements.has(element.args)) {
    return fault(reading, 'condition-not-allowed', element, {
      message: `\`${element.args}\` means something else already`,
      help: 'give the element a name of its own: `each`',
    })
  }
  const list = readTerm(receiver, reading, place)
  if (list === undefined) return undefined
  const times = (place.times ?? 1) * (list.is === 'literals' ? list.values.length : 1)
  const ask = (each: Element): Condition | undefined =>
    readBody(body, { ...place, elements: new Map([...place.elements, [element.args, each]]), times })
  if (list.is === 'literals') {
    if (name === 'exists_one' || list.values.length > MAX_WRITTEN) {
      return fault(reading, 'condition-not-allowed', node, {
        message: `\`${name}\` does not ask a list of ${list.values.length} that is written out`,
        help: 'ask it with `in`',
      })
    }
    if (times > MAX_WRITTEN_INSIDE) {
      return fault(reading, 'condition-not-allowed', node, {
        message: `lists that are written out inside one another have ${times} elements to look at, more than ${MAX_WRITTEN_INSIDE}`,
        help: 'ask the inner one with `in`',
      })
    }
    const asked = list.values.map((value) => ask({ is: 'value', value }))
    if (!asked.every((each) => each !== undefined)) return undefined
    return name === 'exists' ? any(...asked) : all(...asked)
  }
  if (list.is !== 'open' || list.kind !== 'list' || list.schema?.items === undefined) {
    return fault(reading, 'condition-type', receiver, {
      message: `\`${name}\` asks a list, ${quoted(reading, receiver)} is ${nameOf(kindOfTerm(list))}`,
    })
  }
  if ([...place.elements.values()].some((each) => each.is === 'open')) {
    return fault(reading, 'condition-not-allowed', node, {
      message: 'a list is not asked inside of another',
      help: 'use `in`, or let a step write the fact',
    })
  }
  const inner = ask({ is: 'open', schema: list.schema.items })
  return inner && eachOf(name, list.text, inner)
}

/** `all` is asked as its opposite, so that both spellings are one question. */
function eachOf(name: OverList, list: string, inner: Condition): Condition {
  if (name === 'all') return not(eachOf('exists', list, not(inner)))
  const always = constantOf(inner)
  if (always === false) return FALSE
  if (always === true) return { is: 'cel', text: `size(${list}) ${name === 'exists' ? '>=' : '=='} 1` }
  if (name === 'exists' && inner.is === 'any') return any(...inner.of.map((part) => eachOf(name, list, part)))
  const says = name === 'exists' && inner.is === 'cel' ? readAtom(inner.text).says : undefined
  // An element that is one of some literals is a literal that is an element.
  if (says?.is === 'one-of' && says.of === ELEMENT)
    return any(...says.values.map((value): Condition => ({ is: 'cel', text: `${literalText(value)} in ${list}` })))
  return { is: 'cel', text: `${list}.${name}(${ELEMENT}, ${conditionText(inner)})` }
}
