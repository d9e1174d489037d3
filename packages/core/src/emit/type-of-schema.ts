import type { Properties, Schema } from '../step/schema.js'
import { comment, literal, memberName, union } from './source-text.js'

/**
 * The TypeScript type of the values that a schema lets through, as a client writes them: a secret is a text. What TypeScript cannot say,
 * such as a pattern, is left to the server.
 * @param indent blanks before the line that the type begins on.
 */
export function typeOfSchema(schema: Schema, indent = ''): string {
  if (schema.const !== undefined) return literal(schema.const)
  if (schema.enum) return unionOf(schema.enum.map(literal))
  if (schema.oneOf) return unionOf(schema.oneOf.map((one) => typeOfSchema(one, indent)))
  switch (schema.type) {
    case 'string':
    case 'boolean':
      return schema.type
    case 'integer':
    case 'number':
      return 'number'
    case 'array': {
      const item = schema.items ? typeOfSchema(schema.items, indent) : 'Json'
      return /[|]/.test(item) ? `readonly (${item})[]` : item.startsWith('readonly ') ? `readonly (${item})[]` : `readonly ${item}[]`
    }
    case 'object':
      return typeOfObject(schema, indent)
    case undefined:
      return 'Json'
    default:
      return schema.type satisfies never
  }
}

/** The members of an object type, one a line, with their descriptions. */
export function membersOf(properties: Properties, required: readonly string[], indent: string): readonly string[] {
  return Object.entries(properties).flatMap(([name, schema]) => [
    ...(schema.description === undefined ? [] : [`${indent}${comment(schema.description)}`]),
    memberLine(`${indent}readonly ${memberName(name)}${required.includes(name) ? '' : '?'}:`, schema, indent),
  ])
}

function memberLine(head: string, schema: Schema, indent: string): string {
  const values = schema.enum && schema.const === undefined ? [...new Set(schema.enum.map(literal))] : []
  return values.length > 1 ? union(head, values, indent) : `${head} ${typeOfSchema(schema, indent)}`
}

function typeOfObject({ properties, required = [], additionalProperties }: Schema, indent: string): string {
  if (properties && Object.keys(properties).length > 0) {
    return ['{', ...membersOf(properties, required, `${indent}  `), `${indent}}`].join('\n')
  }
  if (typeof additionalProperties === 'object') return `{ readonly [name: string]: ${typeOfSchema(additionalProperties, indent)} }`
  return 'JsonObject'
}

/** Each part once; `never` for a union of nothing. */
function unionOf(parts: readonly string[]): string {
  return [...new Set(parts)].join(' | ') || 'never'
}
