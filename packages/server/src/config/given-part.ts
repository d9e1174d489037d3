import { isJsonObject, type JsonObject, type Schema } from '@rekey/core'

/** A value with the defaults of what it does not name, and what is left of its schema to check. */
export interface GivenPart {
  readonly value: { readonly [name: string]: unknown }
  readonly schema: Schema
}

/**
 * Takes out of a schema the keys that a value does not name: most files name few, and to compile the checks of all the others is a third
 * of what a start costs beside loading. What the absent keys come to is what filling in their defaults gives; defaults fit their schemas,
 * which a test holds. A key that must be there stays, to be missed.
 */
export function givenPart(value: JsonObject, schema: Schema): GivenPart {
  const known = Object.entries(schema.properties ?? {})
  const filled = known.flatMap(([name, part]) => {
    const fallback = name in value ? undefined : defaultOf(part)
    return fallback === undefined ? [] : [[name, fallback] as const]
  })
  // Its name still is a key.
  const left = known.map(([name, part]) => [name, name in value ? part : {}] as const)
  return { value: { ...value, ...Object.fromEntries(filled) }, schema: { ...schema, properties: Object.fromEntries(left) } }
}

/** What stands for an absent value: its default, and in that the defaults of what it leaves out. */
function defaultOf(schema: Schema): unknown {
  return schema.default === undefined ? undefined : withDefaults(schema.default, schema)
}

function withDefaults(value: unknown, { properties, items }: Schema): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => (items ? withDefaults(item, items) : item))
  if (!isJsonObject(value)) return value
  const members = Object.entries(properties ?? {}).flatMap(([name, part]) => {
    const member = value[name] === undefined ? defaultOf(part) : withDefaults(value[name], part)
    return member === undefined ? [] : [[name, member] as const]
  })
  return { ...value, ...Object.fromEntries(members) }
}
