import type { Properties, Schema } from '@rekey/core'

/** The values that a schema lets through once its defaults are filled in: whatever has a default is there. */
type Filled<S extends Schema> = S extends { readonly enum: readonly (infer E)[] }
  ? E
  : S extends { readonly type: 'string' }
    ? string
    : S extends { readonly type: 'integer' | 'number' }
      ? number
      : S extends { readonly type: 'boolean' }
        ? boolean
        : S extends { readonly type: 'array'; readonly items: infer I extends Schema }
          ? readonly Filled<I>[]
          : S extends { readonly type: 'object'; readonly properties: infer P extends Properties; readonly required: readonly (infer R)[] }
            ? FilledProperties<P, R>
            : S extends { readonly type: 'object'; readonly additionalProperties: infer A extends Schema }
              ? { readonly [name: string]: Filled<A> }
              : unknown

/** The values of the properties of an object. `R`: the names of those that must be there. */
export type FilledProperties<P extends Properties, R> = {
  readonly [K in keyof P as P[K] extends { readonly default: unknown } ? K : K extends R ? K : never]: Filled<P[K]>
} & {
  readonly [K in keyof P as P[K] extends { readonly default: unknown } ? never : K extends R ? never : K]?: Filled<P[K]>
}
