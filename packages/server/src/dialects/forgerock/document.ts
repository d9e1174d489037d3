import type { Json, JsonObject } from '@rekey/core'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { parameter } from './crest.js'

/** `no-cache` is the vendor's value, `no-store` ours beside it: nothing of a conversation belongs into a cache. */
const HEADERS = {
  'Content-Type': 'application/json; charset=UTF-8',
  'Cache-Control': 'no-cache, no-store',
  'X-Content-Type-Options': 'nosniff',
} as const

/** Source: crest, standard phrases of the statuses that it sends. */
const REASONS = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  501: 'Not Implemented',
  503: 'Service Unavailable',
} as const

export type ErrorStatus = keyof typeof REASONS

/** A 200 with a body, printed over several lines when the caller asked with `_prettyPrint=true`. */
export function document(body: JsonObject, request: WireRequest, headers?: Readonly<Record<string, string>>): WireResponse {
  return { status: 200, headers: headers === undefined ? HEADERS : { ...HEADERS, ...headers }, body: printed(body, request) }
}

/** An error body: `code`, `reason`, `message`, `detail`, in this order. Clients show `message`, so it is never empty. */
export function errorBody(status: ErrorStatus, message: string, detail?: Json): JsonObject {
  return { code: status, reason: REASONS[status], message, ...(detail !== undefined && { detail }) }
}

/** An error response. Clients read every one of them as JSON. */
export function errorDocument(status: ErrorStatus, message: string, request: WireRequest, detail?: Json): WireResponse {
  return { status, headers: HEADERS, body: printed(errorBody(status, message, detail), request) }
}

function printed(body: JsonObject, request: WireRequest): Json {
  const pretty = parameter(request, '_prettyprint')
  return pretty.is === 'one' && pretty.value === 'true' ? `${JSON.stringify(body, null, 2)}\n` : body
}
