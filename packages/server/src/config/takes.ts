import type { Schema } from '@rekey/core'

/** What a key takes, in words: `a whole number from 0 to 65535`. */
export function takes(schema: Schema): string {
  if (schema.enum) return oneOf(schema.enum.map((value) => `\`${String(value)}\``))
  if (schema.type === 'integer' || schema.type === 'number') {
    return `a ${schema.type === 'integer' ? 'whole ' : ''}number${range(schema.minimum, schema.maximum)}`
  }
  if (schema.type === 'string') return text(schema)
  if (schema.type === 'boolean') return '`true` or `false`'
  return schema.type === 'array' ? `a list${length(schema.minItems, schema.maxItems, 'entry', 'entries')}` : 'a mapping of keys to values'
}

function text(schema: Schema): string {
  if (schema.format === 'duration') return 'a duration such as `30s`, `15m` or `2h`'
  const pattern = schema.pattern === undefined ? '' : ` that matches \`${schema.pattern}\``
  return `a text${length(schema.minLength, schema.maxLength)}${pattern}`
}

/** What a value is, in words for the caret. */
export function wordFor(value: unknown): string {
  if (isEmptyValue(value)) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'boolean') return `\`${String(value)}\``
  return typeof value === 'string' ? 'this text' : typeof value === 'number' ? 'this number' : 'a mapping'
}

/** A key with nothing behind it, or with an empty text. */
export function isEmptyValue(value: unknown): boolean {
  return value === null || value === undefined || value === ''
}

function range(minimum: number | undefined, maximum: number | undefined): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`
  if (minimum !== undefined) return `, at least ${minimum}`
  return maximum === undefined ? '' : `, at most ${maximum}`
}

function length(minimum: number | undefined, maximum: number | undefined, one = 'character', many = 'characters'): string {
  const named = (count: number): string => `${count} ${count === 1 ? one : many}`
  if (maximum !== undefined) return minimum === undefined ? ` of at most ${named(maximum)}` : ` of ${minimum} to ${named(maximum)}`
  return minimum === undefined || minimum === 0 ? '' : ` of at least ${named(minimum)}`
}

function oneOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`
}
