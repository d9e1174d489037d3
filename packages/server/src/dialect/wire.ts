import type { Json } from '@rekey/core'

/** A request as a dialect sees it: plain data, nothing of the HTTP library. */
export interface WireRequest {
  readonly method: string
  /** Decoded path without the query. */
  readonly path: string
  /** Path parameters of the route that matched, decoded. */
  readonly params: Readonly<Record<string, string>>
  /** In the order sent; a name may stand twice. */
  readonly query: readonly (readonly [name: string, value: string])[]
  /** By lower-case name; the values of a repeated header in the order sent. */
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly body: WireBody
  /** The client's network address as the server trusts it. */
  readonly address: string
  readonly requestId: string
  /** When the request came in: dialects look at no clock, and some wires print the time. */
  readonly now: Date
}

/** The body before anybody has parsed it; the size limit and the encoding have been checked. */
export type WireBody =
  | { readonly is: 'none' }
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'too-large' }
  | { readonly is: 'not-utf8' }
  /** Sent under a content encoding such as gzip; it was not read. */
  | { readonly is: 'encoded' }

/** A response. An object body is sent as JSON with the members in their order; a string is sent as it is. */
export interface WireResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Json | string
}

/** The only value of a header, or undefined when it is absent or stands more than once. */
export function header(request: WireRequest, name: string): string | undefined {
  const values = request.headers.get(name)
  return values?.length === 1 ? values[0] : undefined
}
