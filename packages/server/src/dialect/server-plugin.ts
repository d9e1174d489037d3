import type { Plugin } from '@rekey/core'
import type { Dialect } from './dialect.js'

/** What a package brings to a server: steps, dialects, or both. What core's `definePlugin` returns is one that brings steps alone. */
export interface ServerPlugin extends Plugin {
  readonly dialects: readonly Dialect[]
}

/** What its author writes; a list that is left out is empty. */
export interface ServerPluginParts {
  readonly name: string
  readonly steps?: Plugin['steps']
  readonly dialects?: readonly Dialect[]
  readonly provides?: Plugin['provides']
}

/**
 * Declares a plugin that brings dialects: `export default defineServerPlugin({ name: 'acme', dialects: [kiosk] })`. It stands in the server's
 * package, as core knows no wires.
 */
export function defineServerPlugin({ name, steps = [], dialects = [], provides = [] }: ServerPluginParts): ServerPlugin {
  return Object.freeze({ name, steps, dialects, provides })
}
