import { hash } from 'node:crypto'
import type { Json, JsonObject } from '@rekey/core'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'

/** Words for the outcome of an authentication call that clients go by. Source: vendor documentation, AdvanceAuthentication. */
export type Summary =
  | 'NewPackage'
  | 'StartNextChallenge'
  | 'OobPending'
  | 'LoginSuccess'
  // With one "t": clients compare it.
  | 'NoncommitalSuccess'
  | 'Failure'
  | 'LoginFailure'
  | 'Undefined'

/** A good answer. Every answer of this wire is one object with the same nine members in this order. */
export function success(result: Json, headers: Readonly<Record<string, string>> = {}): WireResponse {
  return { status: 200, headers, body: envelope({ success: true, result, message: null, errorId: null }) }
}

export interface Refused {
  /** 200 for every outcome: clients read nothing of an answer with another status. */
  readonly status: number
  /** Null where the call has no summary. */
  readonly result: JsonObject | null
  /** Shown to people; never null, as some clients print it unseen. */
  readonly message: string
}

/** A refusal. */
export function refusal(request: WireRequest, { status, result, message }: Refused): WireResponse {
  return { status, headers: {}, body: envelope({ success: false, result, message, errorId: errorIdOf(request) }) }
}

/** `success` alone is in lower case; `InnerExceptions` is a text or null, never a list. */
function envelope(of: {
  readonly success: boolean
  readonly result: Json
  readonly message: string | null
  readonly errorId: string | null
}): JsonObject {
  return {
    success: of.success,
    Result: of.result,
    Message: of.message,
    MessageID: null,
    Exception: null,
    ErrorID: of.errorId,
    ErrorCode: null,
    IsSoftError: false,
    InnerExceptions: null,
  }
}

/** A trace id for support: the id under which the log knows the request, and 32 hex digits. */
function errorIdOf({ requestId }: WireRequest): string {
  return `${requestId}:${hash('sha256', requestId).slice(0, 32)}`
}
