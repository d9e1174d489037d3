import type { StrayFault } from '../../dialect/dialect.js'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { refuseCaller } from './caller.js'
import { errorDocument } from './document.js'
import { printable } from './printable.js'
import type { ForgerockSettings } from './settings.js'

/** Answers what no route of ours takes. A caller without credentials learns of no path by writing to it. */
export function answerStray(settings: ForgerockSettings, request: WireRequest, fault: StrayFault): WireResponse {
  if (fault === 'fault') return errorDocument(503, 'Service unavailable', request)
  const refusal = refuseCaller(request, settings, request.method === 'GET' || request.method === 'HEAD')
  if (refusal) return refusal
  switch (fault) {
    case 'bad-method':
      return settings.credentials === 'off' ? errorDocument(501, 'Not Implemented', request) : errorDocument(403, 'Access denied', request)
    case 'no-route':
    case 'bad-path':
      return errorDocument(404, `Resource '${resourceOf(settings, request.path)}' not found`, request)
  }
}

/** The path below the base, bounded. */
function resourceOf(settings: ForgerockSettings, path: string): string {
  const base = settings.basePaths.find((prefix) => path.startsWith(`${prefix}/`))
  return printable(base === undefined ? path : path.slice(base.length + 1))
}
