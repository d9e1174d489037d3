import type { AskedRequirement, Intent, JsonObject, Open, Problem, View } from '@rekey/core'
import type { IntentRoute, MountedDialect, QueryRoute, Route } from '../../../src/dialect/dialect.js'
import type { WireRequest, WireResponse } from '../../../src/dialect/wire.js'
import { forgerock } from '../../../src/dialects/forgerock/index.js'

/** What stands in a request beside method and path. */
export interface Sent {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: unknown
  readonly text?: string
  readonly wire?: WireRequest['body']
}

export const ANONYMOUS = { 'x-openidm-username': 'anonymous', 'x-openidm-password': 'anonymous' }
export const SUBMIT = '/openidm/selfservice/reset?_action=submitRequirements'

export function mounted(settings: JsonObject = {}, options: JsonObject = { as: 'reset' }): MountedDialect {
  return forgerock.mount(settings, {
    publicUrl: 'https://rekey.example',
    options: (as) => (as === 'reset' ? options : undefined),
    passwordRules: () => [],
    sign: () => new Uint8Array(32),
  })
}

/** A request as the server would hand it to the dialect. */
export function request(method: string, target: string, sent: Sent = {}): WireRequest {
  const [path = '', query = ''] = target.split('?')
  const text = sent.text ?? (sent.body === undefined ? undefined : JSON.stringify(sent.body))
  return {
    method,
    path,
    params: {},
    query: [...new URLSearchParams(query)],
    headers: new Map(Object.entries(sent.headers ?? {}).map(([name, value]) => [name, typeof value === 'string' ? [value] : value])),
    body: sent.wire ?? (text === undefined ? { is: 'none' } : { is: 'text', text }),
    address: '192.0.2.1',
    requestId: 'request-1',
    now: new Date(0),
  }
}

export function post(target: string, sent: Sent = {}): WireRequest {
  return request('POST', target, { ...sent, headers: { ...ANONYMOUS, 'content-type': 'application/json', ...sent.headers } })
}

/** The route for a request, and the request with the route's parameters. */
export function routed(dialect: MountedDialect, asked: WireRequest): { readonly route: Route; readonly request: WireRequest } {
  for (const route of dialect.routes) {
    const pattern = new RegExp(`^${route.path.replace(':as', '(?<as>[^/]+)')}$`)
    const match = pattern.exec(asked.path)
    if (route.method === asked.method && match) return { route, request: { ...asked, params: { ...match.groups } } }
  }
  throw new Error(`no route takes ${asked.method} ${asked.path}`)
}

function intentRoute(route: Route): IntentRoute {
  if ('query' in route) throw new Error(`${route.path} is a query`)
  return route
}

/** What the dialect makes of a request to a process: one intent, or its own answer. */
export function read(asked: WireRequest, dialect = mounted()): Intent | WireResponse {
  const { route, request } = routed(dialect, asked)
  const result = intentRoute(route).read(request)
  if ('refuse' in result) return result.refuse
  if ('act' in result) return result
  throw new Error(`${asked.method} ${asked.path} wants several things at once`)
}

export function readIntent(asked: WireRequest, dialect = mounted()): Intent {
  const result = read(asked, dialect)
  if ('status' in result) throw new Error(`refused with ${result.status}`)
  return result
}

export function refusal(asked: WireRequest, dialect = mounted()): WireResponse {
  const result = read(asked, dialect)
  if ('act' in result) throw new Error('not refused')
  return result
}

/** What the dialect draws for a reply of the engine. */
export function write(view: View | undefined, problem?: Problem, asked = post(SUBMIT), dialect = mounted()): WireResponse {
  const { route, request } = routed(dialect, asked)
  return intentRoute(route).write(view, problem, request)
}

/** A query route with the request it takes. */
export function queried(
  asked: WireRequest,
  dialect = mounted(),
): {
  readonly route: Extract<Route, QueryRoute<never> | { readonly query: string }>
  readonly request: WireRequest
} {
  const { route, request } = routed(dialect, asked)
  if (!('query' in route)) throw new Error(`${route.path} is no query`)
  return { route, request }
}

export const HEADERS = {
  'Content-Type': 'application/json; charset=UTF-8',
  'Cache-Control': 'no-cache, no-store',
  'X-Content-Type-Options': 'nosniff',
}

export function asked(over: Partial<AskedRequirement> & Pick<AskedRequirement, 'kind' | 'step'>): AskedRequirement {
  return { tag: 'initial', asks: 'Do something', target: 't', opened: true, answer: {}, required: [], ...over }
}

export const USER_QUERY = asked({
  kind: 'identifier',
  step: { id: 'userQuery', type: 'userQuery' },
  asks: 'Find your account',
  answer: { filter: { type: 'object' } },
  required: ['filter'],
})

export const EMAIL_CODE = asked({
  kind: 'code',
  tag: 'validateCode',
  step: { id: 'emailValidation', type: 'emailValidation' },
  channel: 'email',
  to: 'j***@example.com',
  asks: 'Verify emailed code',
  answer: { code: { type: 'string', secret: true, description: 'Enter code emailed' } },
  required: ['code'],
})

export const KBA = asked({
  kind: 'answers',
  step: { id: 'questions', type: 'kba' },
  asks: 'Answer security questions',
  answer: { answers: { type: 'object', additionalProperties: { type: 'string', secret: true } } },
  required: ['answers'],
  questions: [
    { key: 'answer1', id: '1', text: { en: "What's your favorite color?", fr: 'Quelle est votre couleur préférée ?' } },
    { key: 'answer2', id: 'own', text: { '': 'Name of my first cat?' } },
  ],
})

export const RESET = asked({
  kind: 'newPassword',
  step: { id: 'reset', type: 'reset' },
  asks: 'Reset password',
  answer: { password: { type: 'string', secret: true, description: 'Password' } },
  required: ['password'],
})

export const CHOICE = asked({
  kind: 'choice',
  tag: 'choice',
  step: { id: 'which', type: 'choose' },
  asks: 'Choose how to go on',
  answer: { option: { type: 'string', description: 'Id of the step to take' } },
  required: ['option'],
  options: [EMAIL_CODE, { ...KBA, step: { id: 'kba', type: 'kba' } }],
})

export const PARAMETERS = asked({
  kind: 'attributes',
  step: { id: 'parameters', type: 'parameters' },
  asks: 'Parameters',
  answer: { returnParams: { type: 'string', maxLength: 1024, description: "Parameter named 'returnParams'" } },
})

export function open(requirement: AskedRequirement): Open {
  return {
    is: 'open',
    flow: 'reset',
    conversation: 'c',
    token: 'a.b.c',
    expiresAt: 2_000_000_000,
    requirement,
    handles: {},
    address: 'reset',
    mayBecome: [],
  }
}
