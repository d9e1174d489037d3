import type { StepDefinition } from '../step/define-step.js'
import type { ChooseNode, StepNode } from './machine.js'
import type { Snapshot } from './snapshot.js'

/** A step with the definition that can run it. */
export interface RunnableStep {
  readonly is: 'step'
  readonly node: StepNode
  readonly definition: StepDefinition
}

/** A choice with its steps. */
export interface RunnableChoice<S extends RunnableStep = RunnableStep> {
  readonly is: 'choose'
  readonly node: ChooseNode
  readonly options: readonly S[]
}

/** What a transition must know of the machine. */
export interface Runnable<S extends RunnableStep = RunnableStep> {
  readonly unknownAccount: 'hide' | 'reveal'
  readonly nodes: readonly (S | RunnableChoice<S>)[]
}

/** Where a conversation stands: at a step, a picked one included, or before a choice. @returns undefined at the end. */
export function stationOf<S extends RunnableStep>(
  machine: Runnable<S>,
  snapshot: Pick<Snapshot, 'at' | 'picked'>,
): S | RunnableChoice<S> | undefined {
  const node = machine.nodes[snapshot.at]
  if (node?.is !== 'choose') return node
  return node.options.find((option) => option.node.id === snapshot.picked) ?? node
}

/** The options of a choice that can be picked, once it was arrived at. */
export function offeredOf<S extends RunnableStep>({ options }: RunnableChoice<S>, { offered }: Pick<Snapshot, 'offered'>): readonly S[] {
  return offered ? options.filter(({ node }) => offered.includes(node.id)) : options
}

/** What has steps: a machine as it was compiled, or one that can be run. */
interface Stepped<S extends { readonly is: 'step' }> {
  readonly nodes: readonly (S | { readonly is: 'choose'; readonly options: readonly S[] })[]
}

/** Every step, those of choices included, in order. */
export function stepsOf<S extends { readonly is: 'step' }>({ nodes }: Stepped<S>): readonly S[] {
  return nodes.flatMap((node) => (node.is === 'choose' ? node.options : [node]))
}
