import type { Condition } from '../machine/condition.js'
import type { CelNode } from './cel.js'
import { fault, quoted } from './reading.js'
import type { Place, Reading } from './reading.js'
import { noSuchFunction } from './refusals.js'
import { readTerm, termText } from './read-term.js'
import { kindOfTerm, nameOf } from './term.js'
import { constant } from './tree.js'

/** A function that is asked of a value. */
export interface Asked<Name extends string> {
  readonly node: CelNode
  readonly name: Name
  readonly receiver: CelNode
  readonly args: readonly CelNode[]
}

const SEARCHES = ['startsWith', 'endsWith', 'contains'] as const

type Search = (typeof SEARCHES)[number]

export function isSearch(name: string): name is Search {
  return SEARCHES.some((each) => each === name)
}

/** Reads `text.startsWith(part)` and its kin. */
export function readSearch({ node, name, receiver, args }: Asked<Search>, reading: Reading, place: Place): Condition | undefined {
  const [arg] = args
  if (arg === undefined || args.length !== 1) return noSuchFunction(node, name, reading)
  const text = readTerm(receiver, reading, place)
  const part = readTerm(arg, reading, place)
  if (text === undefined || part === undefined) return undefined
  for (const [term, at] of [
    [text, receiver],
    [part, arg],
  ] as const) {
    const kind = kindOfTerm(term)
    if (kind === 'string') continue
    return fault(reading, 'condition-type', at, {
      message: `\`${name}\` asks a text for a text, ${quoted(reading, at)} is ${nameOf(kind)}`,
      ...(kind === 'list' && at === receiver ? { help: 'for an element of a list write `"x" in list`' } : {}),
    })
  }
  if (text.is === 'literal' && part.is === 'literal' && typeof text.value === 'string' && typeof part.value === 'string') {
    return constant(name === 'contains' ? text.value.includes(part.value) : text.value[name](part.value))
  }
  return { is: 'cel', text: `${termText(text)}.${name}(${termText(part)})` }
}
