import { isJsonObject, type Json, type Properties, type Schema } from '@rekey/core'
import type { Attributes } from './person.js'

/**
 * The attributes of people that the configuration declares. What a file holds beside them, or in another type than is declared now, is not
 * shown: conditions were checked against the declaration, and must never meet anything else.
 */
export class DeclaredAttributes {
  readonly #declared: readonly (readonly [name: string, schema: Schema])[]

  constructor(declared: Properties) {
    this.#declared = Object.entries(declared)
  }

  /** Reads a stored text. @returns undefined for somebody who has none of them. */
  of(stored: unknown): Attributes | undefined {
    const values: unknown = typeof stored === 'string' ? JSON.parse(stored) : undefined
    if (!isJsonObject(values)) return undefined
    const shown: { [name: string]: Attributes[string] } = Object.create(null)
    let some = false
    for (const [name, schema] of this.#declared) {
      const value = Object.hasOwn(values, name) ? fitting(values[name], schema) : undefined
      if (value === undefined) continue
      shown[name] = value
      some = true
    }
    return some ? { ...shown } : undefined
  }
}

function fitting(value: Json | undefined, { type, enum: values, items }: Schema): Attributes[string] | undefined {
  switch (type) {
    case 'string':
      return typeof value === 'string' && (values === undefined || values.includes(value)) ? value : undefined
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'integer':
      return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined
    case 'array': {
      const texts = Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined
      const all = Array.isArray(value) && texts?.length === value.length
      return all && texts.every((text) => items?.enum === undefined || items.enum.includes(text)) ? texts : undefined
    }
    case 'number':
    case 'object':
    case undefined:
      return undefined
  }
}
