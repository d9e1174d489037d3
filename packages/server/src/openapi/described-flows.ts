import { textIn } from '@rekey/core'
import type { AskedRequirement, CompiledFlow, JsonObject, Properties, Registry, StepDefinition, Texts } from '@rekey/core'
import type { DescribedFlow, DescribedStep } from '../dialect/openapi.js'

type StepNode = Exclude<CompiledFlow['machine']['nodes'][number], { readonly is: 'choose' }>

/** The flows served under a dialect, as its description sees them. */
export function describedFlows(dialect: string, flows: readonly CompiledFlow[], registry: Registry): readonly DescribedFlow[] {
  return flows.flatMap((flow): readonly DescribedFlow[] => {
    const options = flow.speaks.get(dialect)
    if (!options) return []
    const as = options['as']
    const title = plain(flow.title)
    return [
      {
        id: flow.id,
        as: typeof as === 'string' ? as : flow.id,
        ...(title !== undefined && { title }),
        options,
        steps: flow.machine.nodes.flatMap((node) => {
          const titled = plain(flow.stepTitles.get(node.id))
          if (node.is === 'step') return [described(node, registry, titled)]
          const steps = node.options.map((option) => described(option, registry, plain(flow.stepTitles.get(option.id))))
          return [chosen(node.id, steps, titled), ...steps]
        }),
      },
    ]
  })
}

function described(node: StepNode, { steps }: Registry, title: string | undefined): DescribedStep {
  const definition = steps.get(node.type)
  const requirement = definition && requirementOf(node, definition)
  return {
    id: node.id,
    type: node.type,
    ...(title !== undefined && { title }),
    ...(requirement && { requirement }),
    outputs: definition?.outputs ?? {},
  }
}

/** What only a conversation knows is empty. */
const UNKNOWN = { tag: '', target: '', opened: false } as const

function requirementOf(node: StepNode, definition: StepDefinition): AskedRequirement | undefined {
  const { kind, channel, asks, required, description } = definition
  if (kind === undefined) return undefined
  return {
    ...UNKNOWN,
    kind,
    step: { id: node.id, type: node.type },
    ...(channel !== undefined && { channel }),
    asks: asks ?? description,
    answer: answerOf(definition, node.settings),
    required,
  }
}

function answerOf(definition: StepDefinition, settings: JsonObject): Properties {
  // Settings have been checked against the schema that the step's function is typed by; the registry cannot say so.
  const own: { answerFor?(settings: unknown): Properties } = definition
  return own.answerFor?.(settings) ?? definition.answer
}

function chosen(id: string, steps: readonly DescribedStep[], title: string | undefined): DescribedStep {
  return {
    id,
    type: 'choose',
    ...(title !== undefined && { title }),
    requirement: {
      ...UNKNOWN,
      kind: 'choice',
      step: { id, type: 'choose' },
      asks: 'Choose how to go on',
      answer: { option: { type: 'string' } },
      required: ['option'],
      options: steps.flatMap(({ requirement }) => requirement ?? []),
    },
    outputs: {},
  }
}

function plain(title: Texts | undefined): string | undefined {
  return title && textIn(title)
}
