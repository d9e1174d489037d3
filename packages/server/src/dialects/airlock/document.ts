import { hash } from 'node:crypto'
import type { JsonObject } from '@rekey/core'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { mediaTypeFor } from './media-type.js'
import type { Area } from './place.js'

/** Names of the session's document. The vendor shows the first; the other follows its pattern. */
export const SESSION_TYPES = {
  public: 'public-self-service.session',
  protected: 'self-service.session',
} as const satisfies Record<Area, string>

/** One item of a document that lists. */
export interface Item {
  readonly type: string
  readonly id: string
  readonly attributes: JsonObject
}

/** What stands beside the code of an error that is about a member of the body. */
export interface ErrorSource {
  /** JSON pointer into the body of the request. */
  readonly pointer: string
  readonly detail: string
}

type Headers = Readonly<Record<string, string>>

/** The state of a flow: `nextStep` and what belongs to it, or nothing at the end. Source: Loginapp REST, flow status. */
export function sessionDocument(
  { area, conversation }: { readonly area: Area; readonly conversation: string },
  attributes: JsonObject,
  request: WireRequest,
  headers: Headers = {},
): WireResponse {
  return itemDocument({ type: SESSION_TYPES[area], id: sessionId(conversation), attributes }, request, headers)
}

/** One thing. */
export function itemDocument(item: Item, request: WireRequest, headers: Headers = {}): WireResponse {
  return document(200, { meta: meta(request), data: asData(item) }, request, headers)
}

/** What a `retrieve` call lists. */
export function listDocument(items: readonly Item[], request: WireRequest): WireResponse {
  return document(200, { meta: meta(request), data: items.map(asData) }, request)
}

/** An error. `nextStep` moves into `meta`, and is there while the flow can go on. Source: Loginapp REST, error examples. */
export function errorDocument(
  status: number,
  code: string,
  request: WireRequest,
  rest: { readonly nextStep?: string | undefined; readonly source?: ErrorSource | undefined; readonly headers?: Headers } = {},
): WireResponse {
  const { nextStep, source, headers } = rest
  const error = {
    code,
    ...(source && {
      source: { pointer: source.pointer },
      meta: { type: 'jsonapi.metadata.validation.error', detail: source.detail },
    }),
  }
  return document(status, { meta: { ...meta(request), ...(nextStep !== undefined && { nextStep }) }, errors: [error] }, request, headers)
}

/** Nothing to say: the flow is not there any more. */
export function noContent(headers: Headers): WireResponse {
  return { status: 204, headers }
}

/** Constant through a conversation, and a number of 18 digits as the vendor's; it says nothing about token or person. */
export function sessionId(conversation: string): string {
  const number = hash('sha256', `airlock session ${conversation}`, 'buffer').readBigUInt64BE()
  return String(10n ** 17n + (number % (9n * 10n ** 17n)))
}

function asData({ type, id, attributes }: Item): JsonObject {
  return { type, id, attributes }
}

function document(status: number, body: JsonObject, request: WireRequest, headers: Headers = {}): WireResponse {
  return { status, headers: { 'Content-Type': mediaTypeFor(request), ...headers }, body }
}

/** Three digits behind the second and an offset, as the vendor prints it. */
function meta({ now }: WireRequest): { readonly type: string; readonly timestamp: string } {
  return { type: 'jsonapi.metadata.document', timestamp: now.toISOString().replace('Z', '+00:00') }
}
