import { randomUUID } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { Router } from '@koa/router'
import Koa, { type Context } from 'koa'
import type { MountedDialect, StrayFault } from '../dialect/dialect.js'
import type { WireRequest, WireResponse } from '../dialect/wire.js'
import { CallerGone, readBody } from './body.js'
import { clientAddress, NOBODY, trustedProxies, type TrustedProxies } from './client-address.js'
import { headersByName } from './headers-by-name.js'
import { DEFAULT_LIMITS, type HttpLimits } from './limits.js'
import { listen, type Listening } from './listen.js'
import { problemDetails } from './problem-details.js'
import { runRoute, type Conversing } from './run-route.js'
import { send } from './send.js'
import { readTarget, type Target } from './target.js'

/** A route beside the dialects, such as a mailbox for development. */
export interface PlainRoute {
  readonly method: string
  readonly path: string
  handle(request: WireRequest): WireResponse | Promise<WireResponse>
}

/** Where a fault happened. Nothing of the request stands in it but its id. */
export interface FaultPlace {
  readonly requestId: string
  readonly method: string
  /** The pattern of the route; absent when none matched. */
  readonly route?: string
}

/** An answer as it is measured: names of our own, and nothing of the caller's but the method. */
export interface AnsweredRequest {
  /** The dialect below whose prefix the path lies. */
  readonly dialect?: MountedDialect
  /** The pattern of the route that matched. */
  readonly route?: string
  readonly method: string
  readonly status: number
  readonly seconds: number
  readonly requestId: string
}

/** Runs what answers a request. @param traceparent that header, where it came through a trusted proxy, and came once. */
export type AroundRequest = (traceparent: string | undefined, answer: () => Promise<AnsweredRequest | undefined>) => Promise<void>

export interface HttpOptions {
  readonly engine: Conversing
  readonly dialects: readonly MountedDialect[]
  readonly routes?: readonly PlainRoute[]
  /** Requests that are answered like an unknown path, whatever they name. */
  hides?(request: WireRequest): boolean
  /** Whether requests should come here; `GET /ready` answers 503 when not, and when it throws. `GET /health` says that the process lives. */
  ready?(): Promise<boolean>
  /** Told of every answer. */
  readonly onAnswer?: (seen: AnsweredRequest) => void
  /** Runs each request to a dialect, from its headers on; its answer is undefined when the caller went away. */
  readonly around?: AroundRequest
  /** Addresses and networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[]
  readonly limits?: Partial<HttpLimits>
  /** Takes every exception, once. */
  onFault(fault: unknown, place: FaultPlace): void
  newRequestId?(): string
  /** The time that a request is stamped with. */
  now?(): Date
}

export interface Http {
  /** The handler alone, for a server of somebody else's. */
  callback(): RequestListener
  /** @throws when the address is taken or not ours. */
  listen(at: { readonly host: string; readonly port: number }): Promise<Listening>
}

/**
 * Serves dialects and plain routes over HTTP. Everything is answered: by a route, by the dialect below whose prefix the path lies, or by
 * problem details of our own; never with HTML of a library's or a stack.
 * @throws TypeError when `trustedProxies` holds something else than addresses and networks.
 */
export function createHttp(options: HttpOptions): Http {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const trusted = trustedProxies(options.trustedProxies ?? [])
  const handler = createApp(options, limits, trusted).callback()
  // Koa's promise settles when the answer is sent; its faults have been answered by then.
  const listener: RequestListener = (request, response) => void handler(request, response)
  return { callback: () => listener, listen: (at) => listen(listener, at, { limits, trusted }) }
}

/** What one request carries through the layers. */
interface Passage {
  readonly requestId: string
  readonly target: Target
  readonly request: WireRequest
  /** The dialect that answers for this path. */
  readonly dialect: MountedDialect | undefined
  answered: boolean
  /** When the request was there as a whole, by the monotonic clock. */
  readonly begun: number
}

function createApp(options: HttpOptions, limits: HttpLimits, trusted: TrustedProxies): Koa {
  const app = new Koa()
  const passages = new WeakMap<Context, Passage>()
  const router = createRouter(options, limits, passages)

  const { around } = options
  if (around)
    app.use((context, next) => {
      if (!ownerOf(options.dialects, readTarget(context.req.url ?? '').path)) return next()
      return around(traceparent(context, trusted), async () => {
        await next()
        return context.respond === false ? undefined : answeredRequest(passages.get(context), context)
      })
    })
  const { onAnswer } = options
  if (onAnswer)
    app.use(async (context, next) => {
      await next()
      const seen = context.respond === false ? undefined : answeredRequest(passages.get(context), context)
      if (seen) onAnswer(seen)
    })
  app.use(async (context, next) => {
    const requestId = options.newRequestId?.() ?? randomUUID()
    const target = readTarget(context.req.url ?? '')
    try {
      if (context.req.rawHeaders.length > 2 * limits.headers) {
        context.set('Connection', 'close')
        return send(context, problemDetails('headers-too-large'))
      }
      const headers = headersByName(context.req.rawHeaders)
      const { body, drained } = await readBody(context.req, limits)
      const begun = performance.now()
      if (!drained) context.set('Connection', 'close')
      const request: WireRequest = {
        method: context.method,
        path: target.path,
        params: {},
        query: target.is === 'good' ? target.query : [],
        headers,
        body,
        address: clientAddress(context.req.socket.remoteAddress, headers.get('x-forwarded-for') ?? [], trusted),
        requestId,
        now: options.now?.() ?? new Date(),
      }
      const passage: Passage = { requestId, target, request, dialect: ownerOf(options.dialects, target.path), answered: false, begun }
      passages.set(context, passage)
      const refusal = refuseBent(context, passage)
      if (refusal) return send(context, refusal)
      if (options.hides?.(request) === true) return send(context, problemDetails('not-found'))
      context.url = target.is === 'good' ? target.raw : '/'
      await next()
      if (!passage.answered) send(context, unmatched(context, passage))
    } catch (fault) {
      if (fault instanceof CallerGone) {
        context.respond = false
        return
      }
      report(options, fault, context, requestId)
      send(context, answerFault(options, passages.get(context), context, requestId))
    }
  })
  app.use(router.routes())
  // Only what happens while an answer is on its way comes here: the caller went away.
  app.on('error', () => undefined)
  return app
}

/** A malformed target, or a request that does not name its host exactly once (RFC 9112 section 3.2). */
function refuseBent(context: Context, { target, request, dialect }: Passage): WireResponse | undefined {
  if (target.is === 'bent') return dialect?.stray(request, 'bad-path') ?? problemDetails('not-found')
  const hosts = request.headers.get('host')?.length ?? 0
  return hosts === 1 || (hosts === 0 && context.req.httpVersion === '1.0') ? undefined : problemDetails('bad-request')
}

function createRouter(options: HttpOptions, { requestsAtOnce }: HttpLimits, passages: WeakMap<Context, Passage>): Router {
  const router = new Router()
  const add = (
    method: string,
    path: string,
    caseInsensitive: boolean,
    answer: (request: WireRequest) => WireResponse | Promise<WireResponse>,
  ) => {
    router.register(
      path,
      [method],
      async (context) => {
        const passage = passages.get(context)
        if (passage === undefined) throw new Error('a request reached a route without passing the edge')
        // The router serves HEAD wherever there is GET; no vendor's page has one. Left unanswered, it is a method that the path lacks.
        if (context.method === 'HEAD' && passage.dialect !== undefined) return
        passage.answered = true
        send(context, await answer({ ...passage.request, params: { ...context.params } }))
      },
      { sensitive: !caseInsensitive, strict: true },
    )
  }
  let atOnce = 0
  for (const dialect of options.dialects) {
    for (const route of dialect.routes) {
      add(route.method, route.path, route.caseInsensitive === true, async (request) => {
        // More would only make all of them late: whoever comes now hears so at once, before anything is stored or asked.
        if (atOnce >= requestsAtOnce) return dialect.stray(request, 'fault')
        atOnce += 1
        const { response, holdMs } = await runRoute(options.engine, route, request).finally(() => (atOnce -= 1))
        // Not counted: an answer that is held back costs its connection and nothing else.
        if (holdMs > 0) await setTimeout(holdMs)
        return response
      })
    }
  }
  for (const route of options.routes ?? []) add(route.method, route.path, false, (request) => route.handle(request))
  add('GET', '/health', false, () => ({ status: 200, headers: {}, body: { status: 'ok' } }))
  add('GET', '/ready', false, async () => {
    const ready = (await options.ready?.()) ?? true
    return ready ? { status: 200, headers: {}, body: { status: 'ready' } } : problemDetails('unavailable')
  })
  return router
}

function ownerOf(dialects: readonly MountedDialect[], path: string): MountedDialect | undefined {
  const below = (at: string, prefix: string) => at === prefix || at.startsWith(`${prefix}/`)
  return dialects.find(({ prefixes, caseInsensitive }) =>
    prefixes.some((prefix) => (caseInsensitive ? below(path.toLowerCase(), prefix.toLowerCase()) : below(path, prefix))),
  )
}

function unmatched(context: Context, { dialect, request }: Passage): WireResponse {
  const methods = methodsOf(context)
  const fault: StrayFault = methods.length > 0 ? 'bad-method' : 'no-route'
  if (dialect) return dialect.stray(request, fault)
  return methods.length > 0 ? problemDetails('method-not-allowed', { Allow: methods.join(', ') }) : problemDetails('not-found')
}

/** Methods of the routes whose path matched, as the router leaves them on Koa's untyped context. */
function methodsOf(context: Context): readonly string[] {
  const matched: readonly { readonly methods: readonly string[] }[] | undefined = context['matched']
  return [...new Set((matched ?? []).flatMap((layer) => layer.methods))]
}

function answerFault(options: HttpOptions, passage: Passage | undefined, context: Context, requestId: string): WireResponse {
  if (passage?.dialect === undefined) return problemDetails('unavailable')
  try {
    return passage.dialect.stray(passage.request, 'fault')
  } catch (second) {
    report(options, second, context, requestId)
    return problemDetails('unavailable')
  }
}

function answeredRequest(passage: Passage | undefined, context: Context): AnsweredRequest | undefined {
  if (passage === undefined) return undefined
  const route: unknown = context['_matchedRoute']
  return {
    ...(passage.dialect && { dialect: passage.dialect }),
    ...(typeof route === 'string' && { route }),
    method: context.method,
    status: context.status,
    seconds: (performance.now() - passage.begun) / 1_000,
    requestId: passage.requestId,
  }
}

/** Anybody can send one; only who is trusted decides by it what is traced. */
function traceparent({ req }: Context, trusted: TrustedProxies): string | undefined {
  const address = clientAddress(req.socket.remoteAddress, [], NOBODY)
  const sent = trusted.has(address) ? headersByName(req.rawHeaders).get('traceparent') : undefined
  return sent?.length === 1 ? sent[0] : undefined
}

function report(options: HttpOptions, fault: unknown, context: Context, requestId: string): void {
  const route: unknown = context['_matchedRoute']
  options.onFault(fault, { requestId, method: context.method, ...(typeof route === 'string' && { route }) })
}
