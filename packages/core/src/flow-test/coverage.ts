import type { Condition } from '../machine/condition.js'
import type { Machine, StepNode } from '../machine/machine.js'
import { stepsOf } from '../machine/station.js'
import type { Trace, TraceEntry } from './trace.js'

/** A way that a flow can take: an option of a choice, a condition that holds or does not, a return after a failure. */
export interface Branch {
  readonly text: string
  readonly taken: boolean
}

/** Which steps and branches of a flow its tests have been through. */
export interface FlowCoverage {
  readonly flow: string
  readonly steps: readonly { readonly id: string; readonly entered: boolean }[]
  readonly branches: readonly Branch[]
}

/** The coverage of one flow by the cases of all its tests. */
export function coverageOf(machine: Machine, traces: readonly Trace[]): FlowCoverage {
  const been = new Set<string>()
  for (const trace of traces) for (const entries of conversationsIn(trace, machine.flow)) walk(machine, entries, been)
  return {
    flow: machine.flow,
    steps: stepsOf(machine).map(({ id }) => ({ id, entered: been.has(`step ${id}`) })),
    branches: branchesIn(machine).map((text) => ({ text, taken: been.has(text) })),
  }
}

/** Every branch of a machine, in words. */
function branchesIn({ nodes }: Machine): readonly string[] {
  return nodes.flatMap((node) => [
    ...conditionBranches(node),
    ...returnBranch(node),
    ...(node.is === 'choose'
      ? node.options.flatMap((option) => [picked(option.id), ...conditionBranches(option), ...returnBranch(option)])
      : []),
  ])
}

interface Station {
  readonly id: string
  readonly when?: Condition
  readonly onFail?: number
}

function conditionBranches({ id, when }: Station): readonly string[] {
  return when ? [holds(id), fails(id)] : []
}

function returnBranch({ id, onFail }: Station): readonly string[] {
  return onFail === undefined ? [] : [returns(id)]
}

const picked = (id: string) => `the option \`${id}\` is picked`
const holds = (id: string) => `the condition of \`${id}\` holds`
const fails = (id: string) => `the condition of \`${id}\` does not hold`
const returns = (id: string) => `a failure of \`${id}\` leads back`

/** The entries of one flow by conversation. A conversation that has become another flow is one more. */
function conversationsIn(trace: Trace, flow: string): readonly (readonly TraceEntry[])[] {
  const found = new Map<string, TraceEntry[]>()
  for (const entry of trace) if (entry.flow === flow) found.set(entry.conversation, [...(found.get(entry.conversation) ?? []), entry])
  return [...found.values()]
}

/** Follows a conversation from station to station. What lies between two stations was passed over because its condition did not hold. */
function walk(machine: Machine, entries: readonly TraceEntry[], been: Set<string>): void {
  const { nodes } = machine
  let before = -1
  let last: Station | undefined
  const failed = new Set<string>()
  for (const { at, offered, returned } of entries) {
    const index =
      at === undefined
        ? nodes.length
        : nodes.findIndex((node) => node.id === at || (node.is === 'choose' && node.options.some(({ id }) => id === at)))
    if (index < 0) continue
    const node = nodes[index]
    if (returned && last) {
      been.add(returns(last.id))
      failed.add(last.id)
    }
    for (const passedOver of nodes.slice(Math.min(before, index) + 1, index))
      if (index > before && passedOver.when) been.add(fails(passedOver.id))
    const arrived: boolean = index > before || returned === true
    before = index
    if (!node) continue
    if (node.when) been.add(holds(node.id))
    last = node
    if (node.is === 'step') been.add(`step ${node.id}`)
    else
      last =
        enterOption(
          node.options.filter(({ id }) => id === at || !failed.has(id)),
          { at, offered, arrived },
          been,
        ) ?? node
  }
}

interface Arrival {
  readonly at: string | undefined
  readonly offered: readonly string[] | undefined
  /** Whether the conversation has come from elsewhere: it was not shown the choice. */
  readonly arrived: boolean
}

/**
 * Of a choice that was never shown, the option that is entered was the only one offered, where every other one has a condition.
 * @param options without those that a failure has used up, which are offered no more whatever their condition says.
 */
function enterOption(options: readonly StepNode[], { at, offered, arrived }: Arrival, been: Set<string>): StepNode | undefined {
  const option = options.find(({ id }) => id === at)
  const alone = arrived && option && options.every(({ id, when }) => id === at || when) ? [option.id] : undefined
  const shown = offered ?? alone
  for (const { id, when } of options) if (shown && when) been.add(shown.includes(id) ? holds(id) : fails(id))
  if (!option) return undefined
  been.add(`step ${option.id}`)
  been.add(picked(option.id))
  if (option.when) been.add(holds(option.id))
  return option
}
