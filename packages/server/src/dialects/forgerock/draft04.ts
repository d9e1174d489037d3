import type { Json, JsonObject, Properties, Schema } from '@rekey/core'

/**
 * A step's schema as draft-04 draws it: description, then type, then what both drafts have in common. `const` is younger than draft-04
 * and becomes an `enum` of one; defaults and our own keywords stay at home.
 */
export function draft04(schema: Schema): JsonObject {
  return {
    ...(schema.description !== undefined && { description: schema.description }),
    ...(schema.oneOf === undefined && { type: schema.type ?? 'string' }),
    ...(schema.enum && { enum: schema.enum }),
    ...(schema.const !== undefined && { enum: [schema.const] }),
    ...copied(schema, ['minLength', 'maxLength', 'pattern', 'minimum', 'maximum', 'minItems', 'maxItems', 'uniqueItems', 'maxProperties']),
    ...(schema.items && { items: draft04(schema.items) }),
    ...(schema.required && schema.required.length > 0 && { required: schema.required }),
    ...(schema.properties && { properties: draft04Properties(schema.properties) }),
    ...(schema.oneOf && { oneOf: schema.oneOf.map(draft04) }),
  }
}

export function draft04Properties(properties: Properties): JsonObject {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, draft04(schema)]))
}

type Plain = 'minLength' | 'maxLength' | 'pattern' | 'minimum' | 'maximum' | 'minItems' | 'maxItems' | 'uniqueItems' | 'maxProperties'

function copied(schema: Schema, names: readonly Plain[]): JsonObject {
  const kept: Record<string, Json> = {}
  for (const name of names) {
    const value = schema[name]
    if (value !== undefined) kept[name] = value
  }
  return kept
}
