import type { AskedRequirement, Ended, Intent, JsonObject, Open, PolicyRule, Problem, View } from '@rekey/core'
import type { IntentRoute, MountedDialect } from '../../../src/dialect/dialect.js'
import type { WireRequest, WireResponse } from '../../../src/dialect/wire.js'
import { centrify } from '../../../src/dialects/centrify/index.js'

export const START = '/Security/StartAuthentication'
export const ADVANCE = '/Security/AdvanceAuthentication'
export const CLEANUP = '/Security/CleanupAuthentication'
export const LOGOUT = '/Security/Logout'
export const CHANGE = '/UserMgmt/ChangeUserPassword'
export const APPROVE = '/Security/Approve'

export const SESSION = 'q4mB1v0Tt7c5H2nZyK8uWgRkLdXeJsPa6fYoIiUzEw1'
export const STANDARD = 'Authentication (login or challenge) has failed. Please try again or contact your system administrator.'

export function mounted(settings: JsonObject = {}, rules: readonly PolicyRule[] = []): MountedDialect {
  return centrify.mount(settings, {
    publicUrl: 'https://rekey.example',
    options: () => ({}),
    passwordRules: () => rules,
    sign: () => new Uint8Array(32),
  })
}

/** What stands in a request beside method and path. */
export interface Sent {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: unknown
  readonly wire?: WireRequest['body']
}

/** A request as the server would hand it to the dialect. */
export function request(method: string, target: string, { headers = {}, body, wire }: Sent = {}): WireRequest {
  const [path = '', query = ''] = target.split('?')
  return {
    method,
    path,
    params: {},
    query: [...new URLSearchParams(query)],
    headers: new Map(Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? [value] : value])),
    body: wire ?? (body === undefined ? { is: 'none' } : { is: 'text', text: typeof body === 'string' ? body : JSON.stringify(body) }),
    address: '192.0.2.1',
    requestId: '0b0c7c0e-5a41-4d9e-9d55-0d5f7f1f6a10',
    now: new Date('2026-01-02T03:04:05Z'),
  }
}

export function post(target: string, body?: unknown, headers: Sent['headers'] = {}): WireRequest {
  return request('POST', target, { body, headers: { 'content-type': 'application/json', ...headers } })
}

export function routeOf({ method, path }: WireRequest, dialect = mounted()): IntentRoute {
  const route = dialect.routes.find((one) => one.method === method && one.path.toLowerCase() === path.toLowerCase())
  if (!route || 'query' in route) throw new Error(`no route takes ${method} ${path}`)
  return route
}

/** What the dialect makes of a request: intents without what each knows of its request, or its own answer. */
export function read(asked: WireRequest, dialect = mounted()): readonly Omit<Intent, 'request'>[] | WireResponse {
  const made = routeOf(asked, dialect).read(asked)
  if ('refuse' in made) return made.refuse
  return (Array.isArray(made) ? made : [made]).map(({ request: _known, ...intent }: Intent) => intent)
}

/** The body that the dialect draws for a reply of the engine. */
export function written(asked: WireRequest, view: View | undefined, problem?: Problem, dialect = mounted()): WireResponse['body'] {
  return write(asked, view, problem, dialect).body
}

export function write(asked: WireRequest, view: View | undefined, problem?: Problem, dialect = mounted()): WireResponse {
  return routeOf(asked, dialect).write(view, problem, asked)
}

export function asks(kind: AskedRequirement['kind'], rest: Partial<AskedRequirement> = {}): AskedRequirement {
  return {
    kind,
    tag: 'initial',
    step: { id: kind, type: kind },
    asks: kind,
    target: `id-of-${kind}`,
    opened: false,
    answer: { [kind === 'code' ? 'code' : 'password']: { type: 'string' } },
    required: [kind === 'code' ? 'code' : 'password'],
    ...rest,
  }
}

export const mail = asks('code', { channel: 'email', to: 'j**e@e*****e.com', target: 'id-of-mail' })
export const text = asks('code', { channel: 'sms', to: '********101', target: 'id-of-text' })
export const up = asks('password')
export const reset = asks('newPassword')

export function open(requirement: AskedRequirement, rest: Partial<Open> = {}): Open {
  return {
    is: 'open',
    flow: 'centrify-login',
    conversation: 'c-1',
    token: 'never.shown.here',
    expiresAt: 1_767_323_945,
    requirement,
    handles: { session: SESSION },
    address: 'login',
    mayBecome: ['forgot'],
    ...rest,
  }
}

export function ended(rest: Partial<Ended> = {}): Ended {
  return {
    is: 'ended',
    flow: 'centrify-login',
    conversation: 'c-1',
    as: 'completed',
    step: { id: 'issueSession', type: 'issueSession' },
    outputs: {},
    address: 'login',
    ...rest,
  }
}

/** The envelope of a good answer. */
export function good(Result: unknown) {
  return {
    success: true,
    Result,
    Message: null,
    MessageID: null,
    Exception: null,
    ErrorID: null,
    ErrorCode: null,
    IsSoftError: false,
    InnerExceptions: null,
  }
}

/** The envelope of a refusal. */
export function bad(Result: unknown, Message: string = STANDARD) {
  return {
    ...good(Result),
    success: false,
    Message,
    ErrorID: '0b0c7c0e-5a41-4d9e-9d55-0d5f7f1f6a10:d16c79645c444e6a14e950c020052452',
  }
}
