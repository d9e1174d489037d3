import type { JsonObject } from '@rekey/core'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'

/** What is told of a failure. */
export interface Failure {
  readonly status: 400 | 404 | 409 | 413 | 417 | 429 | 500
  /** A number always: the Android client binds it to an int and loses the whole error otherwise. */
  readonly code: number
  /** The vendor's text code, where it has one. */
  readonly moreInfo: string
  readonly error: string
}

/** Mobile clients take every status but 200 for a failure, other 2xx included. */
export function success(data: JsonObject): WireResponse {
  return { status: 200, headers: {}, body: { success: true, status: 200, data } }
}

/** The nested envelope. Source: the vendor's PHP SDK, captured answers. */
export function failed({ status, code, moreInfo, error }: Failure, request: WireRequest): WireResponse {
  const referenceNumber = referenceOf(request)
  return {
    status,
    headers: {},
    body: { success: false, status, error: { code, moreInfo, type: 'UsersException', status, referenceNumber, error } },
  }
}

/**
 * The flat answer to a token that is not good, the same for every cause. `success` and `status` are ours, for clients that look at them.
 * Source: the vendor's PHP SDK, captured answers.
 */
export function denied(request: WireRequest): WireResponse {
  return {
    status: 401,
    headers: {},
    body: { success: false, status: 401, error: 'Access denied for this resource', refnumber: referenceOf(request) },
  }
}

function referenceOf(request: WireRequest): string {
  return `${request.now.getTime()}-${request.requestId}`
}
