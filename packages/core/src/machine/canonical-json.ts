import { isJsonObject, type JsonObject } from '../step/json.js'

/**
 * JSON with the members of every object sorted by code unit and no space. Members that are undefined are left out.
 * Source: RFC 8785 sections 3.2.2 and 3.2.3, for the values that JSON itself can hold.
 * @param known texts of parts that many values share; those of frozen parts are put there.
 */
export function canonicalJson(value: unknown, known?: WeakMap<object, string>): string {
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) {
    let items = ''
    for (const item of value) items += items === '' ? canonicalJson(item, known) : `,${canonicalJson(item, known)}`
    return `[${items}]`
  }
  if (!isJsonObject(value)) return JSON.stringify(value) ?? 'null'
  const text = known?.get(value)
  if (text !== undefined) return text
  const canonical = membersOf(value, known)
  if (known && Object.isFrozen(value)) known.set(value, canonical)
  return canonical
}

function membersOf(value: JsonObject, known: WeakMap<object, string> | undefined): string {
  let members = ''
  for (const name of Object.keys(value).sort()) {
    const member = value[name]
    if (member !== undefined) members += `${members === '' ? '' : ','}${quoted(name)}:${canonicalJson(member, known)}`
  }
  return `{${members}}`
}

/** Most texts are names, of which nothing needs an escape. */
const PLAIN = /^[\w ./:@$-]*$/

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text)
}
