import type { StepDefinition } from './define-step.js'
import type { Service } from './service.js'

/** What a package of steps gives. Built-in steps come in by the same door. */
export interface Plugin {
  readonly name: string
  readonly steps: readonly StepDefinition[]
  /** The services that the steps inject and that only this package knows. */
  readonly provides?: readonly Provision[]
}

/** What a plugin may look at when it opens a service: where the configuration stands, and the environment. */
export interface PluginPlace {
  /** Absolute path; paths in the plugin's own settings count from here. */
  readonly folder: string
  readonly env: { readonly [name: string]: string | undefined }
}

/** A service with the way to open it. Made by `provide`, which holds both to one type. */
export interface Provision {
  readonly service: Service<unknown>
  open(place: PluginPlace): unknown
}

/**
 * Provides a service of the plugin's own: `provides: [provide(BranchRegister, ({ env }) => new HttpRegister(env['REGISTER_URL']))]`. The server
 * opens each once, at start, and calls its `close`, where it has one, at the end. Services of Rekey cannot be replaced by it.
 */
export function provide<T>(service: Service<T>, open: (place: PluginPlace) => T | Promise<T>): Provision {
  return Object.freeze({ service, open })
}

/** Declares a plugin: `export default definePlugin({ name: 'acme', steps: [badge] })`. */
export function definePlugin(plugin: Plugin): Plugin {
  return Object.freeze(plugin)
}
