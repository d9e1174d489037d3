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
  readonly waiting: (() => void)[]
}

export interface OneAtATime {
  readonly listener: RequestListener
  /** Answers that are on their way, by connection. */
  readonly answering: ReadonlyMap<Duplex, ServerResponse>
}

/**
 * Handles the requests of a connection one after the other, as their answers go out in that order anyway: whoever sends many at once, or reads no
 * answer, holds up nobody else. A connection on which more wait is dropped. The last answer of a connection says that it is.
 */
export function oneAtATime(listener: RequestListener, { pipelined, requestsPerConnection }: ConnectionLimits): OneAtATime {
  const lines = new WeakMap<Duplex, Line>()
  const answering = new Map<Duplex, ServerResponse>()
  const handle = (line: Line, request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request
    line.handled += 1
    if (line.handled >= requestsPerConnection) response.setHeader('Connection', 'close')
    answering.set(socket, response)
    // Emitted when the answer has been handed over as a whole, or can no longer be.
    response.once('close', () => {
      answering.delete(socket)
      if (!socket.destroyed && line.handled < requestsPerConnection) line.waiting.shift()?.()
    })
    listener(request, response)
  }
  const lineOf = (socket: Duplex): Line => {
    const known = lines.get(socket)
    if (known) return known
    const line: Line = { handled: 0, waiting: [] }
    lines.set(socket, line)
    return line
  }
  return {
    answering,
    listener(request, response) {
      const { socket } = request
      const line = lineOf(socket)
      if (!answering.has(socket)) handle(line, request, response)
      else if (line.waiting.length < pipelined) line.waiting.push(() => handle(line, request, response))
      else socket.destroy()
    },
  }
}
