import type { StepDefinition } from '../step/define-step.js'
import { textIn } from '../step/texts.js'
import { CLIENT_CODE, CLIENT_TYPES } from './client-source.js'
import { drawn, type Drawn, type EmittedFlow } from './drawn.js'
import { plansOf } from './plans.js'
import { comment } from './source-text.js'
import { stateTypes, stateUnion } from './state-types.js'

/** A way to reach servers: source text that may use what `CLIENT_TYPES` declares, and exports a function that makes a `Transport`. */
export interface EmittedTransport {
  readonly source: string
}

/**
 * Draws the TypeScript module by which clients speak to one flow: a union of states, of which each has only the acts that make sense in
 * it, and what may follow each act. The same flow gives the same text.
 * @param steps the definitions of the steps of the flow.
 * @param transports taken into the module; without one a client brings its own.
 */
export function emitTypes(
  flow: EmittedFlow,
  steps: ReadonlyMap<string, StepDefinition>,
  transports: readonly EmittedTransport[] = [],
): string {
  const all = drawn(flow, steps)
  const parts = [
    heading(flow),
    CLIENT_TYPES,
    ...stateTypes(all),
    stateOf(all),
    starting(all),
    ...resuming(all),
    ...transports.map(({ source }) => source),
    plansOf(all),
    CLIENT_CODE,
  ]
  return parts.map((part) => `${part.trimEnd()}\n`).join('\n')
}

/** Pairs of states that may follow one state and look the same on a wire that tells only the type of a step; a client meets them as `unknown`. */
export function indistinguishableStates(
  flow: EmittedFlow,
  steps: ReadonlyMap<string, StepDefinition>,
): readonly (readonly [string, string])[] {
  const { graph, stations } = drawn(flow, steps)
  const typeOf = new Map(stations.map(({ is, node }) => [node.id, is === 'choose' ? 'choose' : node.type]))
  const reached = stations.flatMap(({ node }) =>
    node.is === 'choose' ? node.options.map((option) => graph.picked(node, option).states) : [graph.after(node).states],
  )
  const pairs = [graph.first.states, ...reached].flatMap((states) =>
    states.flatMap((one, index) =>
      states.slice(index + 1).flatMap((other) => (typeOf.get(one) === typeOf.get(other) ? [[one, other] as const] : [])),
    ),
  )
  return [...new Map(pairs.map((pair) => [pair.join(' '), pair])).values()]
}

function heading({ machine, hash }: EmittedFlow): string {
  return `// Made by \`rekey types\` from the flow ${oneLine(machine.flow)}, ${oneLine(hash)}.\n// Do not edit it: change the flow and make it again.`
}

/** Text for a comment that ends with its line. */
function oneLine(text: string): string {
  return text.replaceAll(/[^\u0020-\u007e]|@/g, '?')
}

function stateOf(all: Drawn): string {
  const { machine, title, description } = all.flow
  const told = [title, description].flatMap((texts) => (texts ? [textIn(texts)] : []))
  const words = [`Where a conversation of ${machine.flow} stands`, ...told].join('. ')
  const states = all.stations.map(({ node }) => node.id)
  const ends = ['FailedState', 'CancelledState', 'UnknownState']
  return `${comment(words)}\n${stateUnion('export type State =', all, { states, completes: true }, ends)}`
}

function starting(all: Drawn): string {
  return [
    '/** Where a conversation may begin. */',
    stateUnion('export type FirstState =', all, all.graph.first, ['FailedState', 'UnknownState']),
    '',
    '/** Asks what the flow wants first. A conversation begins with the first answer. */',
    'export async function start(transport: Transport): Promise<FirstState> {',
    '  // What may come first is in the table that the type was drawn with.',
    '  return (await begin(transport)) as FirstState',
    '}',
  ].join('\n')
}

/** Of a flow that sends links: the page behind a link goes on where the link says. */
function resuming(all: Drawn): readonly string[] {
  const sent = all.stations.filter((station) => station.is === 'step' && SENT.has(station.definition?.kind))
  if (sent.length === 0) return []
  const states = sent.map(({ node }) => node.id)
  return [
    [
      '/** Where the link of a message may lead. */',
      stateUnion('export type LinkedState =', all, { states, completes: false }, []),
      '',
      '/** The state that the link of a message leads to, with the token of the link; nothing is sent before the answer. */',
      "export function resume<Name extends LinkedState['state']>(",
      '  transport: Transport,',
      '  state: Name,',
      '  token: string,',
      '): Extract<State, { state: Name }> {',
      '  // The plan of a state makes that state.',
      "  return stateOf({ transport, asked: { type: typeOf(state), tag: '', token, raw: null } }, [state]) as Extract<State, { state: Name }>",
      '}',
      '',
      'function typeOf(state: string): string {',
      "  return PLANS.find((plan) => plan.state === state)?.type ?? ''",
      '}',
    ].join('\n'),
  ]
}

/** Kinds of question whose message may hold a link. */
const SENT: ReadonlySet<string | undefined> = new Set(['code', 'approval'])
