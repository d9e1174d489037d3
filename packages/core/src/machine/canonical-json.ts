import { isJsonObject } from '../step/json.js'

/**
 * JSON with the members of every object sorted by code unit and no space. Members that are undefined are left out.
 * Source: RFC 8785 sections 3.2.2 and 3.2.3, for the values that JSON itself can hold.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (!isJsonObject(value)) return JSON.stringify(value) ?? 'null'
  const members = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .toSorted()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name])}`)
  return `{${members.join(',')}}`
}
