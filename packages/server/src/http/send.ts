import type { Context } from 'koa'
import type { WireResponse } from '../dialect/wire.js'

/** What every answer carries unless it says otherwise itself. */
const DEFAULT_HEADERS = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' } as const

/** A body as it goes over the wire, with the content type of a body whose sender named none. */
export function encodeBody(body: WireResponse['body']): { readonly type?: string; readonly text: string } {
  if (body === undefined) return { text: '' }
  return typeof body === 'string'
    ? { type: 'text/plain; charset=utf-8', text: body }
    : { type: 'application/json; charset=utf-8', text: JSON.stringify(body) }
}

/** Headers of a response with the defaults for what it does not name. */
export function headersOf(response: WireResponse): Readonly<Record<string, string>> {
  const { type } = encodeBody(response.body)
  const named = new Set(Object.keys(response.headers).map((name) => name.toLowerCase()))
  const defaults = Object.entries({ ...DEFAULT_HEADERS, ...(type !== undefined && { 'Content-Type': type }) })
  return { ...Object.fromEntries(defaults.filter(([name]) => !named.has(name.toLowerCase()))), ...response.headers }
}

/** Hands a response to Koa, which sends it. */
export function send(context: Context, response: WireResponse): void {
  context.status = response.status
  context.set(headersOf(response))
  context.body = encodeBody(response.body).text
  // Koa names a type for every text, also for the empty one of a response without a body.
  if (response.body === undefined) context.remove('Content-Type')
}
