import { vi } from 'vitest'
import { isJsonObject, type JsonObject } from '@rekey/core'

/** What a client of ForgeRock's wire hears. */
export interface Heard {
  readonly status: number
  readonly type: string
  readonly tag: string
  readonly token: string
  readonly body: JsonObject
}

/** Answers the open question of a flow, or begins one. */
export async function submit(url: string, flow: string, input: JsonObject, token?: string): Promise<Heard> {
  const answer = await fetch(`${url}/openidm/selfservice/${flow}?_action=submitRequirements`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-openidm-username': 'anonymous', 'x-openidm-password': 'anonymous' },
    body: JSON.stringify({ ...(token !== undefined && { token }), input }),
  })
  const body: unknown = await answer.json()
  if (!isJsonObject(body)) throw new Error('the answer is no JSON object')
  const text = (name: string) => (typeof body[name] === 'string' ? body[name] : '')
  return { status: answer.status, type: text('type'), tag: text('tag'), token: text('token'), body }
}

/** The code that was mailed last, out of the mailbox of development. */
export async function mailedCode(url: string, to: string): Promise<string> {
  return vi.waitFor(
    async () => {
      const mails: unknown = await (await fetch(`${url}/dev/mailbox?to=${to}`)).json()
      const code = /^ {4}(\d+)$/m.exec(JSON.stringify(mails).replaceAll('\\n', '\n'))?.[1]
      if (code === undefined) throw new Error(`no code to ${to}`)
      return code
    },
    { timeout: 5_000, interval: 10 },
  )
}
