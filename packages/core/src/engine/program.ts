import type { Runnable, RunnableNode } from '../machine/transition.js'
import type { HashedMachine, Machine, StepNode } from '../machine/machine.js'
import type { StepContext, StepDefinition } from '../step/define-step.js'
import type { JsonObject } from '../step/json.js'
import type { Properties } from '../step/schema.js'
import type { Verdict } from '../step/verdict.js'
import { answerCheck, type AnswerCheck, type CheckedAnswer } from './answer-check.js'

/** What the handlers of any step take, once the types of its own settings and services are fixed. */
export type AnyContext = StepContext<JsonObject, { readonly [name: string]: unknown }, never>

/** A node made ready to run: handlers, services, validator, the unchanging part of its requirement. */
export interface LinkedNode extends RunnableNode {
  readonly deps: { readonly [name: string]: unknown }
  readonly answer: Properties
  readonly check: AnswerCheck
  prepare(context: AnyContext): Verdict | Promise<Verdict>
  submit(context: AnyContext, answer: CheckedAnswer): Verdict | Promise<Verdict>
}

/** A machine linked to the definitions and services of this process. Made once for each machine, never per request. */
export interface Program extends Runnable {
  readonly hash: string
  readonly machine: Machine
  readonly nodes: readonly LinkedNode[]
}

/** The services that steps may inject, by name. */
export type ServiceBook = ReadonlyMap<string, unknown>

/** A machine that this process cannot run: an unknown step type, a version it cannot finish, a service that is not there. */
export class UnlinkableMachine extends Error {
  override readonly name = 'UnlinkableMachine'
}

/**
 * Links a machine.
 * @throws UnlinkableMachine naming step and reason.
 */
export function link({ hash, machine }: HashedMachine, steps: ReadonlyMap<string, StepDefinition>, services: ServiceBook): Program {
  return {
    hash,
    machine,
    unknownAccount: machine.unknownAccount,
    nodes: machine.nodes.map((node) => linkNode(node, machine, steps, services)),
  }
}

function linkNode(node: StepNode, machine: Machine, steps: ReadonlyMap<string, StepDefinition>, services: ServiceBook): LinkedNode {
  const refuse = (why: string): never => {
    throw new UnlinkableMachine(`flow \`${machine.flow}\`, step \`${node.id}\`: ${why}`)
  }
  const definition = steps.get(node.type) ?? refuse(`there is no step type \`${node.type}\``)
  if (definition.version !== node.version && definition.finishes?.includes(node.version) !== true) {
    refuse(`version ${node.version} of \`${node.type}\` cannot be finished by version ${definition.version}`)
  }
  const deps = Object.fromEntries(
    Object.entries(definition.inject).map(([name, { name: wanted }]) => [
      name,
      services.get(wanted) ?? refuse(`nothing provides the service \`${wanted}\``),
    ]),
  )
  // The definition was typed by `defineStep`; behind the registry its settings and services are known by schema and name only.
  const handlers = definition as unknown as {
    prepare: LinkedNode['prepare']
    submit?: LinkedNode['submit']
    answerFor?: (settings: JsonObject) => Properties
  }
  const answer = handlers.answerFor?.(node.settings) ?? definition.answer
  return {
    node,
    definition,
    deps,
    answer,
    check: answerCheck(answer, definition.required),
    prepare: (context) => handlers.prepare(context),
    submit: (context, given) => handlers.submit?.(context, given) ?? { is: 'failed', reason: 'asks-nothing' },
  }
}
