import type { RequestValueName, StepDefinition } from '../step/define-step.js'
import type { Plugin } from '../step/plugin.js'
import type { RequirementKind } from '../step/requirement.js'
import type { Properties } from '../step/schema.js'
import { CHOOSE, INCLUDE, MODIFIERS } from '../syntax/words.js'

/** What the compiler must know of a dialect; its routes and words are none of its business. */
export interface DialectFacts {
  readonly name: string
  /** The kinds of requirement it has words for. */
  readonly kinds: readonly RequirementKind[]
  /** Options of wording that a flow may set under `speaks`. */
  readonly options: Properties
  /** True when a flow that says nothing is exposed under it, because the wire names the flow in the path. */
  readonly speaksByDefault: boolean
  /** Fixed routes that a flow takes by name, of a dialect that does not name the flow in the path: `speaks: { cidaas: change }`. */
  readonly slots?: readonly string[]
  /** Values of the request that it can give to steps. */
  readonly offers?: readonly RequestValueName[]
}

/** Everything a flow file may name. */
export interface Registry {
  readonly steps: ReadonlyMap<string, StepDefinition>
  readonly dialects: ReadonlyMap<string, DialectFacts>
  /** Attributes of people that the configuration declares beside the core profile; conditions see them. */
  readonly attributes?: Properties
}

/** What a step item may hold beside or in place of a step. */
const WORDS: readonly string[] = [CHOOSE, INCLUDE, ...MODIFIERS]

/**
 * Gathers the steps of all plugins and the dialects.
 * @throws TypeError when two plugins bring the same step type, when a step is called like a word of the language, or when a dialect would serve flows that name none of its slots.
 */
export function createRegistry(plugins: readonly Plugin[], dialects: readonly DialectFacts[]): Registry {
  const steps = new Map<string, StepDefinition>()
  for (const plugin of plugins) {
    for (const step of plugin.steps) {
      if (WORDS.includes(step.type))
        throw new TypeError(`plugin \`${plugin.name}\`: \`${step.type}\` is a word of the language, no step type`)
      if (steps.has(step.type)) throw new TypeError(`plugin \`${plugin.name}\`: the step type \`${step.type}\` is taken`)
      steps.set(step.type, step)
    }
  }
  for (const { name, slots, speaksByDefault } of dialects) {
    if (slots && speaksByDefault) throw new TypeError(`dialect \`${name}\`: a flow cannot take one of its slots without naming it`)
  }
  return { steps, dialects: new Map(dialects.map((dialect) => [dialect.name, dialect])) }
}
