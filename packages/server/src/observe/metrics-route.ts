import { createHash, timingSafeEqual } from 'node:crypto'
import type { Secret } from '@rekey/core'
import { header } from '../dialect/wire.js'
import type { PlainRoute } from '../http/create-http.js'
import { problemDetails } from '../http/problem-details.js'
import type { Metrics } from './metrics.js'

/** `GET /metrics`. @param bearer what readers must send; nobody is asked for anything when absent. */
export function metricsRoute(metrics: Metrics, bearer: Secret | undefined): PlainRoute {
  return {
    method: 'GET',
    path: '/metrics',
    async handle(request) {
      if (bearer !== undefined && !isBearer(header(request, 'authorization'), bearer))
        return problemDetails('unauthorized', { 'WWW-Authenticate': 'Bearer' })
      return { status: 200, headers: { 'Content-Type': metrics.contentType }, body: await metrics.text() }
    },
  }
}

function isBearer(given: string | undefined, bearer: Secret): boolean {
  const token = /^Bearer +(\S+)$/i.exec(given ?? '')?.[1] ?? ''
  // Digests are of one length, whatever was sent.
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(token), digest(bearer.reveal()))
}
