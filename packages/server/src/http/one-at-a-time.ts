import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

export interface ConnectionLimits {
  /** Requests on one connection that may wait for the answer to an earlier one. */
  readonly pipelined: number
  /** After so many a connection is closed. */
  readonly requestsPerConnection: number
}

/** The requests of one connection: how many were handled, and those that wait for the answer to an earlier one. */
interface Line {
  handled: number
  /** The answer that is on its way. */
  answering: ServerResponse | undefined
  readonly waiting: (() => void)[]
}

export interface OneAtATime {
  readonly listener: RequestListener
  /** The answer that is on its way on a connection. */
  readonly answerOn: (socket: Duplex) => ServerResponse | undefined
  /** All answers that are on their way. */
  readonly answers: () => readonly ServerResponse[]
}

/**
 * Handles the requests of a connection one after the other, as their answers go out in that order anyway: whoever sends many at once, or reads no
 * answer, holds up nobody else. A connection on which more wait is dropped. The last answer of a connection says that it is.
 */
export function oneAtATime(listener: RequestListener, { pipelined, requestsPerConnection }: ConnectionLimits): OneAtATime {
  const lines = new Map<Duplex, Line>()
  const handle = (line: Line, request: IncomingMessage, response: ServerResponse): void => {
    line.handled += 1
    line.answering = response
    if (line.handled >= requestsPerConnection) response.setHeader('Connection', 'close')
    // Emitted when the answer has been handed over as a whole, or can no longer be.
    response.once('close', () => {
      line.answering = undefined
      if (!request.socket.destroyed && line.handled < requestsPerConnection) line.waiting.shift()?.()
    })
    listener(request, response)
  }
  const lineOf = (socket: Duplex): Line => {
    const known = lines.get(socket)
    if (known) return known
    const line: Line = { handled: 0, answering: undefined, waiting: [] }
    lines.set(socket, line)
    socket.once('close', () => lines.delete(socket))
    return line
  }
  return {
    answerOn: (socket) => lines.get(socket)?.answering,
    answers: () => [...lines.values()].flatMap(({ answering }) => answering ?? []),
    listener(request, response) {
      const line = lineOf(request.socket)
      if (line.answering === undefined) handle(line, request, response)
      else if (line.waiting.length < pipelined) line.waiting.push(() => handle(line, request, response))
      else request.socket.destroy()
    },
  }
}
