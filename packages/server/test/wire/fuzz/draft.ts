import type { Call } from '../call.js'

/** A request before it is put on the wire, where anything can be bent. */
export interface Draft {
  readonly method: string
  readonly target: string
  /** In their order; a name may stand twice. Without a length: that is written last. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: Buffer
  /**
   * True when it need not be one request of HTTP any more: the server may then answer less than asked, or only close. Such a draft has a connection of
   * its own, whose other half is closed behind it.
   */
  readonly wild?: true
  /** The length that is told, where it is not the right one. */
  readonly told?: string
}

export function draftOf({ method, target, headers = {}, body }: Call): Draft {
  const flat = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : value.map((one) => [name, one] as const),
  )
  return { method, target, headers: flat, ...(body !== undefined && { body: Buffer.from(body) }) }
}

/** The bytes that go over the wire. */
export function bytesOf({ method, target, headers, body, told }: Draft): Buffer {
  const named = new Set(headers.map(([name]) => name.toLowerCase()))
  const own = [
    ...(named.has('host') ? [] : ['Host: 127.0.0.1']),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : [`Content-Length: ${told ?? body.length}`]),
  ]
  return Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${own.join('\r\n')}\r\n\r\n`), body ?? Buffer.alloc(0)])
}

/** A draft as somebody reads it who wants to send it again. */
export function shown(draft: Draft): string {
  const text = JSON.stringify(bytesOf(draft).toString('latin1'))
  return text.length <= 3_000 ? text : `${text.slice(0, 3_000)} and ${text.length - 3_000} more`
}
