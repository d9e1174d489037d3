import type { Json, JsonObject } from '../step/json.js'
import type { Entry, MapNode, SyntaxNode } from '../syntax/node.js'

/** A value of a flow file as JSON. Objects have no prototype, so that `__proto__` is a name like any other. */
export function toJson(node: SyntaxNode): Json {
  switch (node.is) {
    case 'map':
      return toJsonObject(node)
    case 'list':
      return node.items.map(toJson)
    case 'scalar':
      return node.value
    case 'faulty':
      return null
    default:
      return node satisfies never
  }
}

export function toJsonObject(node: MapNode): JsonObject {
  const object: Record<string, Json> = Object.create(null)
  for (const { key, value } of node.entries) object[key] = toJson(value)
  return object
}

/** What stands at a JSON pointer: the entry for a member, so that a fault can point at the key, else the value alone. */
export interface Place {
  readonly node: SyntaxNode
  readonly entry?: Entry
}

/**
 * Follows a JSON pointer (RFC 6901) as far as it leads.
 * @returns undefined when a faulty value lies on the way: its fault has been reported.
 */
export function placeAt(root: SyntaxNode, pointer: string): Place | undefined {
  let place: Place = { node: root }
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~')
    const { node }: Place = place
    if (node.is === 'map') {
      const entry = node.entries.find(({ key }) => key === name)
      if (!entry) break
      place = { node: entry.value, entry }
    } else if (node.is === 'list') {
      const item = node.items[Number(name)]
      if (!item) break
      place = { node: item }
    }
  }
  return place.node.is === 'faulty' ? undefined : place
}
