import type { Secret } from './secret.js'

/**
 * The part of JSON Schema (draft 2020-12) that steps use for settings and answers. Types are inferred from it with `Infer`.
 * `secret: true` on a string makes the engine hand it over as a `Secret`.
 */
export interface Schema {
  readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object'
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly (string | number | boolean)[]
  readonly const?: string | number | boolean
  readonly format?: 'duration'
  /** Of a setting that is a duration: the longest that is allowed, such as `10m`. */
  readonly longest?: string
  readonly secret?: true
  /** Of a fact: a `done` may leave it out, so that conditions ask for it with `has` first. */
  readonly optional?: true
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly properties?: Properties
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly maxProperties?: number
  readonly oneOf?: readonly Schema[]
}

/** Named members of an object. */
export interface Properties {
  readonly [name: string]: Schema
}

/** The TypeScript type of the values that a schema lets through. */
export type Infer<S extends Schema> = S extends { readonly const: infer C }
  ? C
  : S extends { readonly enum: readonly (infer E)[] }
    ? E
    : S extends { readonly oneOf: readonly (infer O)[] }
      ? O extends Schema
        ? Infer<O>
        : never
      : S extends { readonly type: 'string'; readonly secret: true }
        ? Secret
        : S extends { readonly type: 'string' }
          ? string
          : S extends { readonly type: 'integer' | 'number' }
            ? number
            : S extends { readonly type: 'boolean' }
              ? boolean
              : S extends { readonly type: 'array'; readonly items: infer I extends Schema }
                ? readonly Infer<I>[]
                : S extends { readonly type: 'object'; readonly properties: infer P extends Properties }
                  ? InferObject<P, S extends { readonly required: readonly (infer R)[] } ? R : never>
                  : S extends { readonly type: 'object'; readonly additionalProperties: infer A extends Schema }
                    ? { readonly [name: string]: Infer<A> }
                    : unknown

type InferObject<P extends Properties, Required> = {
  readonly [K in keyof P as K extends Required ? K : never]: Infer<P[K]>
} & { readonly [K in keyof P as K extends Required ? never : K]?: Infer<P[K]> }

/** Settings after defaults: what has a default is always there. */
export type InferSettings<P extends Properties> = {
  readonly [K in keyof P as P[K] extends { readonly default: unknown } ? K : never]: Infer<P[K]>
} & {
  readonly [K in keyof P as P[K] extends { readonly default: unknown } ? never : K]?: Infer<P[K]>
}
