import type { Context } from 'koa'
import type { WireResponse } from '../dialect/wire.js'

/** What every answer carries unless it says otherwise itself. */
const DEFAULT_HEADERS = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' } as const
const DEFAULT_NAMES = ['Cache-Control', 'X-Content-Type-Options'] as const satisfies readonly (keyof typeof DEFAULT_HEADERS)[]

/** A body as it goes over the wire, with the content type of a body whose sender named none. */
export function encodeBody(body: WireResponse['body']): { readonly type?: string; readonly text: string } {
  if (body === undefined) return { text: '' }
  return typeof body === 'string'
    ? { type: 'text/plain; charset=utf-8', text: body }
    : { type: 'application/json; charset=utf-8', text: JSON.stringify(body) }
}

/** Headers of a response, the defaults for what it does not name before its own. @param type of its body, as `encodeBody` tells. */
export function headersOf({ headers }: WireResponse, type: string | undefined): Record<string, string> {
  const all: Record<string, string> = {}
  for (const name of DEFAULT_NAMES) if (!names(headers, name)) all[name] = DEFAULT_HEADERS[name]
  if (type !== undefined && !names(headers, 'Content-Type')) all['Content-Type'] = type
  return Object.assign(all, headers)
}

/** Statuses whose answers have no body, and no length of one. Source: RFC 9110 sections 15.3.5 and 15.4.5. */
const BODILESS: ReadonlySet<number> = new Set([204, 304])

/** Sends a response. It goes out in one piece with its length, so nothing is left for Koa to find out; to HEAD Node sends the headers alone. */
export function send(context: Context, response: WireResponse): void {
  const { type, text } = encodeBody(response.body)
  const headers = headersOf(response, type)
  context.respond = false
  if (!BODILESS.has(response.status)) headers['Content-Length'] = String(Buffer.byteLength(text))
  context.res.writeHead(response.status, headers).end(text)
}

/** Whether a header is among these, in any letter case. */
function names(headers: WireResponse['headers'], name: string): boolean {
  if (Object.hasOwn(headers, name)) return true
  const folded = name.toLowerCase()
  return Object.keys(headers).some((given) => given.length === folded.length && given.toLowerCase() === folded)
}
