import {
  hashMachine,
  type Condition,
  type HashedMachine,
  type Json,
  type JsonObject,
  type Machine,
  type StepDefinition,
  type StepNode,
} from '@rekey/core'
import { builtInSteps } from '@rekey/steps'

/** A step by its type, or with what a flow file could say of it. */
export type StepSpec =
  | string
  | (Ways & { readonly type: string; readonly id?: string; readonly settings?: JsonObject; readonly attempts?: number })

/** A step, or several of which one is picked. */
export type NodeSpec = StepSpec | (Ways & { readonly choose: readonly StepSpec[]; readonly id?: string })

/** When a station is passed over, and where its failure leads. */
interface Ways {
  /** A whole condition, or an atom by its text. */
  readonly when?: Condition | string
  /** Id of the station. */
  readonly onFail?: string
}

/** Limits that no test meets by accident. */
export const WIDE_LIMITS: Machine['limits'] = {
  failures: { principal: { count: 100, seconds: 3600 }, inRow: { free: 1_000_000, waitSeconds: 60, longestSeconds: 60, most: 1_000_000 } },
  starts: { address: { count: 100_000, seconds: 3600 } },
  messages: { conversation: 3, destination: { count: 100, seconds: 3600 } },
}

/** A machine of the built-in steps (and others), as the compiler would make it; but it is made whether it is safe or not. */
export function machineOf(nodes: readonly NodeSpec[], more: readonly StepDefinition[] = [], rest: Partial<Machine> = {}): HashedMachine {
  const definitions = new Map([...builtInSteps.steps, ...more].map((step) => [step.type, step]))
  const machine: Machine = {
    format: 1,
    flow: 'reset',
    expiresSeconds: 900,
    unknownAccount: 'hide',
    require: { factors: 1, distinctChannels: true },
    limits: WIDE_LIMITS,
    ensure: ['notify', 'revokeSessions'],
    ...rest,
    nodes: nodes.map((spec, index) => {
      const next = index + 1
      const ways = (of: StepSpec | Ways) => waysOf(of, nodes)
      if (typeof spec === 'string' || 'type' in spec) return { ...stepNode(spec, next, definitions), ...ways(spec) }
      const options = spec.choose.map((option) => ({ ...stepNode(option, next, definitions), ...ways(option) }))
      return { is: 'choose' as const, id: spec.id ?? 'choice', options, ...ways(spec), next }
    }),
  }
  return { hash: hashMachine(machine), machine }
}

function waysOf(of: StepSpec | Ways, nodes: readonly NodeSpec[]): Pick<StepNode, 'when' | 'onFail'> {
  const { when, onFail }: Ways = typeof of === 'string' ? {} : of
  return {
    ...(when !== undefined && { when: typeof when === 'string' ? { is: 'cel' as const, text: when } : when }),
    ...(onFail !== undefined && { onFail: nodes.findIndex((node) => idOf(node) === onFail) }),
  }
}

function idOf(spec: NodeSpec): string {
  if (typeof spec === 'string') return spec
  return spec.id ?? ('type' in spec ? spec.type : 'choice')
}

function stepNode(spec: StepSpec, next: number, definitions: ReadonlyMap<string, StepDefinition>): StepNode {
  const { type, id = type, settings = {}, attempts }: Exclude<StepSpec, string> = typeof spec === 'string' ? { type: spec } : spec
  const definition = definitions.get(type)
  const defaults = Object.fromEntries(
    Object.entries(definition?.settings ?? {}).flatMap(([name, schema]) =>
      schema.default === undefined ? [] : [[name, schema.default as Json]],
    ),
  )
  return {
    is: 'step',
    id,
    type,
    version: definition?.version ?? 1,
    settings: { ...defaults, ...settings },
    attempts: attempts ?? definition?.attempts ?? 5,
    next,
  }
}
