import type { Schema } from '../step/schema.js'
import type { Literal } from './literal.js'

/** A value in a condition, in its canonical spelling. */
export type Term =
  | { readonly is: 'literal'; readonly value: Literal }
  | { readonly is: 'literals'; readonly values: readonly Literal[] }
  | OpenTerm

/** A value that depends on the person or the conversation. */
export interface OpenTerm {
  readonly is: 'open'
  readonly kind: Kind
  readonly text: string
  /** Of what kind the elements of a list are. */
  readonly items?: Kind
  readonly schema?: Schema
  /** All that it, or an element of it, can be. */
  readonly domain?: readonly Literal[]
  /** True for a size: a whole number that is never negative. */
  readonly isSize?: true
}

export type Kind = 'string' | 'int' | 'number' | 'bool' | 'list' | 'object'

const NAMES: Readonly<Record<Kind, string>> = {
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  bool: 'true or false',
  list: 'a list',
  object: 'an object',
}

export function nameOf(kind: Kind): string {
  return NAMES[kind]
}

export function kindOfLiteral(value: Literal): Kind {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  return typeof value === 'bigint' ? 'int' : 'number'
}

export function kindOfTerm(term: Term): Kind {
  if (term.is === 'open') return term.kind
  return term.is === 'literals' ? 'list' : kindOfLiteral(term.value)
}

/** @returns undefined for a schema of which a condition can say nothing. */
export function kindOfSchema(schema: Schema): Kind | undefined {
  if (schema.secret === true || schema.oneOf !== undefined) return undefined
  switch (schema.type) {
    case 'string':
      return 'string'
    case 'integer':
      return 'int'
    case 'number':
      return 'number'
    case 'boolean':
      return 'bool'
    case 'array':
      return 'list'
    case 'object':
      return 'object'
    case undefined: {
      const [first] = choicesOf(schema) ?? []
      return first === undefined ? undefined : kindOfLiteral(literalOf(first))
    }
    default:
      return schema.type satisfies never
  }
}

/** The values that a schema enumerates. */
export function domainOf(schema: Schema | undefined): readonly Literal[] | undefined {
  const choices = schema === undefined ? undefined : choicesOf(schema)
  if (choices === undefined || choices.length === 0) return undefined
  return choices.map((choice) => (schema?.type === 'number' ? choice : literalOf(choice)))
}

/** A value of JSON as a literal: a whole number is an int. */
export function literalOf(value: string | number | boolean): Literal {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value
}

/** A term for the value that a schema describes, under a canonical name. */
export function termOf(text: string, schema: Schema): OpenTerm | undefined {
  const kind = kindOfSchema(schema)
  if (kind === undefined) return undefined
  const items = kind === 'list' && schema.items !== undefined ? kindOfSchema(schema.items) : undefined
  const domain = domainOf(kind === 'list' ? schema.items : schema)
  return { is: 'open', kind, text, schema, ...(items === undefined ? {} : { items }), ...(domain === undefined ? {} : { domain }) }
}

function choicesOf(schema: Schema): readonly (string | number | boolean)[] | undefined {
  return schema.enum ?? (schema.const === undefined ? undefined : [schema.const])
}
