import type { Json, JsonObject, Properties, Schema } from '@rekey/core'

/** An object with these members and no other; all of them are there but those named as optional. */
export function closed(properties: JsonObject, optional: readonly string[] = []): JsonObject {
  const required = Object.keys(properties).filter((name) => !optional.includes(name))
  return { type: 'object', properties, ...(required.length > 0 && { required }), additionalProperties: false }
}

/** An object that may have further members. */
export function open(properties: JsonObject, required: readonly string[] = []): JsonObject {
  return { type: 'object', properties, ...(required.length > 0 && { required }) }
}

export function anyOf(schemas: readonly JsonObject[]): JsonObject {
  const [only, ...more] = schemas
  return only !== undefined && more.length === 0 ? only : { anyOf: schemas }
}

/** One of several texts; a text that is always the same is an enumeration of one. */
export function words(values: readonly string[]): JsonObject {
  return { type: 'string', enum: [...new Set(values)] }
}

export function list(items: JsonObject): JsonObject {
  return { type: 'array', items }
}

export const TEXT: JsonObject = { type: 'string' }
export const NUMBER: JsonObject = { type: 'integer' }
export const TRUTH: JsonObject = { type: 'boolean' }
export const NULL: JsonObject = { type: 'null' }
/** A password, or what is worth as much. */
export const SECRET: JsonObject = { type: 'string', format: 'password' }

export function ref(schema: string): JsonObject {
  return { $ref: `#/components/schemas/${schema}` }
}

/** A value and no other. */
export function exactly(value: Json): JsonObject {
  return { const: value }
}

const JSON_TYPE = ['application/json']

/** A request body. */
export function body(schema: JsonObject, types: readonly string[] = JSON_TYPE): JsonObject {
  return { required: true, content: content(schema, types) }
}

/** A response; without a schema it has no body. */
export function response(
  description: string,
  schema?: JsonObject,
  { types = JSON_TYPE, headers }: { readonly types?: readonly string[]; readonly headers?: JsonObject } = {},
): JsonObject {
  return { description, ...(headers && { headers }), ...(schema && { content: content(schema, types) }) }
}

function content(schema: JsonObject, types: readonly string[]): JsonObject {
  return Object.fromEntries(types.map((type) => [type, { schema }]))
}

/** A parameter of path, query or header. */
export function parameter(
  place: 'path' | 'query' | 'header',
  name: string,
  schema: JsonObject,
  description: string,
  required = true,
): JsonObject {
  return { name, in: place, required: place === 'path' || required, description, schema }
}

/** Members of an answer, or outputs, as JSON Schema without the keywords that are ours. */
export function membersOf(properties: Properties): JsonObject {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, schemaOf(schema)]))
}

function schemaOf({
  secret,
  optional: _optional,
  format: _format,
  default: _default,
  items,
  properties,
  oneOf,
  ...rest
}: Schema): JsonObject {
  const { enum: values, required, additionalProperties, ...plain } = rest
  return {
    ...plain,
    ...(secret === true && { format: 'password' }),
    ...(values && { enum: values }),
    ...(required && { required }),
    ...(items && { items: schemaOf(items) }),
    ...(properties && { properties: membersOf(properties) }),
    ...(additionalProperties !== undefined && {
      additionalProperties: typeof additionalProperties === 'object' ? schemaOf(additionalProperties) : additionalProperties,
    }),
    ...(oneOf && { oneOf: oneOf.map(schemaOf) }),
  }
}

/** Names grouped by what each is grouped by, both in the order in which they come. */
export function grouped<K, V>(pairs: readonly (readonly [key: K, value: V])[]): ReadonlyMap<K, readonly V[]> {
  const groups = new Map<K, V[]>()
  for (const [key, value] of pairs) groups.set(key, [...(groups.get(key) ?? []), value])
  return groups
}
