import { isJsonObject } from '@rekey/core'
import type { Json, JsonObject } from '@rekey/core'

/** Longest text of one member: what callers send must not fill a disk. */
const MAX_TEXT = 256

/** A line whose texts are cut off where they are longer than any of ours. */
export function boundedLine(line: { readonly [name: string]: unknown }): JsonObject {
  const members: [string, Json][] = []
  for (const name of Object.keys(line)) {
    const value = line[name]
    if (value !== undefined) members.push([name, bounded(value)])
  }
  return Object.fromEntries(members)
}

function bounded(value: unknown): Json {
  if (typeof value === 'string') return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value
  if (Array.isArray(value)) return value.map(bounded)
  if (isJsonObject(value)) return boundedLine(value)
  return typeof value === 'number' || typeof value === 'boolean' ? value : null
}
