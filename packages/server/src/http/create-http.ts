import { randomUUID } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import Koa, { type Context } from 'koa'
import type { MountedDialect, Route, StrayFault } from '../dialect/dialect.js'
import type { WireRequest, WireResponse } from '../dialect/wire.js'
import { WorkQueue } from '../line/work-queue.js'
import { atTicks } from './at-ticks.js'
import { CallerGone, readBody } from './body.js'
import { clientAddress, NOBODY, trustedProxies, type TrustedProxies } from './client-address.js'
import { threadClock } from './clock.js'
import { headersByName } from './headers-by-name.js'
import { DEFAULT_LIMITS, type HttpLimits } from './limits.js'
import { listen, type Listening } from './listen.js'
import { ownersOf, type OwnerOf } from './owners.js'
import { problemDetails } from './problem-details.js'
import { NOWHERE, RouteTable, type Found } from './route-table.js'
import { runRoute, type Conversing, type RouteRun } from './run-route.js'
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
  readonly dialect: MountedDialect | undefined
  /** The pattern of the route that matched. */
  readonly route: string | undefined
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

/** What one request is told by, once it has been read. */
interface Passage {
  readonly target: Target
  readonly request: WireRequest
  /** The dialect that answers for this path. */
  readonly dialect: MountedDialect | undefined
  /** When the request was there as a whole, by the monotonic clock. */
  readonly begun: number
  /** The pattern of the route that serves it. */
  route: string | undefined
}

/** What a route answers a request with. @param isAwaited whether anybody still waits for it. */
type Respond = (request: WireRequest, isAwaited: () => boolean) => WireResponse | Promise<WireResponse>

function createApp(options: HttpOptions, limits: HttpLimits, trusted: TrustedProxies): Koa {
  const app = new Koa()
  const ownerOf = ownersOf(options.dialects)
  const pass = createEdge(options, limits, trusted, ownerOf)
  const { around } = options
  app.use(
    around === undefined
      ? pass
      : async (context) => {
          if (ownerOf(readTarget(context.req.url ?? '').path)) return around(traceparent(context, trusted), () => pass(context))
          await pass(context)
        },
  )
  // Only what happens while an answer is on its way comes here: the caller went away.
  app.on('error', () => undefined)
  return app
}

/** Takes a request from its headers to its answer, and tells of it. Undefined when it never came as a whole, or its caller went away. */
function createEdge(
  options: HttpOptions,
  limits: HttpLimits,
  trusted: TrustedProxies,
  ownerOf: OwnerOf,
): (context: Context) => Promise<AnsweredRequest | undefined> {
  const routes = tableOf(options, limits)
  const { onAnswer } = options
  return async (context) => {
    const requestId = options.newRequestId?.() ?? randomUUID()
    let passage: Passage | undefined
    try {
      const { req } = context
      if (req.rawHeaders.length > 2 * limits.headers) {
        context.set('Connection', 'close')
        send(context, problemDetails('headers-too-large'))
        return undefined
      }
      const target = readTarget(req.url ?? '')
      const headers = headersByName(req.rawHeaders)
      const { body, drained } = await readBody(req, limits)
      const begun = performance.now()
      if (!drained) context.set('Connection', 'close')
      const method = req.method ?? ''
      const found = target.is === 'good' ? routes.find(method, target.rawPath) : NOWHERE
      const request: WireRequest = {
        method,
        path: target.path,
        params: found.is === 'route' ? found.params : NO_PARAMS,
        query: target.is === 'good' ? target.query : [],
        headers,
        body,
        address: clientAddress(req.socket.remoteAddress, headers.get('x-forwarded-for') ?? NO_HOPS, trusted),
        requestId,
        now: options.now?.() ?? new Date(),
      }
      passage = { target, request, dialect: ownerOf(target.path), begun, route: undefined }
      send(context, refuseBent(context, passage) ?? (await answer(options, context, passage, found)))
    } catch (fault) {
      if (fault instanceof CallerGone) {
        context.respond = false
        return undefined
      }
      report(options, fault, context, requestId, passage)
      if (context.res.headersSent) {
        context.res.destroy()
        return undefined
      }
      withdrawHeaders(context)
      send(context, answerFault(options, passage, context, requestId))
    }
    if (passage === undefined) return undefined
    const seen = answeredRequest(passage, context)
    onAnswer?.(seen)
    return seen
  }
}

const NO_PARAMS: WireRequest['params'] = Object.freeze({})
const NO_HOPS: readonly string[] = Object.freeze([])

/** What an answer that could not be sent has left behind must not stand in the next one. */
function withdrawHeaders({ res }: Context): void {
  for (const name of res.getHeaderNames()) if (name !== 'connection') res.removeHeader(name)
}

/** A malformed target, or a request that does not name its host exactly once (RFC 9112 section 3.2). */
function refuseBent(context: Context, { target, request, dialect }: Passage): WireResponse | undefined {
  if (target.is === 'bent') return dialect?.stray(request, 'bad-path') ?? problemDetails('not-found')
  const hosts = request.headers.get('host')?.length ?? 0
  return hosts === 1 || (hosts === 0 && context.req.httpVersion === '1.0') ? undefined : problemDetails('bad-request')
}

/** The answer of the route, or that of whoever owns the path. */
function answer(options: HttpOptions, { res }: Context, passage: Passage, found: Found<Respond>): WireResponse | Promise<WireResponse> {
  const { request, dialect } = passage
  if (options.hides?.(request) === true) return problemDetails('not-found')
  if (found.is === 'none') return unmatched(found.methods, dialect, request)
  // The table serves HEAD wherever there is GET; no vendor's page has one. It is a method that the path lacks.
  if (request.method === 'HEAD' && dialect !== undefined) return dialect.stray(request, 'bad-method')
  passage.route = found.route
  return found.serve(request, () => !res.destroyed)
}

function tableOf(options: HttpOptions, { requestsAtOnce, requestsAtWork, answersEveryMs }: HttpLimits): RouteTable<Respond> {
  const table = new RouteTable<Respond>()
  const clock = answersEveryMs > 0 ? threadClock() : undefined
  const turns = new WorkQueue({ concurrency: requestsAtWork, maxWaiting: requestsAtOnce, busy: 'too many requests are at work' })
  let atOnce = 0
  for (const dialect of options.dialects) {
    for (const route of dialect.routes) {
      table.add(route, async (request, isAwaited) => {
        // More would only make all of them late: whoever comes now hears so at once, before anything is stored or asked.
        if (atOnce >= requestsAtOnce) return dialect.stray(request, 'fault')
        atOnce += 1
        // What is held back is not counted: it costs its connection and nothing else.
        const run = () => turns.run(() => runAwaited(options.engine, route, request, isAwaited)).finally(() => (atOnce -= 1))
        const { response, holdMs } = await (clock ? atTicks({ everyMs: answersEveryMs, clock, isAwaited }, run) : run())
        if (holdMs > 0) await setTimeout(holdMs)
        return response
      })
    }
  }
  for (const route of options.routes ?? []) table.add(route, (request) => route.handle(request))
  table.add({ method: 'GET', path: '/health' }, () => ({ status: 200, headers: {}, body: { status: 'ok' } }))
  table.add({ method: 'GET', path: '/ready' }, async () => {
    const ready = (await options.ready?.()) ?? true
    return ready ? { status: 200, headers: {}, body: { status: 'ready' } } : problemDetails('unavailable')
  })
  return table
}

/** What nobody waits for any more when its turn comes is not begun. */
async function runAwaited(engine: Conversing, route: Route, request: WireRequest, isAwaited: () => boolean): Promise<RouteRun> {
  if (!isAwaited()) throw new CallerGone()
  return runRoute(engine, route, request)
}

function unmatched(methods: readonly string[], dialect: MountedDialect | undefined, request: WireRequest): WireResponse {
  const fault: StrayFault = methods.length > 0 ? 'bad-method' : 'no-route'
  if (dialect) return dialect.stray(request, fault)
  return methods.length > 0 ? problemDetails('method-not-allowed', { Allow: methods.join(', ') }) : problemDetails('not-found')
}

function answerFault(options: HttpOptions, passage: Passage | undefined, context: Context, requestId: string): WireResponse {
  if (passage?.dialect === undefined) return problemDetails('unavailable')
  try {
    return passage.dialect.stray(passage.request, 'fault')
  } catch (second) {
    report(options, second, context, requestId, passage)
    return problemDetails('unavailable')
  }
}

function answeredRequest({ dialect, route, request, begun }: Passage, context: Context): AnsweredRequest {
  return {
    dialect,
    route,
    method: request.method,
    status: context.res.statusCode,
    seconds: (performance.now() - begun) / 1_000,
    requestId: request.requestId,
  }
}

/** Anybody can send one; only who is trusted decides by it what is traced. */
function traceparent({ req }: Context, trusted: TrustedProxies): string | undefined {
  const address = clientAddress(req.socket.remoteAddress, [], NOBODY)
  const sent = trusted.has(address) ? headersByName(req.rawHeaders).get('traceparent') : undefined
  return sent?.length === 1 ? sent[0] : undefined
}

function report(options: HttpOptions, fault: unknown, { req }: Context, requestId: string, passage: Passage | undefined): void {
  const route = passage?.route
  options.onFault(fault, { requestId, method: req.method ?? '', ...(route !== undefined && { route }) })
}
