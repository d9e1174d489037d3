import { createHmac } from 'node:crypto'
import type { Intent, JsonObject, Open, Problem, View } from '@rekey/core'
import type { MountedDialect, Route, Site } from '../../../src/dialect/dialect.js'
import type { WireRequest, WireResponse } from '../../../src/dialect/wire.js'
import { cidaas } from '../../../src/dialects/cidaas/index.js'

export const SITE: Site = {
  publicUrl: 'https://rekey.example',
  options: () => ({}),
  passwordRules: () => [],
  sign: (purpose, text) => createHmac('sha256', 'test').update(`${purpose}\0${text}`).digest(),
}

export interface Sent {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: unknown
  readonly wire?: WireRequest['body']
  readonly now?: Date
}

export const NOW = new Date('2026-03-04T05:06:07.089Z')
export const REFERENCE = `${NOW.getTime()}-5f5cbb84-4ceb-4975-b347-4bfac61e9248`

export function mounted(settings: JsonObject = {}): MountedDialect {
  return cidaas.mount(settings, SITE)
}

/** A request as the server would hand it to the dialect. */
export function request(method: string, target: string, { headers = {}, body, wire, now = NOW }: Sent = {}): WireRequest {
  const [path = '', query = ''] = target.split('?')
  return {
    method,
    path,
    params: {},
    query: [...new URLSearchParams(query)],
    headers: new Map(Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? [value] : value])),
    body: wire ?? (body === undefined ? { is: 'none' } : { is: 'text', text: typeof body === 'string' ? body : JSON.stringify(body) }),
    address: '192.0.2.1',
    requestId: '5f5cbb84-4ceb-4975-b347-4bfac61e9248',
    now,
  }
}

function routed(dialect: MountedDialect, asked: WireRequest): { readonly route: Route; readonly request: WireRequest } {
  for (const route of dialect.routes) {
    const match = new RegExp(`^${route.path.replace(':requestId', '(?<requestId>[^/]+)')}$`).exec(asked.path)
    if (route.method === asked.method && match) return { route, request: { ...asked, params: { ...match.groups } } }
  }
  throw new Error(`no route takes ${asked.method} ${asked.path}`)
}

/** What the dialect makes of a request: an intent, or its own answer. */
export function read(asked: WireRequest, dialect = mounted()): Intent | WireResponse {
  const { route, request: taken } = routed(dialect, asked)
  if ('query' in route) throw new Error(`${route.path} is a query`)
  const result = route.read(taken)
  if ('refuse' in result) return result.refuse
  if ('act' in result) return result
  throw new Error('more than one intent')
}

export function readIntent(asked: WireRequest, dialect = mounted()): Intent {
  const result = read(asked, dialect)
  if ('status' in result) throw new Error(`refused with ${result.status} ${JSON.stringify(result.body)}`)
  return result
}

export function refusal(asked: WireRequest, dialect = mounted()): WireResponse {
  const result = read(asked, dialect)
  if ('act' in result) throw new Error('not refused')
  return result
}

/** What the dialect draws for a reply of the engine. */
export function write(asked: WireRequest, view: View | undefined, problem?: Problem, dialect = mounted()): WireResponse {
  const { route, request: taken } = routed(dialect, asked)
  if ('query' in route) throw new Error(`${route.path} is a query`)
  return route.write(view, problem, taken)
}

/** A query route with the request it takes. */
export function queried(asked: WireRequest, dialect = mounted()) {
  const { route, request: taken } = routed(dialect, asked)
  if (!('query' in route)) throw new Error(`${route.path} is no query`)
  return { route, request: taken }
}

export function open(kind: Open['requirement']['kind']): Open {
  return {
    is: 'open',
    flow: 'cidaas-forgot',
    conversation: 'c',
    token: 'a.b.c',
    expiresAt: 2_000_000_000,
    requirement: {
      kind,
      tag: 'initial',
      step: { id: 's', type: 's' },
      asks: 'Do something',
      target: 't',
      opened: true,
      answer: {},
      required: [],
    },
    handles: { rprq: 'RPRQ', exchange: 'EXCHANGE' },
    address: 'forgot',
    mayBecome: [],
  }
}
