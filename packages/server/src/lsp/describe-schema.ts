import { isJsonObject, type Json, type JsonObject } from '@rekey/core'
import { alternatives, propertiesOf } from './schema-walk.js'

/** The values that can be named one by one. */
export function valuesOf({ enum: listed, const: only, type, default: fallback, items }: JsonObject): readonly Json[] {
  if (Array.isArray(listed)) return listed
  if (only !== undefined) return [only]
  if (type === 'boolean') return [true, false]
  const isSingle = typeof fallback === 'string' || typeof fallback === 'number'
  return isSingle && items === undefined ? [fallback] : []
}

/** The kind of a value in a few words: `integer, 1 to 100`. Of several alternatives, that of the first. */
function typeOf(schema: JsonObject): string {
  const told = alternatives(schema, schema).find(({ type, enum: listed }) => type !== undefined || listed !== undefined)
  const { type, minimum, maximum, enum: listed } = told ?? schema
  const [first] = Array.isArray(type) ? type : [type]
  const kind = Array.isArray(listed) ? listed.map(textOf).join(' | ') : textOf(first ?? '')
  return [kind, rangeOf(minimum, maximum)].filter((text) => text !== '').join(', ')
}

function rangeOf(minimum: Json | undefined, maximum: Json | undefined): string {
  if (minimum !== undefined && maximum !== undefined) return `${textOf(minimum)} to ${textOf(maximum)}`
  if (minimum !== undefined) return `at least ${textOf(minimum)}`
  return maximum === undefined ? '' : `at most ${textOf(maximum)}`
}

/** A value as a flow file shows it in a sentence. */
export function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Kind and default on one line; empty when nothing is known. */
export function detailOf(schema: JsonObject): string {
  const fallback = schema['default']
  return [typeOf(schema), fallback === undefined ? '' : `default ${JSON.stringify(fallback)}`].filter((text) => text !== '').join('; ')
}

export function descriptionOf(schema: JsonObject | undefined): string | undefined {
  const text = schema?.['description']
  return typeof text === 'string' ? text : undefined
}

/**
 * What a name in a list means: that of the key of the same name beside it, as a step may be written as a name alone or with its settings.
 */
export function meaningOf(value: Json, beside: readonly JsonObject[]): JsonObject | undefined {
  for (const schema of beside) {
    const own = propertiesOf(schema).find(([name]) => name === value)
    if (own && isJsonObject(schema['properties'])) return own[1]
  }
  return undefined
}

/** A page of Markdown about a key or a value. */
export function pageAbout(name: string, schema: JsonObject | undefined): string {
  const detail = schema ? detailOf(schema) : ''
  const settings = schema ? propertiesOf(schema).map(([key, member]) => `- \`${key}\`${dashed(descriptionOf(member))}`) : []
  return [`**\`${name}\`**${detail === '' ? '' : ` ${detail}`}`, descriptionOf(schema) ?? '', settings.join('\n')]
    .filter((part) => part !== '')
    .join('\n\n')
}

function dashed(text: string | undefined): string {
  return text === undefined ? '' : `: ${text}`
}
