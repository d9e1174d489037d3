import type { CheckedAnswer } from '../../engine/answer-check.js'
import type { AnyContext } from '../../engine/program.js'
import type { Principal } from '../../ports/directory.js'
import type { StepDefinition } from '../../step/define-step.js'
import type { JsonObject } from '../../step/json.js'
import type { Verdict } from '../../step/verdict.js'
import type { Bench } from './bench.js'
import { withDefaults } from './made-values.js'
import { answerCheck } from '../../engine/answer-check.js'
import { rightAnswer } from './right-answers.js'
import { factsFor, openServices, sealedSettings, takenBy } from './given.js'
import { inHandler, newWatch, noteReads, secretsIn, type Watch } from './watched.js'

/** The moment of every visit, in seconds since the epoch. */
const SAMPLE_NOW = 1_767_323_045

const ROUND = { conversation: 'c-sample', step: 'sample', number: 1 } as const

/** How a visit differs from the ordinary one. */
export interface VisitWishes {
  readonly settings?: JsonObject
  readonly person?: Principal | 'nobody'
  readonly facts?: JsonObject
  readonly request?: AnyContext['request']
  /** Plain JSON; the right one when absent; `none` stops at the question. */
  readonly answer?: JsonObject | 'none'
  /** What becomes of the step's state between question and answer. */
  readonly keep?: (state: JsonObject) => JsonObject
}

/** One call of a handler. */
export interface Seen {
  readonly handler: 'prepare' | 'submit'
  readonly verdict?: Verdict
  readonly thrown?: unknown
  readonly watch: Watch
  /** What the handler was given that it changed. */
  readonly changed: readonly string[]
}

/** A step entered and, if it asks, answered, with services opened for this visit alone. */
export interface Visit {
  readonly settings: JsonObject
  readonly opened: Seen
  readonly judged?: Seen
  readonly answer?: JsonObject
  /** Texts that must not show in any verdict. */
  readonly secrets: readonly string[]
}

/** A bent schema is the business of the rule `schemas`; the others go on without it. */
export function made<T>(make: () => T, otherwise: T): T {
  try {
    return make()
  } catch {
    return otherwise
  }
}

/** Enters the step and, if it asks, answers it. */
export async function visitOf(bench: Bench, wishes: VisitWishes & { readonly settings: JsonObject }): Promise<Visit> {
  const { step, samples } = bench
  const services = newWatch()
  const deps = await openServices(step, samples, services)
  const settings = sealedSettings(step.settings, withDefaults(step.settings, wishes.settings))
  const person = wishes.person === 'nobody' ? undefined : (wishes.person ?? bench.person)
  const request = takenBy(step, wishes.request ?? samples.request ?? {})
  const facts = wishes.facts ?? factsFor(step, samples)
  const call = (handler: Seen['handler'], state: JsonObject, answer?: CheckedAnswer) =>
    seen({ step, handler, settings, deps, person, request, facts, state, watch: services, ...(answer && { answer }) })
  const opened = await call('prepare', {})
  const secrets = () => [...services.secrets, ...secretsIn(settings), ...secretsIn(request)]
  if (opened.verdict?.is !== 'ask' || wishes.answer === 'none' || step.kind === undefined) return { settings, opened, secrets: secrets() }
  const asked = opened.verdict
  const answer =
    wishes.answer ??
    rightAnswer(bench, { settings, principal: bench.person, requirement: asked.requirement, round: ROUND, now: SAMPLE_NOW }, asked)
  const checked = made(() => answerCheck(bench.answerSchema(wishes.settings), step.required)(answer), undefined)
  if (checked?.is !== 'good') return { settings, opened, secrets: secrets() }
  const state = asked.state ?? {}
  const judged = await call('submit', wishes.keep?.(state) ?? state, checked.answer)
  return { settings, opened, judged, answer, secrets: [...secrets(), ...secretsIn(checked.answer)] }
}

interface Call {
  readonly step: StepDefinition
  readonly handler: Seen['handler']
  readonly settings: JsonObject
  readonly deps: { readonly [name: string]: unknown }
  readonly person: Principal | undefined
  readonly request: AnyContext['request']
  readonly facts: JsonObject
  readonly state: JsonObject
  readonly watch: Watch
  readonly answer?: CheckedAnswer
}

async function seen({ step, handler, settings, deps, person, request, facts, state, watch: services, answer }: Call): Promise<Seen> {
  const watch = { ...newWatch(), secrets: services.secrets, calls: services.calls.splice(0) }
  const given = { settings, state, facts, answer, person }
  const before = Object.entries(given).map(([name, value]) => [name, JSON.stringify(value)] as const)
  const context: AnyContext = {
    settings,
    deps,
    // Typed by `needs` in `defineStep`; here it is known by its value only.
    principal: (person && noteReads(person, watch.person)) as never,
    facts: noteReads(facts, watch.facts),
    state,
    round: ROUND,
    now: SAMPLE_NOW,
    openedAt: SAMPLE_NOW,
    request: noteReads(request, watch.request),
    languages: ['en'],
    pick: (_label, below) => Math.floor(below / 2),
  }
  // As above: the handlers of any step, once its own types are fixed.
  const handlers = step as unknown as { readonly [name in 'prepare' | 'submit']?: (context: AnyContext, answer?: CheckedAnswer) => unknown }
  const changed = () => before.filter(([name, text]) => JSON.stringify(given[name as keyof typeof given]) !== text).map(([name]) => name)
  try {
    const verdict = await inHandler.run(true, async () => handlers[handler]?.(context, answer))
    watch.calls.push(...services.calls.splice(0))
    // What it really is, the rule `verdict` judges.
    return { handler, verdict: verdict as Verdict, watch, changed: changed() }
  } catch (thrown) {
    watch.calls.push(...services.calls.splice(0))
    return { handler, thrown, watch, changed: changed() }
  }
}
