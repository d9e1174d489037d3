import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Intent, QueryAnswers, Reply } from '@rekey/core'
import type { MountedDialect } from '../../src/dialect/dialect.js'
import type { WireRequest, WireResponse } from '../../src/dialect/wire.js'
import { createHttp, type FaultPlace, type HttpOptions } from '../../src/http/create-http.js'
import type { Listening } from '../../src/http/listen.js'
import type { Conversing } from '../../src/http/run-route.js'

/** What a test sees of a request: headers as pairs and the time as text, so that it can be printed. */
export function shown(request: WireRequest) {
  return { ...request, headers: [...request.headers], now: request.now.toISOString() }
}

function said(status: number, body: WireResponse['body']): WireResponse {
  return { status, headers: {}, ...(body !== undefined && { body }) }
}

/** A dialect that answers with what it was given. Its flows `read`, `write` and `engine` throw where their name says. */
export const echo: MountedDialect = {
  prefixes: ['/echo'],
  addresses: () => [],
  stray(request, fault) {
    if (request.path.endsWith('/worse')) throw new Error('stray fails')
    return said(fault === 'fault' ? 503 : 404, { stray: fault, path: request.path })
  },
  routes: [
    ...['GET', 'POST'].map((method) => ({
      method,
      path: '/echo/flow/:as',
      read(request: WireRequest): Intent {
        const flow = request.params['as'] ?? ''
        if (flow === 'read' || flow === 'worse') throw new Error('read fails')
        return {
          act: 'start',
          dialect: 'echo',
          flow,
          answers: [],
          request: { languages: [], address: request.address, requestId: request.requestId },
        }
      },
      write(_view: Reply['view'], problem: Reply['problem'], request: WireRequest): WireResponse {
        if (request.params['as'] === 'write') throw new Error('write fails')
        return said(200, problem ? { problem: problem.code } : { ...shown(request), headers: Object.fromEntries(request.headers) })
      },
    })),
    {
      method: 'GET',
      path: '/echo/Loose',
      caseInsensitive: true,
      query: 'flows',
      ask: (request) => (request.query.length > 0 ? { refuse: said(400, { refused: true }) } : { query: 'flows', dialect: 'echo' }),
      answer: (flows) => ({
        status: 200,
        headers: { 'cache-control': 'private', 'Content-Type': 'application/vnd.echo' },
        body: flows.map(({ as }) => as),
      }),
    },
    {
      method: 'GET',
      path: '/echo/rules',
      query: 'passwordRules',
      ask: () => ({ query: 'passwordRules' }),
      answer: () => said(204, undefined),
    },
    {
      method: 'POST',
      path: '/echo/body',
      query: 'passwordRules',
      ask: (request) => ({
        refuse: said(200, { body: request.body.is, length: request.body.is === 'text' ? request.body.text.length : 0 }),
      }),
      answer: () => said(200, {}),
    },
  ],
}

/** An engine that knows one flow, and falls over when asked for `engine`. `slow` waits for `release`. */
export function engine(release: Promise<unknown> = Promise.resolve()): Conversing {
  return {
    async handle({ flow }) {
      if (flow === 'engine') throw new Error('engine fails')
      if (flow === 'slow') await release
      return flow === 'known' || flow === 'slow' ? {} : { problem: { code: 'flow-unknown' } }
    },
    async query(query) {
      const answers: QueryAnswers = {
        passwordRules: [],
        checkPassword: [],
        factors: undefined,
        session: undefined,
        flows: [{ as: 'known', flow: 'known' }],
      }
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table has the right answer for each query; the compiler cannot follow
      return answers[query.query] as never
    },
  }
}

export interface Served {
  readonly url: string
  readonly port: number
  readonly faults: { readonly message: string; readonly place: FaultPlace }[]
  readonly listening: Listening
}

/** Serves on a free port until the test is over. */
export async function serve(over: Partial<HttpOptions> = {}): Promise<Served> {
  const faults: Served['faults'] = []
  let requests = 0
  const http = createHttp({
    engine: engine(),
    dialects: [echo],
    onFault: (fault, place) => faults.push({ message: fault instanceof Error ? fault.message : String(fault), place }),
    newRequestId: () => `request-${(requests += 1)}`,
    now: () => new Date(0),
    ...over,
  })
  const listening = await http.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => listening.close())
  return { url: `http://127.0.0.1:${listening.port}`, port: listening.port, faults, listening }
}

/** Writes bytes to a socket and gives everything that came back once the other side closes. */
export function raw(port: AddressInfo['port'], ...parts: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let heard = ''
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => (heard += text))
    socket.on('close', () => resolve(heard))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? undefined : reject(error),
    )
    for (const part of parts) socket.write(part)
  })
}

/** Status, headers by lower-case name, and body of a raw answer. */
export function parsed(answer: string) {
  const [head = '', ...body] = answer.split('\r\n\r\n')
  const [status = '', ...headers] = head.split('\r\n')
  return {
    status: Number(status.split(' ')[1]),
    headers: new Map(headers.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)])),
    body: body.join('\r\n\r\n'),
  }
}
