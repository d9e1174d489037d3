import { stepsOf, type Runnable, type RunnableStep } from '../machine/station.js'
import type { HashedMachine, Machine, Node, StepNode } from '../machine/machine.js'
import type { StepContext, StepDefinition } from '../step/define-step.js'
import type { Json, JsonObject } from '../step/json.js'
import type { Properties } from '../step/schema.js'
import { Secret } from '../step/secret.js'
import type { Verdict } from '../step/verdict.js'
import { linkConditions, type LinkedConditions } from './conditions.js'
import { answerCheck, type AnswerCheck, type CheckedAnswer } from './answer-check.js'

/** What the handlers of any step take, once the types of its own settings and services are fixed. */
export type AnyContext = StepContext<JsonObject, { readonly [name: string]: unknown }, never>

/** A step made ready to run: handlers, services, validator, the unchanging part of its requirement. */
export interface LinkedStep extends RunnableStep {
  /** After defaults; secrets resolved in this process. */
  readonly settings: JsonObject
  readonly deps: { readonly [name: string]: unknown }
  readonly answer: Properties
  readonly check: AnswerCheck
  prepare(context: AnyContext): Verdict | Promise<Verdict>
  submit(context: AnyContext, answer: CheckedAnswer): Verdict | Promise<Verdict>
  approved(context: AnyContext): Verdict | Promise<Verdict>
}

/** A machine linked to the definitions and services of this process. Made once for each machine, never per request. */
export interface Program extends Runnable<LinkedStep>, LinkedConditions {
  readonly hash: string
  readonly machine: Machine
  /** Indices of the stations to which a failure may lead back. */
  readonly returnsTo: ReadonlySet<number>
  /** Names of the outputs that steps declare secret. */
  readonly secretOutputs: ReadonlySet<string>
}

/** The services that steps may inject, by name. */
export type ServiceBook = ReadonlyMap<string, unknown>

/** What machines are linked to. */
export interface Linking {
  readonly steps: ReadonlyMap<string, StepDefinition>
  readonly services: ServiceBook
  /** The value behind a `${NAME}` of a secret setting. */
  readonly secrets: (name: string) => string | undefined
}

/** A machine that this process cannot run: an unknown step type, a version it cannot finish, a condition it cannot read, a service that is not there. */
export class UnlinkableMachine extends Error {
  override readonly name = 'UnlinkableMachine'
}

/**
 * Links a machine.
 * @throws UnlinkableMachine naming step and reason.
 */
export function link({ hash, machine }: HashedMachine, linking: Linking): Program {
  const nodes = machine.nodes.map((node): Program['nodes'][number] =>
    node.is === 'step'
      ? linkStep(node, machine, linking)
      : { is: 'choose', node, options: node.options.map((option) => linkStep(option, machine, linking)) },
  )
  return {
    hash,
    machine,
    ...conditionsFor(machine),
    returnsTo: new Set(machine.nodes.flatMap(targetsOf)),
    secretOutputs: new Set(stepsOf({ nodes }).flatMap(secretOutputsOf)),
    unknownAccount: machine.unknownAccount,
    nodes,
  }
}

function secretOutputsOf({ definition }: LinkedStep): readonly string[] {
  return Object.entries(definition.outputs ?? {}).flatMap(([name, schema]) => (schema.secret === true ? [name] : []))
}

function conditionsFor(machine: Machine): LinkedConditions {
  try {
    return linkConditions(machine)
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw new UnlinkableMachine(`flow \`${machine.flow}\`: ${cause.message}`, { cause })
  }
}

function targetsOf(node: Node): readonly number[] {
  return [node, ...(node.is === 'choose' ? node.options : [])].flatMap(({ onFail }) => (onFail === undefined ? [] : [onFail]))
}

function linkStep(node: StepNode, machine: Machine, { steps, services, secrets }: Linking): LinkedStep {
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
  const secretOf = (reference: Json): Secret => {
    const name = typeof reference === 'string' ? /^\$\{([A-Z_][A-Z0-9_]*)\}$/.exec(reference)?.[1] : undefined
    const value = name === undefined ? undefined : secrets(name)
    return value === undefined || value === '' ? refuse(`the secret \`${name ?? 'without a name'}\` is not set`) : new Secret(value)
  }
  const settings = Object.fromEntries(
    Object.entries(node.settings).map(([name, value]) => [name, definition.settings[name]?.secret === true ? secretOf(value) : value]),
  )
  // The definition was typed by `defineStep`; behind the registry its settings and services are known by schema and name only.
  const handlers = definition as unknown as {
    prepare: LinkedStep['prepare']
    submit?: LinkedStep['submit']
    approved?: LinkedStep['approved']
    answerFor?: (settings: unknown) => Properties
  }
  const answer = handlers.answerFor?.(settings) ?? definition.answer
  return {
    is: 'step',
    node,
    definition,
    // Secrets among them are of the type that the schema promised the step.
    settings: settings as JsonObject,
    deps,
    answer,
    check: answerCheck(answer, definition.required),
    prepare: (context) => handlers.prepare(context),
    submit: (context, given) => handlers.submit?.(context, given) ?? { is: 'failed', reason: 'asks-nothing' },
    approved: (context) => handlers.approved?.(context) ?? { is: 'failed', reason: 'approves-nothing' },
  }
}
