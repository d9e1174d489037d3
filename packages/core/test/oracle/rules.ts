import type { Evidence, StepDefinition } from '../../src/index.js'

/** What a step declares about itself, as far as it decides whether a flow is safe. */
export interface Rule {
  readonly type: string
  readonly names: boolean
  readonly caller: boolean
  /** Whether it is about a person who must be known. */
  readonly about: boolean
  /** Whether it asks the person anything. */
  readonly asks: boolean
  /** Whether what it asks are security questions. */
  readonly questions: boolean
  readonly proof?: { readonly class: Evidence['class']; readonly channel: Evidence['channel'] }
  readonly changes: boolean
  /** A change for which a session is proof enough. */
  readonly first: boolean
  /** Facts, as `<type>.<fact>`. */
  readonly reads: readonly string[]
  readonly writes: readonly string[]
}

/** Reads the rule of a step from its declarations alone; no function of the step is called but the one that says what it writes. */
export function ruleOf(definition: StepDefinition, given: object = {}): Rule {
  const { type, kind, proves, needs, changes } = definition
  const defaults = Object.fromEntries(Object.entries(definition.settings ?? {}).map(([name, schema]) => [name, schema.default]))
  // The settings are those of a flow that compiles, completed with the defaults of the schema they are checked against.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const writes = definition.writesFor?.({ ...defaults, ...given } as never) ?? definition.writes ?? {}
  const names = definition.names === true
  return {
    type,
    names,
    caller: definition.caller === true,
    about: !names && (needs !== undefined || changes !== undefined || proves?.subject !== undefined),
    asks: kind !== undefined,
    questions: kind === 'answers',
    ...(proves && { proof: { class: proves.class, channel: proves.channel } }),
    changes: changes !== undefined,
    first: definition.first === true,
    reads: Object.keys(definition.reads ?? {}),
    writes: Object.keys(writes),
  }
}
