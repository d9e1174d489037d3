import type { ChooseNode, HashedMachine, Machine, StepNode } from '../machine/machine.js'
import type { StepDefinition } from '../step/define-step.js'
import type { Properties } from '../step/schema.js'
import { textIn, type Texts } from '../step/texts.js'
import { flowGraph, type FlowGraph } from './follows.js'
import { typeStems } from './state-names.js'

/** A flow, and the words for people that stand beside it. */
export interface EmittedFlow extends HashedMachine {
  readonly title?: Texts
  readonly description?: Texts
  /** Titles of steps and choices, by id. */
  readonly stepTitles: ReadonlyMap<string, Texts>
}

/** A step or choice at which a client may find itself. */
export type Station =
  | {
      readonly is: 'step'
      readonly node: StepNode
      readonly definition?: StepDefinition
      readonly answer: Properties
      readonly title?: string
    }
  | { readonly is: 'choose'; readonly node: ChooseNode; readonly title?: string }

/** All that the parts of a module are drawn from. */
export interface Drawn {
  readonly flow: EmittedFlow
  readonly steps: ReadonlyMap<string, StepDefinition>
  readonly graph: FlowGraph
  /** In the order of the flow, options behind their choice; silent steps are left out. */
  readonly stations: readonly Station[]
  /** Stems of type names, by id. */
  readonly stems: ReadonlyMap<string, string>
}

/** @param steps the definitions of the steps of the flow; a step without one is taken to ask something. */
export function drawn(flow: EmittedFlow, steps: ReadonlyMap<string, StepDefinition>): Drawn {
  const stations = stationsOf(flow.machine).flatMap((node): readonly Station[] => {
    const titles = flow.stepTitles.get(node.id)
    const titled = titles ? { title: textIn(titles) } : {}
    if (node.is === 'choose') return [{ is: 'choose', node, ...titled }]
    const definition = steps.get(node.type)
    if (!definition) return [{ is: 'step', node, answer: {}, ...titled }]
    return definition.kind === undefined ? [] : [{ is: 'step', node, definition, answer: answerOf(definition, node), ...titled }]
  })
  return { flow, steps, graph: flowGraph(flow.machine, steps), stations, stems: typeStems(stations.map(({ node }) => node.id)) }
}

function stationsOf({ nodes }: Machine): readonly (StepNode | ChooseNode)[] {
  return nodes.flatMap((node) => (node.is === 'choose' ? [node, ...node.options] : [node]))
}

/** The members of a step's answer, with its settings. */
function answerOf(definition: StepDefinition, { settings }: StepNode): Properties {
  // The machine holds the settings that the step's own schema let through; behind the registry they are known by name only.
  const answerFor = definition.answerFor as ((settings: unknown) => Properties) | undefined
  return answerFor?.(settings) ?? definition.answer
}
