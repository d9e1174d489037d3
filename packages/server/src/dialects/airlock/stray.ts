import type { StrayFault } from '../../dialect/dialect.js'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { errorDocument } from './document.js'

/** What no route takes, as error documents like everything else. */
const STRAYS = {
  'no-route': [404, 'NOT_FOUND'],
  'bad-path': [404, 'NOT_FOUND'],
  'bad-method': [405, 'METHOD_NOT_ALLOWED'],
  fault: [500, 'INTERNAL_ERROR'],
} as const satisfies Record<StrayFault, readonly [number, string]>

/** Answers a path or method that no route has, and faults of ours. */
export function answerStray(request: WireRequest, fault: StrayFault): WireResponse {
  const [status, code] = STRAYS[fault]
  return errorDocument(status, code, request)
}
