import type { AskedRequirement, Ended, Intent, JsonObject, Open, Problem, View } from '@rekey/core'
import type { IntentRoute, MountedDialect, Route } from '../../../src/dialect/dialect.js'
import type { WireRequest, WireResponse } from '../../../src/dialect/wire.js'
import { airlock } from '../../../src/dialects/airlock/index.js'

/** What stands in a request beside method and path. */
export interface Sent {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: unknown
  readonly text?: string
  readonly wire?: WireRequest['body']
}

export const PUBLIC = '/auth/rest/public/self-service'
export const PROTECTED = '/auth/rest/protected/self-service'
export const NOW = new Date('2021-03-02T20:26:22.970Z')
export const META = { type: 'jsonapi.metadata.document', timestamp: '2021-03-02T20:26:22.970+00:00' }
export const JSON_API = { 'Content-Type': 'application/vnd.api+json' }
export const COOKIE = { cookie: 'AL_SESS-S=a.b.c' }
export const BEARER = { authorization: 'Bearer s3ss10n' }

const OPTIONS: ReadonlyMap<string, JsonObject> = new Map([
  ['password-reset', { as: 'password-reset', area: 'public' }],
  ['password-change', { as: 'password-change', area: 'protected' }],
  ['renamed', { as: 'renamed', nextSteps: { userQuery: 'USER_DATA_REQUIRED' }, link: 'https://portal.example/reset#' }],
])

export function mounted(settings: JsonObject = {}, publicUrl = 'https://id.example'): MountedDialect {
  return airlock.mount(settings, { publicUrl, options: (as) => OPTIONS.get(as), passwordRules: () => [], sign: () => new Uint8Array(32) })
}

/** A request as the server would hand it to the dialect. */
export function request(method: string, path: string, sent: Sent = {}): WireRequest {
  const text = sent.text ?? (sent.body === undefined ? undefined : JSON.stringify(sent.body))
  const headers = { ...(text !== undefined && { 'content-type': 'application/json' }), ...sent.headers }
  return {
    method,
    path,
    params: {},
    query: [],
    headers: new Map(Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? [value] : value])),
    body: sent.wire ?? (text === undefined ? { is: 'none' } : { is: 'text', text }),
    address: '192.0.2.1',
    requestId: 'request-1',
    now: NOW,
  }
}

export function post(path: string, sent: Sent = {}): WireRequest {
  return request('POST', path, sent)
}

/** The route for a request, and the request with the route's parameters. */
export function routed(dialect: MountedDialect, asked: WireRequest): { readonly route: Route; readonly request: WireRequest } {
  for (const route of dialect.routes) {
    const match = new RegExp(`^${route.path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`).exec(asked.path)
    if (route.method === asked.method && match) return { route, request: { ...asked, params: { ...match.groups } } }
  }
  throw new Error(`no route takes ${asked.method} ${asked.path}`)
}

function intentRoute(route: Route): IntentRoute {
  if ('query' in route) throw new Error(`${route.path} is a query`)
  return route
}

/** What the dialect makes of a request: an intent, or its own answer. */
export function read(asked: WireRequest, dialect = mounted()): Intent | WireResponse {
  const { route, request: whole } = routed(dialect, asked)
  const result = intentRoute(route).read(whole)
  if ('refuse' in result) return result.refuse
  if ('act' in result) return result
  throw new Error('one request of this wire is one intent')
}

export function readIntent(asked: WireRequest, dialect = mounted()): Intent {
  const result = read(asked, dialect)
  if ('status' in result) throw new Error(`refused: ${JSON.stringify(result)}`)
  return result
}

/** The dialect's own answer, as status and code. */
export function refusal(asked: WireRequest, dialect = mounted()): readonly [number, string] {
  const result = read(asked, dialect)
  if (!('status' in result)) throw new Error('not refused')
  return [result.status, codeOf(result)]
}

/** What the dialect draws for a reply of the engine. */
export function write(asked: WireRequest, view: View | undefined, problem?: Problem, dialect = mounted()): WireResponse {
  const { route, request: whole } = routed(dialect, asked)
  return intentRoute(route).write(view, problem, whole)
}

/** The code of an error document. */
export function codeOf({ body }: WireResponse): string {
  const document: unknown = JSON.parse(JSON.stringify(body))
  const [, code = ''] = /"code":"([A-Z_]+)"/.exec(JSON.stringify(document)) ?? []
  return code
}

/** The cookie that hands out the token of the views below. */
export const CARRYING = { 'Set-Cookie': 'AL_SESS-S=x.y.z; Path=/; HttpOnly; SameSite=Lax; Secure' }
export const CLEARED = { 'Set-Cookie': 'AL_SESS-S=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure' }

/** The id of the conversation of the views below. */
export const SESSION_ID = '875728809587295978'
const CONVERSATION = '0b0d8c1e-4f4f-4a55-9c38-0d1d8f1f0a11'

export function asked(over: Partial<AskedRequirement> & Pick<AskedRequirement, 'kind'>): AskedRequirement {
  const type = over.step?.type ?? over.kind
  return { tag: 'initial', step: { id: type, type }, asks: 'Do something', target: 't', opened: true, answer: {}, required: [], ...over }
}

export const USERNAME = asked({ kind: 'identifier', step: { id: 'userQuery', type: 'userQuery' } })
export const EMAIL_CODE = asked({ kind: 'code', channel: 'email', to: 'j***@example.com' })
export const SMS_CODE = asked({ kind: 'code', channel: 'sms', to: '***01' })
export const APP_CODE = asked({ kind: 'code', channel: 'app' })
export const OLD_PASSWORD = asked({ kind: 'password' })
export const NEW_PASSWORD = asked({ kind: 'newPassword' })
export const CONSENT = asked({
  kind: 'consent',
  step: { id: 'terms', type: 'terms' },
  asks: 'Read this',
  answer: { note: { type: 'string' }, given: { type: 'boolean' } },
})
export const QUESTIONS = asked({
  kind: 'answers',
  questions: [
    { key: 'answer1', id: '1', text: { en: 'Your favorite color?', de: 'Ihre Lieblingsfarbe?' } },
    { key: 'answer2', id: 'own', text: { '': 'My first cat?' } },
  ],
})
export const CHOICE = asked({
  kind: 'choice',
  options: [
    { ...EMAIL_CODE, step: { id: 'mail', type: 'emailValidation' } },
    { ...SMS_CODE, step: { id: 'text', type: 'smsValidation' } },
  ],
})

export function open(requirement: AskedRequirement, address = 'password-reset'): Open {
  return {
    is: 'open',
    flow: 'f',
    conversation: CONVERSATION,
    token: 'x.y.z',
    expiresAt: 2_000_000_000,
    requirement,
    handles: {},
    address,
    mayBecome: [],
  }
}

export function ended(as: Ended['as'] = 'completed'): Ended {
  return {
    is: 'ended',
    flow: 'f',
    conversation: CONVERSATION,
    as,
    step: { id: 'reset', type: 'reset' },
    outputs: {},
    address: 'password-reset',
  }
}
