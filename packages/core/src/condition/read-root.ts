import { didYouMean } from '../diagnostics/near-name.js'
import type { Properties, Schema } from '../step/schema.js'
import { ELEMENT } from './atom-shape.js'
import type { CelNode } from './cel.js'
import { fault } from './reading.js'
import type { Place, Reading } from './reading.js'

/** What a path names: its canonical spelling, and whether it may be absent. */
export interface Named {
  readonly text: string
  readonly schema: Schema
  readonly isOptional: boolean
}

interface Root {
  readonly found: Named
  readonly rest: readonly string[]
}

/** The first member that a path names, and the names behind it. */
export function readRoot(node: CelNode, path: readonly string[], reading: Reading, place: Place): Root | undefined {
  const [root = '', ...rest] = path
  const element = place.elements.get(root)
  if (element?.is === 'open') return { found: { text: ELEMENT, schema: element.schema, isOptional: false }, rest }
  if (root === 'principal') return readAttribute(node, rest, reading)
  if (root === 'facts') return readFact(node, rest, reading, place)
  const known = ['principal', 'facts', 'inputs', ...place.elements.keys()]
  const bool = { true: 'true', false: 'false', yes: 'true', no: 'false' }[root.toLowerCase()]
  return fault(reading, 'condition-type', node, {
    message: `a condition knows no \`${root}\``,
    ...(bool === undefined
      ? { help: 'it sees `principal`, `facts` and `inputs`; a text stands in quotes' }
      : { help: `write \`${bool}\`` }),
    ...didYouMean(root, known),
  })
}

function readAttribute(node: CelNode, rest: readonly string[], reading: Reading): Root | undefined {
  const { principal } = reading.scope
  const [name, ...deeper] = rest
  if (name === undefined) {
    return fault(reading, 'condition-not-allowed', node, {
      message: '`principal` is a person, not a value',
      help: 'name one of the attributes: `principal.state`',
    })
  }
  const schema = own(principal, name)
  if (schema === undefined) {
    return fault(reading, 'condition-type', node, {
      message: `there is no \`principal.${name}\``,
      label: 'no such attribute',
      help: `there are ${listed(Object.keys(principal))}; further ones are declared in the configuration`,
      ...didYouMean(name, Object.keys(principal)),
    })
  }
  reading.principal.add(name)
  return { found: { text: `principal.${name}`, schema, isOptional: schema.optional === true }, rest: deeper }
}

function readFact(node: CelNode, rest: readonly string[], reading: Reading, place: Place): Root | undefined {
  const { facts } = reading.scope
  const length = rest.map((_, index) => index + 1).findLast((count) => facts.has(rest.slice(0, count).join('.')))
  const key = rest.slice(0, length ?? 0).join('.')
  const of = facts.get(key)
  if (of === undefined || length === undefined) {
    if (rest.length === 0) {
      return fault(reading, 'condition-not-allowed', node, {
        message: '`facts` is no value',
        help: 'name a step and one of its facts: `facts.parameters.audience`',
      })
    }
    const [first = ''] = rest
    const keys = [...facts.keys()]
    return fault(reading, 'condition-type', node, {
      message: `no step \`${keys.some((each) => each.startsWith(`${first}.`)) ? rest.slice(0, 2).join('.') : first}\` writes facts here`,
      label: 'no such facts',
      help: keys.length === 0 ? 'no step of this flow writes facts' : `facts are written by ${listed(keys)}`,
      ...didYouMean(first, keys),
    })
  }
  const [name, ...deeper] = rest.slice(length)
  const names = Object.keys(of.writes)
  if (name === undefined) {
    return fault(reading, 'condition-not-allowed', node, {
      message: `\`facts.${key}\` is all facts of a step, not a value`,
      help: `name one of them: ${listed(names)}`,
    })
  }
  const schema = own(of.writes, name)
  if (schema === undefined) {
    return fault(reading, 'condition-type', node, {
      message: `step \`${key}\` writes no fact \`${name}\``,
      label: 'no such fact',
      help: names.length === 0 ? 'it writes none' : `it writes ${listed(names)}`,
      ...didYouMean(name, names),
    })
  }
  const text = `facts.${of.step}.${name}`
  const isGuarded = place.known?.has(text) === true
  reading.facts.set(node.start, { step: of.step, fact: name, guarded: isGuarded, start: node.start, end: node.end })
  return { found: { text, schema, isOptional: schema.optional === true }, rest: deeper }
}

/** A member of a schema; names that every object has are none. */
export function own(properties: Properties, name: string): Schema | undefined {
  return Object.hasOwn(properties, name) ? properties[name] : undefined
}

/** Names in a row, at most eight. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => `\`${name}\``)
  return shown.join(', ') + (names.length > shown.length ? ' and others' : '')
}
