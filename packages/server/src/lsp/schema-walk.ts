import { isJsonObject, type Json, type JsonObject } from '@rekey/core'
import type { Entry, Path } from './entry.js'
import { keysAt } from './outline.js'

/**
 * The schemas that a value of a file may have, each without its alternatives. Where keys stand in a mapping already, alternatives that
 * require others are left out: beside `kba` only what belongs to `kba`.
 */
export function schemasAt(root: JsonObject, path: Path, entries: readonly Entry[]): readonly JsonObject[] {
  let schemas = alternatives(root, root)
  for (const [depth, part] of path.entries()) {
    schemas = fitting(schemas, keysAt(entries, path.slice(0, depth)))
      .flatMap((schema) => child(schema, part))
      .flatMap((schema) => alternatives(root, schema))
  }
  return schemas
}

/** Those of several schemas of a mapping that go with the keys it has. */
export function fitting(schemas: readonly JsonObject[], keys: readonly string[]): readonly JsonObject[] {
  const scores = schemas.map(({ required }) =>
    Array.isArray(required) ? required.filter((name) => keys.includes(String(name))).length : 0,
  )
  const best = Math.max(0, ...scores)
  return best === 0 ? schemas : schemas.filter((_, index) => scores[index] === best)
}

/** Schemas of the keys of a mapping. */
export function propertiesOf(schema: JsonObject): readonly (readonly [name: string, schema: JsonObject])[] {
  const { properties } = schema
  return isJsonObject(properties)
    ? Object.entries(properties).flatMap(([name, member]) => (isJsonObject(member) ? [[name, member]] : []))
    : []
}

/** Resolves references and alternatives; a schema that holds both itself and alternatives gives each. */
export function alternatives(root: JsonObject, schema: JsonObject, seen: readonly JsonObject[] = []): readonly JsonObject[] {
  if (seen.includes(schema)) return []
  const below = [...seen, schema]
  const of = [schema['anyOf'], schema['oneOf'], schema['allOf']].flatMap((list) => (Array.isArray(list) ? list : []))
  const referred = typeof schema['$ref'] === 'string' ? [lookUp(root, schema['$ref'])] : []
  // Which of the two holds is found like any alternative: by the keys it requires.
  const branches = [schema['then'], schema['else']]
  const others = [...of, ...referred, ...branches].filter(isJsonObject)
  return [schema, ...others.flatMap((other) => alternatives(root, other, below))]
}

function child(schema: JsonObject, part: string | number): readonly JsonObject[] {
  if (typeof part === 'number') return isJsonObject(schema['items']) ? [schema['items']] : []
  const own = propertiesOf(schema).find(([name]) => name === part)
  if (own) return [own[1]]
  return isJsonObject(schema['additionalProperties']) ? [schema['additionalProperties']] : []
}

/** Source: RFC 6901 sections 4 and 6. */
function lookUp(root: JsonObject, reference: string): Json | undefined {
  const parts = reference
    .replace(/^#\/?/, '')
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  return parts.reduce<Json | undefined>((value, part) => (isJsonObject(value) ? value[part] : undefined), root)
}
