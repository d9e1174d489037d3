import type { ChooseNode, Machine, StepNode } from '../machine/machine.js'
import type { StepDefinition } from '../step/define-step.js'

/** Where a conversation may stand next. */
export interface Follows {
  /** Ids of steps and choices, in the order of the flow. */
  readonly states: readonly string[]
  /** Whether the flow may come to its good end. */
  readonly completes: boolean
}

/** What may follow each state of a machine, over conditions, choices and failures that lead back. */
export interface FlowGraph {
  readonly first: Follows
  after(step: StepNode): Follows
  /** What may follow the pick of an option: nearly always the option itself. */
  picked(choice: ChooseNode, option: StepNode): Follows
}

/** @param steps the definitions of all steps of the machine; one that is not there is taken to ask. */
export function flowGraph(machine: Machine, steps: ReadonlyMap<string, StepDefinition>): FlowGraph {
  const { nodes } = machine
  const order = nodes.flatMap((node) => (node.is === 'choose' ? [node.id, ...node.options.map(({ id }) => id)] : [node.id]))
  const jumps = nodes.some((node) => [node, ...(node.is === 'choose' ? node.options : [])].some(({ onFail }) => onFail !== undefined))

  function follows(walk: (found: Found) => void): Follows {
    const found: Found = { states: new Set(), entered: new Set(), completes: false }
    walk(found)
    return { states: order.filter((id) => found.states.has(id)), completes: found.completes }
  }

  /** Arriving at a node: what it asks, and what comes instead where it asks nothing, is passed over or fails. */
  function enter(index: number | undefined, found: Found): void {
    if (index === undefined || found.entered.has(index)) return
    found.entered.add(index)
    const node = nodes[index]
    if (!node) {
      found.completes = true
      return
    }
    enter(node.onFail, found)
    if (node.when) enter(node.next, found)
    if (node.is === 'choose') enterChoice(node, found)
    else if (asks(node)) found.states.add(node.id)
    else enter(node.next, found)
  }

  function enterChoice({ id, options }: ChooseNode, found: Found): void {
    found.states.add(id)
    // The only option that is left is taken without asking: those with conditions, and those used up before a failure led back.
    if (!jumps && options.every(({ when }) => when === undefined)) return
    for (const option of options) {
      found.states.add(option.id)
      enter(option.onFail, found)
    }
  }

  function asks({ type }: StepNode): boolean {
    const definition = steps.get(type)
    return definition === undefined || definition.kind !== undefined
  }

  return {
    first: follows((found) => enter(0, found)),
    after: ({ next, onFail }) =>
      follows((found) => {
        enter(next, found)
        enter(onFail, found)
      }),
    picked: (choice, option) =>
      follows((found) => {
        found.states.add(option.id)
        enter(option.onFail, found)
        enter(choice.onFail, found)
      }),
  }
}

interface Found {
  readonly states: Set<string>
  readonly entered: Set<number>
  completes: boolean
}
