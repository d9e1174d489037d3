import type { JsonObject } from '@rekey/core'
import type { MountedDialect } from '../dialect/dialect.js'
import type { OpenapiPart } from '../dialect/openapi.js'
import { parameter, response, TEXT } from '../dialect/openapi-words.js'

/** What can be said of a dialect that says nothing: which methods and paths there are. */
export function partFromRoutes({ routes }: MountedDialect): OpenapiPart {
  const paths: { [path: string]: { [method: string]: JsonObject } } = {}
  for (const route of routes) {
    const path = route.path.replaceAll(/:([A-Za-z_]\w*)/g, '{$1}')
    const names = [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => name ?? [])
    const item = (paths[path] ??= {})
    item[route.method.toLowerCase()] = {
      ...(names.length > 0 && { parameters: names.map((name) => parameter('path', name, TEXT, `\`:${name}\` of the route`)) }),
      responses: { default: response('What the dialect answers; it does not describe itself.') },
    }
  }
  return { description: 'This dialect does not describe itself: only its routes are listed.', paths }
}
