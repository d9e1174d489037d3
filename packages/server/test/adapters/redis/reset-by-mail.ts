import type { JsonObject } from '@rekey/core'
import { submitTo, tokenOf, type Answer } from '../../wire/call.js'
import type { WireServer } from '../../wire/server.js'

const CODE = /^ {4}(\d{8})$/m
const MAIL = 'jdoe@example.com'

/** John Doe's reset by mail, step by step, in the words of ForgeRock. */
export class ResetByMail {
  #token: string | undefined
  #mailsBefore = 0

  constructor(private readonly server: WireServer) {}

  /** Begins, and asks for the code. */
  async begin(): Promise<string> {
    this.#token = undefined
    this.#mailsBefore = (await this.server.mails(MAIL)).length
    const answer = await this.say({})
    return answer === '200 userQuery' ? this.say({ queryFilter: 'userName eq "jdoe"' }) : answer
  }

  async code(): Promise<string> {
    return CODE.exec((await this.server.nextMail(MAIL, this.#mailsBefore)).text)?.[1] ?? ''
  }

  /** @returns the status, and the stage or the message. */
  async say(input: JsonObject): Promise<string> {
    const body = { ...(this.#token !== undefined && { token: this.#token }), input }
    const answer = await this.server.client.post(submitTo('resetEmail'), body)
    if (answer.status === 200 && answer.text.includes('"token"')) this.#token = tokenOf(answer)
    return shown(answer)
  }

  /** Leads it from beginning to end. */
  async whole(password: string): Promise<readonly string[]> {
    return [await this.begin(), await this.say({ code: await this.code() }), await this.say({ password })]
  }
}

/** What `whole` answers where all goes well. */
export const ALL_WELL = ['200 emailValidation', '200 resetStage', '200 resetStage end']

function shown({ status, text }: Answer): string {
  const { type, tag, message } = JSON.parse(text) as { readonly type?: string; readonly tag?: string; readonly message?: string }
  return [status, ...(type === undefined ? [message] : [type]), ...(tag === 'end' ? [tag] : [])].join(' ')
}
