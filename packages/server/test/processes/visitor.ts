import type { JsonObject } from '@rekey/core'
import { until } from '@rekey/core/testing'
import type { House } from './house.js'
import type { Server } from './server.js'

/** Headers of the vendor's pages. */
export const HEADERS = { 'Content-Type': 'application/json', 'X-OpenIDM-Username': 'anonymous', 'X-OpenIDM-Password': 'anonymous' } as const

export const submitPath = (process: string): string => `/openidm/selfservice/${process}?_action=submitRequirements`

export interface Answer {
  readonly status: number
  readonly body: Stage
}

/** The members of a stage or an error that the tests read. */
export interface Stage {
  readonly type?: string
  readonly tag?: string
  readonly token?: string
  readonly requirements?: JsonObject
  readonly message?: string
}

/** Sends one request of the protocol. @throws when the server dies before it has answered. */
export async function submit(server: Pick<Server, 'url'>, process: string, body: JsonObject): Promise<Answer> {
  const response = await fetch(`${server.url}${submitPath(process)}`, { method: 'POST', headers: HEADERS, body: JSON.stringify(body) })
  return { status: response.status, body: (await response.json()) as Stage }
}

/** An answer in a few words: `emailValidation validateCode`, or `400 Invalid code`. */
export function said({ status, body }: Answer): string {
  return status === 200 ? `${body.type} ${body.tag}` : `${status} ${body.message}`
}

/** The code that a mail holds, if it holds one. */
export function codeIn({ text }: { readonly text: string }): readonly string[] {
  return /^ {4}(\d{8})$/m.exec(text)?.slice(1) ?? []
}

/** A person with a browser that carries the newest token, whichever server it goes to. */
export class Visitor {
  #token: string | undefined
  #codesBefore = 0

  constructor(
    private readonly house: House,
    readonly userName: string,
    readonly process = 'reset',
  ) {}

  get token(): string {
    if (this.#token === undefined) throw new Error('no conversation was started')
    return this.#token
  }

  /** The conversation's id, as the token says it. */
  get conversation(): string {
    const { jti } = JSON.parse(Buffer.from(this.token.split('.')[1] ?? '', 'base64url').toString()) as { readonly jti: string }
    return jti
  }

  /** The body that a submit of this input would carry now. */
  body(input: JsonObject): JsonObject {
    return { ...(this.#token !== undefined && { token: this.#token }), input }
  }

  async answer(server: Pick<Server, 'url'>, input: JsonObject): Promise<Answer> {
    const answer = await submit(server, this.process, this.body(input))
    const { token } = answer.body
    if (answer.status === 200 && token !== undefined) this.#token = token
    return answer
  }

  async says(server: Pick<Server, 'url'>, input: JsonObject): Promise<string> {
    return said(await this.answer(server, input))
  }

  /** Begins a new conversation. */
  async search(server: Pick<Server, 'url'>): Promise<string> {
    this.#token = undefined
    this.#codesBefore = this.#codes().length
    return this.says(server, this.searchInput())
  }

  searchInput(): JsonObject {
    return { queryFilter: `userName eq "${this.userName}"` }
  }

  /** The code that was mailed to this conversation; waits for the mail. */
  mailedCode(): Promise<string> {
    return until('the code', () => this.#codes()[this.#codesBefore])
  }

  async enterCode(server: Pick<Server, 'url'>): Promise<string> {
    return this.says(server, { code: await this.mailedCode() })
  }

  answerQuestion(server: Pick<Server, 'url'>): Promise<string> {
    return this.says(server, { answer1: 'Blue' })
  }

  choosePassword(server: Pick<Server, 'url'>, password: string): Promise<string> {
    return this.says(server, { password })
  }

  #codes(): readonly string[] {
    return this.house.mails(this.userName).flatMap(codeIn)
  }
}
