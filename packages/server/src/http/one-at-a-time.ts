import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

export interface ConnectionLimits {
  /** Requests on one connection that may wait for the answer to an earlier one. */
  readonly pipelined: number
  /** After so many a connection is closed. */
  readonly requestsPerConnection: number
}

/** The requests of one connection: how many were handled, and those that wait for the answer to an earlier one. */
interface Line {
  isBusy: boolean
  handled: number
  readonly waiting: (() => void)[]
}

/**
 * Handles the requests of a connection one after the other, as their answers go out in that order anyway: whoever sends many at once, or reads no
 * answer, holds up nobody else. A connection on which more wait is dropped. The last answer of a connection says that it is.
 */
export function oneAtATime(listener: RequestListener, { pipelined, requestsPerConnection }: ConnectionLimits): RequestListener {
  const lines = new WeakMap<Socket, Line>()
  const handle = (line: Line, request: IncomingMessage, response: ServerResponse): void => {
    line.isBusy = true
    line.handled += 1
    if (line.handled >= requestsPerConnection) response.setHeader('Connection', 'close')
    // Emitted when the answer has been handed over as a whole, or can no longer be.
    response.once('close', () => {
      line.isBusy = false
      if (!request.socket.destroyed && line.handled < requestsPerConnection) line.waiting.shift()?.()
    })
    listener(request, response)
  }
  return (request, response) => {
    const { socket } = request
    const line = lines.get(socket) ?? { isBusy: false, handled: 0, waiting: [] }
    lines.set(socket, line)
    if (!line.isBusy) handle(line, request, response)
    else if (line.waiting.length < pipelined) line.waiting.push(() => handle(line, request, response))
    else socket.destroy()
  }
}
