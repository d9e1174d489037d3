import { stepsOf } from '../machine/station.js'
import type { Principal } from '../ports/directory.js'
import type { StepDefinition, TakenValues } from '../step/define-step.js'
import type { Snapshot } from '../machine/snapshot.js'
import type { Json, JsonObject } from '../step/json.js'
import type { Digests } from './digests.js'
import type { RequestValues } from './intent.js'
import type { AnyContext, LinkedStep } from './program.js'
import type { Sitting } from './sitting.js'

/** When a handler is asked: in which round, opened when, in seconds since the epoch. */
export interface RoundTime {
  readonly number: number
  readonly openedAt: number
}

/** What a handler sees: what its step has declared, and nothing that tells a shadow from anybody else. */
export function contextOf(
  digests: Digests,
  sitting: Sitting,
  { node, deps, definition, settings }: LinkedStep,
  person: Principal | undefined,
  round: RoundTime,
): AnyContext {
  const { snapshot, now } = sitting
  const { who } = snapshot
  const seed = who ? (sitting.person?.known ? `${who.id}:${who.credentialVersion}` : who.digest) : snapshot.id
  return {
    settings,
    deps,
    // Typed by `needs` in `defineStep`; the compiler has seen that somebody is named before.
    principal: person as never,
    facts: factsFor(definition, sitting),
    state: snapshot.state ?? {},
    round: { conversation: snapshot.id, step: node.id, number: round.number },
    openedAt: round.openedAt,
    now,
    languages: snapshot.languages,
    request: takenBy(definition, sitting.request),
    pick: (label, below) => digests.pick(below, 'pick', seed, node.type, label),
  }
}

/** The facts that a step reads, `<step type>.<fact>`, as the nearest earlier step of that type wrote them. */
function factsFor({ reads }: StepDefinition, { program, snapshot }: Sitting): JsonObject {
  if (!reads) return {}
  const earlier = stepsOf({ ...program, nodes: program.nodes.slice(0, snapshot.at) })
  return Object.fromEntries(
    Object.keys(reads).flatMap((name) => {
      const [type, fact] = splitLast(name)
      // Of a choice only the step that was picked has written anything.
      const writer = earlier.findLast(({ node }) => node.type === type && factOf(snapshot, node.id, fact) !== undefined)
      const value = writer && factOf(snapshot, writer.node.id, fact)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** What a step has written. It may be called like what every object has, and so may the fact. */
function factOf({ facts }: Pick<Snapshot, 'facts'>, step: string, fact: string): Json | undefined {
  const written = Object.hasOwn(facts, step) ? facts[step] : undefined
  return written && Object.hasOwn(written, fact) ? written[fact] : undefined
}

function splitLast(name: string): readonly [string, string] {
  const dot = name.lastIndexOf('.')
  return [name.slice(0, dot), name.slice(dot + 1)]
}

/** The values of the request that the step declares; nothing else reaches it. */
function takenBy({ takes }: StepDefinition, request: RequestValues | undefined): TakenValues {
  if (!takes || !request) return {}
  const names = takes.includes('bearer') ? [...takes, 'subjects' as const] : takes
  return Object.fromEntries(names.flatMap((name) => (request[name] === undefined ? [] : [[name, request[name]]])))
}
