import { Agent, request as open } from 'node:http'
import type { JsonObject } from '@rekey/core'

/** A request as it is put on the wire: nothing is added but a host, and a length where there is a body. */
export interface Call {
  readonly method: string
  /** Path and query, as sent. */
  readonly target: string
  /** A list sends a header more than once. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Buffer
}

/** An answer as it came: headers in their order and letter case. */
export interface Answer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly text: string
}

/** Longest that a test waits for an answer: an answer that does not come is a failure, not a hang. */
const PATIENCE_MS = 10_000

/** A client with connections of its own; close it before the server. */
export class Client {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 })

  constructor(readonly url: string) {}

  send({ method, target, headers = {}, body }: Call): Promise<Answer> {
    const { hostname, port } = new URL(this.url)
    return new Promise((resolve, reject) => {
      const sent = open({
        agent: this.#agent,
        hostname,
        port,
        method,
        path: target,
        headers: {
          ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]])),
          ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }),
        },
        timeout: PATIENCE_MS,
      })
      sent.on('timeout', () => sent.destroy(new Error(`no answer to ${method} ${target}`)))
      sent.on('error', reject)
      sent.on('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: pairs(response.rawHeaders), text: Buffer.concat(chunks).toString('utf8') })
        })
      })
      sent.end(body)
    })
  }

  /** A good POST of the vendor's pages. */
  post(target: string, body: JsonObject | string, headers: Call['headers'] = {}): Promise<Answer> {
    return this.send({
      method: 'POST',
      target,
      headers: { ...ANONYMOUS, 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  }

  get(target: string, headers: Call['headers'] = {}): Promise<Answer> {
    return this.send({ method: 'GET', target, headers })
  }

  close(): void {
    this.#agent.destroy()
  }
}

/** The pair that every copy of the vendor's pages carries. */
export const ANONYMOUS = { 'X-OpenIDM-Username': 'anonymous', 'X-OpenIDM-Password': 'anonymous' } as const

export const submitTo = (flow: string) => `/openidm/selfservice/${flow}?_action=submitRequirements`

/** Every value of a header, by any letter case. */
export function valuesOf({ headers }: Answer, name: string): readonly string[] {
  return headers.filter(([given]) => given.toLowerCase() === name.toLowerCase()).map(([, value]) => value)
}

/** The token of a body. */
export function tokenOf({ status, text }: Answer): string {
  const token: unknown = Object.entries(JSON.parse(text) as JsonObject).find(([name]) => name === 'token')?.[1]
  if (typeof token !== 'string') throw new Error(`no token in ${status} ${text}`)
  return token
}

function pairs(raw: readonly string[]): readonly (readonly [string, string])[] {
  return raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ''] as const] : []))
}
