import type { StepDefinition } from './define-step.js'

/** What a package of steps gives. Built-in steps come in by the same door. */
export interface Plugin {
  readonly name: string
  readonly steps: readonly StepDefinition[]
}

/** Declares a plugin: `export default definePlugin({ name: 'acme', steps: [badge] })`. */
export function definePlugin(plugin: Plugin): Plugin {
  return Object.freeze(plugin)
}
