import { randomBytes } from 'node:crypto'
import type { JsonObject } from '@rekey/core'
import { unknownPath } from '../dialect/unknown-path.js'
import type { PlainRoute } from '../http/create-http.js'
import { openapiPagePolicy, renderOpenapiPage } from './openapi-page.js'

/**
 * `GET /dev/openapi`: a page of all operations, and `GET /dev/openapi/NAME.json`: the document of one dialect. In development only.
 * @param documents asked for with each request: flows may be replaced while the server runs.
 */
export function openapiRoutes(documents: () => ReadonlyMap<string, JsonObject>): readonly PlainRoute[] {
  return [
    {
      method: 'GET',
      path: '/dev/openapi',
      handle() {
        const nonce = randomBytes(16).toString('base64')
        return {
          status: 200,
          headers: {
            'Content-Type': 'text/html; charset=utf-8',
            'Content-Security-Policy': openapiPagePolicy(nonce),
            'Referrer-Policy': 'no-referrer',
          },
          body: renderOpenapiPage(documents(), nonce),
        }
      },
    },
    {
      method: 'GET',
      path: '/dev/openapi/:file',
      handle({ params }) {
        const name = /^(.+)\.json$/.exec(params['file'] ?? '')?.[1]
        const document = name === undefined ? undefined : documents().get(name)
        return document ? { status: 200, headers: {}, body: document } : unknownPath()
      },
    },
  ]
}
