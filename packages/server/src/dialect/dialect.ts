import type {
  DialectFacts,
  Intent,
  JsonObject,
  PolicyRule,
  Problem,
  Properties,
  Query,
  QueryAnswers,
  Secret,
  SignedIn,
  View,
} from '@rekey/core'
import type { OpenapiContext, OpenapiPart } from './openapi.js'
import type { WireRequest, WireResponse } from './wire.js'

/**
 * One vendor's routes and bodies over our engine. A dialect knows core's words and nothing else: it is tested with plain objects.
 */
export interface Dialect extends DialectFacts {
  /** When a requirement's messages go out: on arrival, or when the client picks it. */
  readonly opens: 'eager' | 'lazy'
  /**
   * Purposes of the handles by which the dialect carries a conversation, where its wire knows no token that changes. Each open view holds one
   * for each purpose; an intent carries one back.
   */
  readonly handles?: readonly string[]
  /** Slots that a conversation may go on in, by the slot it is in. */
  readonly becomes?: Readonly<Record<string, readonly string[]>>
  /** Settings under `dialects.<name>` of the configuration. */
  readonly settings: Properties
  /** Describes what is served, for `rekey openapi`. A dialect without it is listed by its routes. */
  openapi?(context: OpenapiContext): OpenapiPart
  /** Called once at start with the settings after defaults. */
  mount(settings: JsonObject, site: Site): MountedDialect
}

/** What a mounted dialect knows of the place it runs at. */
export interface Site {
  /** Scheme, host and port that people reach the server under, without a slash at the end. Links are built from it and nothing else. */
  readonly publicUrl: string
  /** Options of a flow under this dialect, by its name on the wire; undefined when no such flow is served. */
  options(as: string): JsonObject | undefined
  /** The rules for new passwords, in the order they are checked, for wires that tell them with the question. */
  passwordRules(): readonly PolicyRule[]
  /**
   * 32 bytes that only this installation can make from a text, the same in every process and through rotations of keys: for ids that are
   * stored nowhere. Each dialect and purpose has its own.
   */
  sign(purpose: string, text: string): Uint8Array
}

export interface MountedDialect {
  readonly routes: readonly Route[]
  /** Path prefixes that are this dialect's own: what no route matches below them is answered by `stray`. */
  readonly prefixes: readonly string[]
  /** For vendors whose paths do so: letter case of the prefixes does not count. */
  readonly caseInsensitive?: true
  /** Answers a path or method that no route has, and faults that the server itself found. */
  stray(request: WireRequest, fault: StrayFault): WireResponse
  /** Addresses of a flow, for the report at start: `POST /openidm/selfservice/reset?_action=submitRequirements`. */
  addresses(as: string): readonly string[]
  /** The link that goes into a message. It resumes the conversation by `token` or one of its handles, and `code`, or approves by `approval`, as the wire wants. */
  link?(as: string, token: string, code: string | undefined, approval: string, handles: { readonly [purpose: string]: string }): string
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
  /**
   * Several intents are carried out in turn, up to the first that meets a problem or ends its conversation; `write` sees the last reply. Each
   * names what it is about by itself, so that none can be carried out in the place of another.
   */
  read(request: WireRequest): Intent | readonly Intent[] | Refusal
  write(view: View | undefined, problem: Problem | undefined, request: WireRequest): WireResponse
  /** Answers a caller who is signed in already, where the wire does. */
  readonly signedIn?: SignedInAnswer
  /**
   * Milliseconds that the answer is held back, for wires whose clients poll without pause or must not learn from the time.
   * @param tookMs what judging has taken so far.
   */
  holdMs?(view: View | undefined, problem: Problem | undefined, tookMs: number): number
}

/** Asked after `read`, and only of a request that it has not refused. Whoever has no good login session is served as if nobody had asked. */
export interface SignedInAnswer {
  bearer(request: WireRequest): Secret | undefined
  answer(session: SignedIn, bearer: Secret, request: WireRequest): WireResponse
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
