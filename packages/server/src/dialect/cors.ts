import type { Properties } from '@rekey/core'
import type { IntentRoute } from './dialect.js'
import { header, type WireRequest, type WireResponse } from './wire.js'

/** Which pages of other hosts may call a dialect from a browser. Without origins nothing is ever said about any. */
export interface Cors {
  /** As browsers send them: `https://portal.example`. */
  readonly origins: readonly string[]
  /** Names of headers that such a page may send. */
  readonly headers: readonly string[]
  /** Whether it may send cookies, and read the answer all the same. */
  readonly credentials: boolean
}

/** The setting `origins` of a dialect. Closed unless configured (SEC-59). */
export const originsSetting = {
  type: 'array',
  items: { type: 'string', pattern: '^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?$', maxLength: 256 },
  maxItems: 32,
  uniqueItems: true,
  default: [],
  description: 'Origins whose pages may call from a browser; others get no CORS header',
} as const satisfies Properties[string]

/** Seconds that a browser may keep the answer to a preflight. */
const PREFLIGHT_SECONDS = 600

/**
 * The configured origin that a request comes from, to the letter: no wildcard, and nothing that is not in the list is ever repeated.
 * @returns undefined for every other origin, for several, and for none.
 */
export function allowedOrigin({ origins }: Pick<Cors, 'origins'>, request: WireRequest): string | undefined {
  const origin = header(request, 'origin')
  return origins.find((allowed) => allowed === origin)
}

/** Lets pages of configured origins read an answer. The answer depends on the origin, so caches are told. Source: Fetch standard, CORS protocol. */
export function withCors(cors: Cors, request: WireRequest, response: WireResponse): WireResponse {
  if (cors.origins.length === 0) return response
  const origin = allowedOrigin(cors, request)
  return {
    ...response,
    headers: {
      ...response.headers,
      Vary: 'Origin',
      ...(origin !== undefined && {
        'Access-Control-Allow-Origin': origin,
        ...(cors.credentials && { 'Access-Control-Allow-Credentials': 'true' }),
      }),
    },
  }
}

/** The route with every answer readable for pages of the configured origins. */
export function corsRoute(cors: Cors, route: IntentRoute): IntentRoute {
  const { signedIn } = route
  return {
    ...route,
    read(request) {
      const read = route.read(request)
      return 'refuse' in read ? { refuse: withCors(cors, request, read.refuse) } : read
    },
    write: (view, problem, request) => withCors(cors, request, route.write(view, problem, request)),
    ...(signedIn && {
      signedIn: { ...signedIn, answer: (session, bearer, request) => withCors(cors, request, signedIn.answer(session, bearer, request)) },
    }),
  }
}

/** A path that pages of other origins may call, and what it answers a question with that no page may ask: that of a method nobody serves. */
export interface Preflight extends Pick<IntentRoute, 'path' | 'caseInsensitive'> {
  readonly methods: readonly string[]
  readonly otherwise: (request: WireRequest) => WireResponse
}

/** Answers the question that a browser asks before it sends a request. */
export function preflightRoute(cors: Cors, { methods, otherwise, ...place }: Preflight): IntentRoute {
  return corsRoute(cors, {
    ...place,
    method: 'OPTIONS',
    read: (request) => ({ refuse: preflight(cors, request, methods) ?? otherwise(request) }),
    write: (_view, _problem, request) => otherwise(request),
  })
}

function preflight(cors: Cors, request: WireRequest, methods: readonly string[]): WireResponse | undefined {
  const wanted = header(request, 'access-control-request-method')
  if (wanted === undefined || !methods.includes(wanted) || allowedOrigin(cors, request) === undefined) return undefined
  return {
    status: 204,
    headers: {
      'Access-Control-Allow-Methods': methods.join(', '),
      'Access-Control-Allow-Headers': cors.headers.join(', '),
      'Access-Control-Max-Age': String(PREFLIGHT_SECONDS),
    },
  }
}
