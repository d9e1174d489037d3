import type { Answer } from '../wire/call.js'
import type { House } from './house.js'
import type { Send, Wire } from './speaker.js'

/** What somebody can see of an answer who wants to know who exists: everything but what is random each time, of which the length is left. */
export interface Seen {
  readonly status: number
  /** In their order and letter case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/** Everything that somebody without the mailbox can do, to the end and beyond, on any wire; the same for everybody. */
export async function guessed(at: House, wire: Wire, userName: string): Promise<readonly Seen[]> {
  const seen: Seen[] = []
  const send: Send = async (call) => {
    const answer = await at.send(call)
    seen.push(shown(answer))
    return answer
  }
  const visit = wire.visit(send)
  const naming = await visit.names(userName)
  visit.hears(await send(naming))
  // The same once more is the same answer; on cidaas and Centrify it has the code sent again.
  await send(naming)
  for (const code of ['', '10000000', '10000000', 'x', '1'.repeat(200)]) await send(visit.types(code))
  await send(visit.chooses('An0ther-passw0rd'))
  const again = visit.asksAgain?.()
  if (again) await send(again)
  // With those above more than are judged.
  for (const code of ['10000001', '10000002', '10000003', '10000004']) await send(visit.types(code))
  await send(visit.chooses('An0ther-passw0rd'))
  if (again) await send(again)
  const leaving = visit.leaves?.()
  if (leaving) await send(leaving)
  return seen
}

/** Members that are another text each time. */
const RANDOM =
  /"(SessionId|MechanismId|ErrorID|rprq|exchangeId|resetRequestId|requestId|referenceNumber|timestamp|token)":"((?:[^"\\]|\\.)*)"/g
/** Masked addresses are as long as those of the people they belong to, and people's differ. */
const ADDRESS = /[^\s"]*\*[^\s"]*@[^\s"]*|(?<="PartialAddress":")[^"]*/g

function shown({ status, headers, text }: Answer): Seen {
  const body = text
    .replaceAll(RANDOM, (_match, name: string, value: string) => `"${name}":"${value.length} letters"`)
    .replaceAll(/"id":"\d{18}"/g, '"id":"18 digits"')
    .replaceAll(ADDRESS, 'an address')
  const bytes = Buffer.byteLength(text)
  return {
    status,
    headers: headers.map(([name, value]) => {
      switch (name.toLowerCase()) {
        case 'date':
          return [name, 'a date']
        case 'content-length':
          return [name, value === String(bytes) ? 'right' : `${value} for ${bytes} bytes`]
        case 'set-cookie':
          return [name, value.replace(/=([^;]*)/, (_match, cookie: string) => `=${cookie.length} letters`)]
        default:
          return [name, value]
      }
    }),
    body,
  }
}
