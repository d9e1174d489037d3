import type { StepDefinition } from '../step/define-step.js'
import type { Plugin } from '../step/plugin.js'
import type { RequirementKind } from '../step/requirement.js'
import type { Properties } from '../step/schema.js'

/** What the compiler must know of a dialect; its routes and words are none of its business. */
export interface DialectFacts {
  readonly name: string
  /** The kinds of requirement it has words for. */
  readonly kinds: readonly RequirementKind[]
  /** Options of wording that a flow may set under `speaks`. */
  readonly options: Properties
  /** True when a flow that says nothing is exposed under it, because the wire names the flow in the path. */
  readonly speaksByDefault: boolean
}

/** Everything a flow file may name. */
export interface Registry {
  readonly steps: ReadonlyMap<string, StepDefinition>
  readonly dialects: ReadonlyMap<string, DialectFacts>
}

/**
 * Gathers the steps of all plugins and the dialects.
 * @throws TypeError when two plugins bring the same step type.
 */
export function createRegistry(plugins: readonly Plugin[], dialects: readonly DialectFacts[]): Registry {
  const steps = new Map<string, StepDefinition>()
  for (const plugin of plugins) {
    for (const step of plugin.steps) {
      if (steps.has(step.type)) throw new TypeError(`plugin \`${plugin.name}\`: the step type \`${step.type}\` is taken`)
      steps.set(step.type, step)
    }
  }
  return { steps, dialects: new Map(dialects.map((dialect) => [dialect.name, dialect])) }
}
