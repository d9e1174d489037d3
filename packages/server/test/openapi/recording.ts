import { isJsonObject, type JsonObject } from '@rekey/core'
import type { Call, Client } from '../wire/call.js'
import type { Exchange } from './judge.js'

/** Keeps everything that is said through a client from now on. */
export function recorded(client: Client): readonly Exchange[] {
  const exchanges: Exchange[] = []
  const send = client.send.bind(client)
  client.send = async (call: Call) => {
    const answer = await send(call)
    if (!call.target.startsWith('/dev/')) exchanges.push({ call, answer })
    return answer
  }
  return exchanges
}

/** The document of a dialect as the server itself gives it. */
export async function documentOf(client: Client, dialect: string): Promise<JsonObject> {
  const { text } = await client.get(`/dev/openapi/${dialect}.json`)
  const document: unknown = JSON.parse(text)
  if (!isJsonObject(document) || !('openapi' in document)) throw new Error(`no document of ${dialect}: ${text}`)
  return document
}
