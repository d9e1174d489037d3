import type { DialectFacts, Intent, Problem, Query, QueryAnswers, View, JsonObject, Properties } from '@rekey/core'
import type { WireRequest, WireResponse } from './wire.js'

/**
 * One vendor's routes and bodies over our engine. A dialect knows core's words and nothing else: it is tested with plain objects.
 */
export interface Dialect extends DialectFacts {
  /** When a requirement's messages go out: on arrival, or when the client picks it. */
  readonly opens: 'eager' | 'lazy'
  /** Settings under `dialects.<name>` of the configuration. */
  readonly settings: Properties
  /** Called once at start with the settings after defaults. */
  mount(settings: JsonObject, site: Site): MountedDialect
}

/** What a mounted dialect knows of the place it runs at. */
export interface Site {
  /** Scheme, host and port that people reach the server under, without a slash at the end. Links are built from it and nothing else. */
  readonly publicUrl: string
  /** Options of a flow under this dialect, by its name on the wire; undefined when no such flow is served. */
  options(as: string): JsonObject | undefined
}

export interface MountedDialect {
  readonly routes: readonly Route[]
  /** Path prefixes that are this dialect's own: what no route matches below them is answered by `stray`. */
  readonly prefixes: readonly string[]
  /** Answers a path or method that no route has, and faults that the server itself found. */
  stray(request: WireRequest, fault: StrayFault): WireResponse
  /** Addresses of a flow, for the report at start: `POST /openidm/selfservice/reset?_action=submitRequirements`. */
  addresses(as: string): readonly string[]
  /** The link that goes into a message. */
  link?(as: string, token: string, code: string | undefined): string
}

export type StrayFault = 'no-route' | 'bad-method' | 'bad-path' | 'fault'

/** One method and path. `read` turns a request into an intent or a query, `write` what came of it into a response; both are pure. */
export type Route = IntentRoute | { [Q in Query['query']]: QueryRoute<Q> }[Query['query']]

export interface IntentRoute {
  readonly method: string
  /** With `:name` for parameters: `/openidm/selfservice/:as`. A trailing slash is a path of its own. */
  readonly path: string
  /** For vendors whose paths do so; otherwise letter case counts. */
  readonly caseInsensitive?: true
  read(request: WireRequest): Intent | Refusal
  write(view: View | undefined, problem: Problem | undefined, request: WireRequest): WireResponse
}

export interface QueryRoute<Q extends Query['query']> {
  readonly method: string
  readonly path: string
  readonly caseInsensitive?: true
  readonly query: Q
  ask(request: WireRequest): Extract<Query, { readonly query: Q }> | Refusal
  answer(answer: QueryAnswers[Q], request: WireRequest): WireResponse
}

/** A request that is answered without asking the engine. */
export interface Refusal {
  readonly refuse: WireResponse
}

/** Declares a dialect. */
export function defineDialect(dialect: Dialect): Dialect {
  return Object.freeze(dialect)
}
