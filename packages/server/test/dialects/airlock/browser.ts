import type { Json } from '@rekey/core'

/** An answer as a client sees it. The time and the number of the session are taken out: they are never the same twice. */
export interface Heard {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** A client of this wire: it keeps every cookie and sends all of them back. */
export class Browser {
  readonly cookies = new Map<string, string>()
  /** Numbers of the sessions that it was told of. */
  readonly sessions = new Set<string>()

  constructor(private readonly url: string) {}

  post(path: string, body?: Json, headers: Readonly<Record<string, string>> = {}): Promise<Heard> {
    return this.send('POST', path, body === undefined ? undefined : JSON.stringify(body), headers)
  }

  async send(method: string, path: string, body?: string, headers: Readonly<Record<string, string>> = {}): Promise<Heard> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(cookie !== '' && { Cookie: cookie }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body }),
    })
    for (const set of response.headers.getSetCookie()) this.#keep(set)
    const text = await response.text()
    return { status: response.status, headers: Object.fromEntries(response.headers), body: text === '' ? undefined : this.#told(text) }
  }

  #keep(set: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
    if (value === '') this.cookies.delete(name)
    else this.cookies.set(name, value)
  }

  #told(text: string): unknown {
    const id = /"session","id":"([^"]*)"/.exec(text)?.[1] ?? /\.session","id":"([^"]*)"/.exec(text)?.[1]
    if (id !== undefined) this.sessions.add(id)
    return JSON.parse(
      text.replace(/("timestamp":)"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00"/, '$1"T"').replace(/("id":)"\d{18}"/, '$1"N"'),
    )
  }
}
