import type { Intent, Query, QueryAnswers, Reply } from '@rekey/core'
import type { QueryRoute, Route, SignedInAnswer } from '../dialect/dialect.js'
import type { WireRequest, WireResponse } from '../dialect/wire.js'

/** What the routes need of the engine. */
export interface Conversing {
  handle(intent: Intent): Promise<Reply>
  query<Q extends Query['query']>(query: Extract<Query, { readonly query: Q }>): Promise<QueryAnswers[Q]>
}

/** What came of a request. */
export interface RouteRun {
  readonly response: WireResponse
  /** How long it is to be held back, in milliseconds. */
  readonly holdMs: number
}

/** One request through one route: `read`, the engine, `write`. Faults of the engine are thrown on. */
export async function runRoute(engine: Conversing, route: Route, request: WireRequest): Promise<RouteRun> {
  if ('query' in route) return unheld(await runQuery(engine, route, request))
  const read = route.read(request)
  if ('refuse' in read) return unheld(read.refuse)
  const known = route.signedIn && (await signedInAnswer(engine, route.signedIn, request))
  if (known) return unheld(known)
  const begun = performance.now()
  const { view, problem } = await (isList(read) ? handleInTurn(engine, read) : engine.handle(read))
  const holdMs = route.holdMs?.(view, problem, performance.now() - begun) ?? 0
  return { response: route.write(view, problem, request), holdMs }
}

function unheld(response: WireResponse): RouteRun {
  return { response, holdMs: 0 }
}

async function signedInAnswer(engine: Conversing, signedIn: SignedInAnswer, request: WireRequest): Promise<WireResponse | undefined> {
  const bearer = signedIn.bearer(request)
  const session = bearer && (await engine.query<'session'>({ query: 'session', bearer }))
  return session && signedIn.answer(session, bearer, request)
}

/** Up to the first problem, or the end of the conversation: what stands behind either has nothing to be about. */
async function handleInTurn(engine: Conversing, intents: readonly Intent[]): Promise<Reply> {
  let reply: Reply = {}
  for (const intent of intents) {
    reply = await engine.handle(intent)
    if (reply.problem !== undefined || reply.view?.is === 'ended') break
  }
  return reply
}

/** `Array.isArray` does not tell a readonly list from what is none. */
function isList(read: Intent | readonly Intent[]): read is readonly Intent[] {
  return Array.isArray(read)
}

/** Equal arms: only the name of the query tells the compiler which answer belongs to which route. */
function runQuery(engine: Conversing, route: Extract<Route, { readonly query: string }>, request: WireRequest): Promise<WireResponse> {
  switch (route.query) {
    case 'passwordRules':
      return ask(engine, route, request)
    case 'checkPassword':
      return ask(engine, route, request)
    case 'flows':
      return ask(engine, route, request)
    case 'factors':
      return ask(engine, route, request)
    case 'session':
      return ask(engine, route, request)
  }
}

async function ask<Q extends Query['query']>(engine: Conversing, route: QueryRoute<Q>, request: WireRequest): Promise<WireResponse> {
  const asked = route.ask(request)
  return 'refuse' in asked ? asked.refuse : route.answer(await engine.query<Q>(asked), request)
}
