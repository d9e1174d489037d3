import { connect, type Socket } from 'node:net'
import type { Answer } from '../call.js'
import { bytesOf, type Draft } from './draft.js'

/** What came of a draft: an answer, or why there is none. */
export type Outcome = { readonly is: 'answer'; readonly answer: Answer } | { readonly is: 'closed' } | { readonly is: 'hang' }

/** Longest that an answer may take: what does not come by then does not come. Generous, as machines may be busy. */
const PATIENCE_MS = 30_000

/** Puts bytes on the wire that no HTTP client would send. Connections are used again while both sides agree what was said. */
export class RawClient {
  readonly #idle: Socket[] = []
  readonly #port: number

  constructor(url: string) {
    this.#port = Number(new URL(url).port)
  }

  async send(draft: Draft): Promise<Outcome> {
    const socket = (draft.wild ? undefined : this.#rested()) ?? (await this.#opened())
    const { outcome, reusable } = await exchange(socket, draft)
    if (reusable && !draft.wild) this.#idle.push(socket)
    else socket.destroy()
    return outcome
  }

  close(): void {
    for (const socket of this.#idle.splice(0)) socket.destroy()
  }

  #rested(): Socket | undefined {
    for (let socket = this.#idle.pop(); socket; socket = this.#idle.pop()) {
      if (!socket.destroyed && !socket.readableEnded && socket.readable) return socket
      socket.destroy()
    }
    return undefined
  }

  #opened(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true })
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        // A broken connection is told by its end.
        socket.on('error', () => undefined)
        resolve(socket)
      })
    })
  }
}

function exchange(socket: Socket, draft: Draft): Promise<{ readonly outcome: Outcome; readonly reusable: boolean }> {
  return new Promise((resolve) => {
    let got: Buffer = Buffer.alloc(0)
    let ended = false
    const settle = (outcome: Outcome, reusable: boolean) => {
      clearTimeout(patience)
      socket.off('data', onData).off('end', onEnd).off('close', onEnd)
      resolve({ outcome, reusable })
    }
    const look = () => {
      const read = answerIn(got, draft.method === 'HEAD', ended)
      if (read) settle({ is: 'answer', answer: read.answer }, !read.closes && !ended)
      else if (ended) settle({ is: 'closed' }, false)
    }
    const onData = (chunk: Buffer) => {
      got = got.length === 0 ? chunk : Buffer.concat([got, chunk])
      look()
    }
    const onEnd = () => {
      ended = true
      look()
    }
    const patience = setTimeout(() => settle({ is: 'hang' }, false), PATIENCE_MS)
    socket.on('data', onData).once('end', onEnd).once('close', onEnd)
    const bytes = bytesOf(draft)
    if (draft.wild) socket.end(bytes)
    else socket.write(bytes)
  })
}

/** The first whole answer that is no interim one. @returns undefined while there is none. */
function answerIn(got: Buffer, isHead: boolean, ended: boolean): { readonly answer: Answer; readonly closes: boolean } | undefined {
  const end = got.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [line = '', ...lines] = got.toString('latin1', 0, end).split('\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1] ?? 0)
  if (status >= 100 && status < 200) return answerIn(got.subarray(end + 4), isHead, ended)
  const headers = lines.map((text) => [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1).trim()] as const)
  const value = (name: string) => headers.find(([given]) => given.toLowerCase() === name)?.[1]
  const length = isHead || status === 204 || status === 304 ? 0 : Number(value('content-length') ?? Infinity)
  const rest = got.subarray(end + 4)
  if (rest.length < length && !(ended && length === Infinity)) return undefined
  const text = rest.toString('utf8', 0, Math.min(length, rest.length))
  return { answer: { status, headers, text }, closes: value('connection')?.toLowerCase() === 'close' || rest.length > length }
}
