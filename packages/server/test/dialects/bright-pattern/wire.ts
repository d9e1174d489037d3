import type { Intent, JsonObject, Problem, View } from '@rekey/core'
import type { IntentRoute } from '../../../src/dialect/dialect.js'
import type { WireRequest, WireResponse } from '../../../src/dialect/wire.js'
import { brightPattern } from '../../../src/dialects/bright-pattern/index.js'

const SITE = { publicUrl: 'https://rekey.example', options: () => ({}), passwordRules: () => [], sign: () => new Uint8Array(32) }

export function mounted(settings: JsonObject = {}) {
  return brightPattern.mount(settings, SITE)
}

/** The one route there is. */
export function route(settings: JsonObject = {}): IntentRoute {
  const [found] = mounted(settings).routes
  if (!found || 'query' in found) throw new Error('there is one route, and it is no query')
  return found
}

export interface Sent {
  readonly headers?: Readonly<Record<string, readonly string[]>>
  readonly body?: WireRequest['body']
}

/** A request as the server would hand it to the dialect. */
export function request({ headers = {}, body = { is: 'none' } }: Sent): WireRequest {
  return {
    method: 'POST',
    path: '/api/users',
    params: {},
    query: [],
    headers: new Map(Object.entries(headers)),
    body,
    address: '192.0.2.1',
    requestId: 'request-1',
    now: new Date(0),
  }
}

export const text = (value: unknown): WireRequest['body'] => ({
  is: 'text',
  text: typeof value === 'string' ? value : JSON.stringify(value),
})

export function readIntent(sent: Sent): Intent {
  const read = route().read(request(sent))
  if (!('act' in read)) throw new Error('not one intent')
  return read
}

export function write(view: View | undefined, problem?: Problem, settings: JsonObject = {}): WireResponse {
  return route(settings).write(view, problem, request({}))
}
