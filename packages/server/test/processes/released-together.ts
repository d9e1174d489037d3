import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import type { JsonObject } from '@rekey/core'
import { HEADERS, submitPath } from './visitor.js'
import type { Server } from './server.js'

export interface RacingRequest {
  readonly server: Pick<Server, 'url'>
  readonly process: string
  readonly body: JsonObject
}

/** An answer as its bytes say it, without the header that tells the time. */
export interface RawAnswer {
  readonly status: number
  readonly head: string
  readonly body: string
}

/**
 * Sends requests that reach their servers at once: each has a connection of its own and is written but for its last byte; when all are,
 * the last bytes follow.
 */
export async function releasedTogether(requests: readonly RacingRequest[]): Promise<readonly RawAnswer[]> {
  const waiting = await Promise.all(requests.map(writeAllButTheLastByte))
  const answers = waiting.map(({ socket }) => text(socket))
  for (const { socket, lastByte } of waiting) socket.write(lastByte)
  return (await Promise.all(answers)).map(rawAnswer)
}

async function writeAllButTheLastByte({ server, process, body }: RacingRequest): Promise<{ socket: Socket; lastByte: Buffer }> {
  const { hostname, port, host } = new URL(server.url)
  const bytes = Buffer.from(JSON.stringify(body))
  const headers = { ...HEADERS, Host: host, 'Content-Length': String(bytes.length), Connection: 'close' }
  const head = [`POST ${submitPath(process)} HTTP/1.1`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)].join('\r\n')
  const socket = connect(Number(port), hostname)
  socket.setNoDelay(true)
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.write(Buffer.concat([Buffer.from(`${head}\r\n\r\n`), bytes.subarray(0, -1)]), () => resolve())
  })
  return { socket, lastByte: bytes.subarray(-1) }
}

function rawAnswer(whole: string): RawAnswer {
  const end = whole.indexOf('\r\n\r\n')
  const lines = whole.slice(0, end).split('\r\n')
  return {
    status: Number(lines[0]?.split(' ')[1]),
    head: lines.filter((line) => !line.toLowerCase().startsWith('date:')).join('\r\n'),
    body: whole.slice(end + 4),
  }
}
