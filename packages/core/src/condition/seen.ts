import type { Json, JsonObject } from '../step/json.js'
import { isJsonObject } from '../step/json.js'
import type { CelNode } from './cel.js'
import { partsOf, pathOf } from './nodes.js'

/**
 * An object as the evaluator is given it. A map, because the evaluator takes the member `constructor` of an object for its type; and members
 * of data may have any name.
 */
export type SeenObject = Map<string, Seen>

type Seen = string | number | boolean | null | readonly Seen[] | SeenObject

/** The paths that an expression reads below `principal` and `facts`, without that first name. */
export function pathsBelow(root: 'principal' | 'facts', node: CelNode): readonly (readonly string[])[] {
  const path = pathOf(node)
  if (path !== undefined) return path[0] === root ? [path.slice(1)] : []
  return partsOf(node).flatMap((part) => pathsBelow(root, part))
}

/** What some paths lead to in an object, and nothing else of it. */
export function seenAt(object: JsonObject, paths: readonly (readonly string[])[]): SeenObject {
  const seen: SeenObject = new Map()
  for (const path of paths) copy(object, path, seen)
  return seen
}

/**
 * What some paths lead to among facts, which lie flat by step id (`confirm.code`) and are named nested. A step that wrote nothing is there
 * all the same: `has` of its facts is false, and no fault.
 */
export function seenFacts(facts: { readonly [step: string]: JsonObject }, paths: readonly (readonly string[])[]): SeenObject {
  const seen: SeenObject = new Map()
  for (const path of paths) {
    const length = path.findLastIndex((_, index) => Object.hasOwn(facts, path.slice(0, index).join('.')))
    const step = path.slice(0, length === -1 ? -1 : length)
    const place = step.reduce(inner, seen)
    const written = facts[step.join('.')]
    if (length !== -1 && written !== undefined) copy(written, path.slice(length), place)
  }
  return seen
}

function copy(from: JsonObject, [name, ...rest]: readonly string[], to: SeenObject): void {
  if (name === undefined || !Object.hasOwn(from, name)) return
  const value = from[name]
  if (value === undefined) return
  if (rest.length === 0) to.set(name, seen(value))
  else if (isJsonObject(value)) copy(value, rest, inner(to, name))
}

/** The object in a member, made when it is not there. */
function inner(of: SeenObject, name: string): SeenObject {
  const there = of.get(name)
  if (there instanceof Map) return there
  const made: SeenObject = new Map()
  of.set(name, made)
  return made
}

function seen(value: Json): Seen {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(seen)
  return new Map(Object.entries(value).map(([name, each]) => [name, seen(each)]))
}
