import type { ChooseNode, Machine, Node, StepNode } from '../../src/machine/machine.js'
import { hashMachine } from '../../src/machine/hash-machine.js'
import { ask, done } from '../../src/step/verdict.js'
import { defineStep, type StepDefinition } from '../../src/step/define-step.js'
import type { EmittedFlow } from '../../src/emit/drawn.js'

/** Steps that ask, and one that does not. */
export const STEPS: ReadonlyMap<string, StepDefinition> = new Map(
  [
    asking('who', 'identifier', { filter: { type: 'object' } }),
    asking('code', 'code', { code: { type: 'string', secret: true } }),
    asking('word', 'password', { password: { type: 'string', secret: true } }),
    defineStep({
      type: 'quiet',
      version: 1,
      description: 'Says nothing',
      outputs: { session: { type: 'string', secret: true }, until: { type: 'integer' } },
      prepare: () => done(),
    }),
  ].map((step) => [step.type, step]),
)

function asking(type: string, kind: 'identifier' | 'code' | 'password', answer: StepDefinition['answer']): StepDefinition {
  return defineStep({
    type,
    version: 1,
    description: `Asks for ${type}`,
    kind,
    asks: `Give ${type}`,
    answer,
    required: Object.keys(answer),
    prepare: () => ask({ tag: 'initial' }),
    submit: () => done(),
  })
}

type StepSpec = Partial<Omit<StepNode, 'is' | 'next'>> & { readonly type: string }
type Spec = string | StepSpec | ({ readonly choose: readonly (string | StepSpec)[] } & Partial<Pick<ChooseNode, 'id' | 'when' | 'onFail'>>)

/** A machine of steps in a row, by hand. */
export function machineOf(...specs: readonly Spec[]): Machine {
  const step = (spec: string | StepSpec, next: number): StepNode => {
    const given = typeof spec === 'string' ? { type: spec } : spec
    return { is: 'step', id: given.type, version: 1, settings: {}, attempts: 5, next, ...given }
  }
  const nodes = specs.map((spec, index): Node => {
    if (typeof spec === 'string' || !('choose' in spec)) return step(spec, index + 1)
    const { choose, ...rest } = spec
    return { is: 'choose', id: 'choose', ...rest, options: choose.map((option) => step(option, index + 1)), next: index + 1 }
  })
  return {
    format: 1,
    flow: 'by-hand',
    expiresSeconds: 900,
    unknownAccount: 'hide',
    require: { factors: 1, distinctChannels: true },
    limits: {
      failures: { principal: { count: 5, seconds: 3600 }, inRow: { free: 10, waitSeconds: 60, longestSeconds: 86_400, most: 100 } },
      starts: { address: { count: 60, seconds: 3600 } },
      messages: { conversation: 3, destination: { count: 5, seconds: 3600 } },
    },
    ensure: ['notify'],
    nodes,
  }
}

export function flowOf(machine: Machine, rest: Partial<EmittedFlow> = {}): EmittedFlow {
  return { machine, hash: hashMachine(machine), stepTitles: new Map(), ...rest }
}
