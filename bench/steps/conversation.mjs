// A complete reset over the ForgeRock wire, as the shipped flow `forgerock/reset-email.yaml` leads it: four requests, the last of which changes the password.

const TARGET = '/openidm/selfservice/resetEmail?_action=submitRequirements'
const HEADERS = { 'X-OpenIDM-Username': 'anonymous', 'X-OpenIDM-Password': 'anonymous' }

/** What each request does, in the order in which they are sent. */
export const REQUESTS = ['start', 'name', 'code', 'password']

/** Whom a conversation is about, by run, client and count: names of one length, as far as runs are short. */
export function nameOf(run, client, count) {
  return `p${String(run).padStart(3, '0')}-${String(client).padStart(5, '0')}-${String(count).padStart(6, '0')}`
}

/**
 * Plays one conversation to its end.
 * @param {(call: object) => Promise<{ us: number, status: number, text: string }>} send
 * @param {{ name: string, password: string, codeOf: (name: string) => string | Promise<string> }} person
 * @param {(answer: { us: number, document: any }) => void | Promise<void>} hears each answer, in order.
 * @throws Error for any answer but 200 with a token, and for any end but success.
 */
export async function play(send, { name, password, codeOf }, hears) {
  let token
  const request = async (input) => {
    const { us, status, text } = await send({ method: 'POST', target: TARGET, headers: HEADERS, body: { token, input } })
    if (status !== 200) throw new Error(`a request of the bench was answered ${status}: ${text.slice(0, 300)}`)
    const document = JSON.parse(text)
    await hears({ us, document })
    token = document.token
    return document
  }
  await request({})
  await request({ queryFilter: `userName eq "${name}"` })
  await request({ code: await codeOf(name) })
  const { tag, status } = await request({ password })
  if (tag !== 'end' || status?.success !== true) throw new Error('a conversation of the bench did not end with success')
}
