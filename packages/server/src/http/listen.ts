import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TrustedProxies } from './client-address.js'
import { Crowd } from './crowd.js'
import type { HttpLimits } from './limits.js'
import { oneAtATime } from './one-at-a-time.js'
import { problemDetails, type HttpProblem } from './problem-details.js'
import { encodeBody, headersOf } from './send.js'

/** A server that accepts requests. */
export interface Listening {
  readonly host: string
  /** The port that was opened, also when any free one was asked for. */
  readonly port: number
  /** From now on every answer ends its connection, so that callers look elsewhere for the next one; all are still answered. */
  retire(): void
  /** Stops accepting, lets requests in flight finish, drops what is left after `closeMs`. Closing again waits for the same end. */
  close(): Promise<void>
}

/**
 * Opens a server with limits for slow, long and many.
 * @throws when the address is taken or not ours.
 */
export async function listen(
  listener: RequestListener,
  at: { readonly host: string; readonly port: number },
  { limits, trusted }: { readonly limits: HttpLimits; readonly trusted: TrustedProxies },
): Promise<Listening> {
  const sockets = new Set<Socket>()
  let closing: Promise<void> | undefined
  let retired = false
  const serve: RequestListener = (request, response) => {
    if (closing || retired) response.setHeader('Connection', 'close')
    listener(request, response)
  }
  const { listener: inTurn, answerOn, answers } = oneAtATime(serve, limits)
  const server = createServer(serverOptions(limits), inTurn)
  server.maxConnections = limits.connections
  // By default headers after the 2 000th are dropped in silence; their bytes and their number are limited anyway.
  server.maxHeadersCount = 0
  server.timeout = limits.idleMs
  // While we are at work on an answer nothing moves either, and that is no fault of the caller's. Once it is on its way, the time counts again.
  server.on('timeout', (socket) => {
    const response = answerOn(socket)
    if (response === undefined || !response.req.complete || response.headersSent) socket.destroy()
  })
  const crowd = new Crowd(limits.connectionsPerAddress, trusted)
  server.on('connection', (socket) => {
    if (!crowd.admit(socket)) return
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('checkExpectation', (_request, response: ServerResponse) => {
    const { status, headers, text } = closingProblem('expectation-failed')
    response.writeHead(status, headers).end(text)
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => answerBroken(error, socket, answerOn(socket)))

  await opened(server, at)
  const { port } = addressOf(server)
  return {
    host: at.host,
    port,
    retire() {
      retired = true
    },
    close() {
      closing ??= closeDown(server, answers(), sockets, limits.closeMs)
      return closing
    },
  }
}

function serverOptions(limits: HttpLimits) {
  return {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
    // Checked at the edge, which answers with a body.
    requireHostHeader: false,
  }
}

function opened(server: Server, at: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(at.port, at.host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function addressOf(server: Server): AddressInfo {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  return address
}

const BROKEN: ReadonlyMap<string, HttpProblem> = new Map([
  ['HPE_HEADER_OVERFLOW', 'headers-too-large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', 'request-timeout'],
])

/**
 * Answers what is no HTTP, or did not come in time, and closes. Nothing is written while an earlier request on the connection waits for
 * its answer: the caller would take ours for it.
 */
function answerBroken(error: NodeJS.ErrnoException, socket: Duplex, waiting: ServerResponse | undefined): void {
  const others = waiting !== undefined && (waiting.req.complete || waiting.headersSent)
  if (error.code === 'ECONNRESET' || !socket.writable || others) {
    socket.destroy()
    return
  }
  const { status, title, headers, text } = closingProblem(BROKEN.get(error.code ?? '') ?? 'bad-request')
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${title}\r\n${lines.join('')}\r\n${text}`, () => socket.destroy())
}

/** Problem details that end their connection, ready to be written. */
function closingProblem(code: HttpProblem) {
  const problem = problemDetails(code)
  const { type, text } = encodeBody(problem.body)
  const headers = { ...headersOf(problem, type), 'Content-Length': String(Buffer.byteLength(text)), Connection: 'close' }
  return { status: problem.status, title: problem.body.title, headers, text }
}

/** How long a close waits for the first byte of connections that were taken before it. */
const FIRST_BYTE_MS = 200

async function closeDown(server: Server, answers: readonly ServerResponse[], sockets: ReadonlySet<Socket>, closeMs: number): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  for (const response of answers) if (!response.headersSent) response.setHeader('Connection', 'close')
  server.closeIdleConnections()
  // A connection that never sent a byte is not idle in Node's eyes; of one that was just taken the first bytes may be on their way.
  const silent = setTimeout(() => {
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
  }, FIRST_BYTE_MS)
  const deadline = setTimeout(() => server.closeAllConnections(), closeMs)
  await ended
  clearTimeout(silent)
  clearTimeout(deadline)
}
