import type { Intent, Query, QueryAnswers, Reply } from '@rekey/core'
import type { QueryRoute, Route } from '../dialect/dialect.js'
import type { WireRequest, WireResponse } from '../dialect/wire.js'

/** What the routes need of the engine. */
export interface Conversing {
  handle(intent: Intent): Promise<Reply>
  query<Q extends Query['query']>(query: Extract<Query, { readonly query: Q }>): Promise<QueryAnswers[Q]>
}

/** One request through one route: `read`, the engine, `write`. Faults of the engine are thrown on. */
export async function runRoute(engine: Conversing, route: Route, request: WireRequest): Promise<WireResponse> {
  if ('query' in route) return runQuery(engine, route, request)
  const read = route.read(request)
  if ('refuse' in read) return read.refuse
  const { view, problem } = await engine.handle(read)
  return route.write(view, problem, request)
}

/** Three equal arms: only the name of the query tells the compiler which answer belongs to which route. */
function runQuery(engine: Conversing, route: Extract<Route, { readonly query: string }>, request: WireRequest): Promise<WireResponse> {
  switch (route.query) {
    case 'passwordRules':
      return ask(engine, route, request)
    case 'checkPassword':
      return ask(engine, route, request)
    case 'flows':
      return ask(engine, route, request)
  }
}

async function ask<Q extends Query['query']>(engine: Conversing, route: QueryRoute<Q>, request: WireRequest): Promise<WireResponse> {
  const asked = route.ask(request)
  return 'refuse' in asked ? asked.refuse : route.answer(await engine.query<Q>(asked), request)
}
