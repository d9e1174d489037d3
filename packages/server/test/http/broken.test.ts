import { connect, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { engine, parsed, raw, serve } from './echo.js'

const problem = (code: string, title: string, status: number) => ({ type: `urn:rekey:${code}`, title, status })
const BAD = problem('bad-request', 'Bad Request', 400)

describe('what is hardly HTTP', () => {
  test.for<readonly [string, string, ReturnType<typeof problem>]>([
    ['noise', 'hello\r\n\r\n', BAD],
    ['an unknown method', 'FETCH / HTTP/1.1\r\nHost: x\r\n\r\n', BAD],
    ['two lengths', 'POST /echo/body HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na', BAD],
    ['a length and chunks', 'POST /echo/body HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', BAD],
    ['a control character in a header', 'GET / HTTP/1.1\r\nHost: x\r\nA: \u0001\r\n\r\n', BAD],
    ['no host', 'GET /echo/flow/known HTTP/1.1\r\nConnection: close\r\n\r\n', BAD],
    ['two hosts', 'GET /echo/flow/known HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n', BAD],
    ['a target that is no path', 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', problem('not-found', 'Not Found', 404)],
    [
      'long headers',
      `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`,
      problem('headers-too-large', 'Request Header Fields Too Large', 431),
    ],
    [
      'a long target',
      `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      problem('headers-too-large', 'Request Header Fields Too Large', 431),
    ],
    [
      'an expectation',
      'POST /echo/body HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n',
      problem('expectation-failed', 'Expectation Failed', 417),
    ],
  ])('is answered as JSON: %s (SEC-55)', async ([, bytes, body]) => {
    const { port, faults } = await serve()
    const answer = parsed(await raw(port, bytes))
    expect([answer.status, JSON.parse(answer.body)]).toEqual([body.status, body])
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(faults).toEqual([])
  })

  test('does not overtake the answer to an earlier request', async () => {
    let release = () => {}
    const { port } = await serve({ engine: engine(new Promise<void>((resolve) => (release = resolve))) })
    const answer = await raw(port, 'GET /echo/flow/slow HTTP/1.1\r\nHost: x\r\n\r\nnoise\r\n\r\n')
    release()
    expect(answer).toBe('')
  })

  test('headers that do not come in time are answered with 408', async () => {
    const { port } = await serve({ limits: { headersMs: 100 } })
    expect(parsed(await raw(port, 'GET / HTTP/1.1\r\n')).status).toBe(408)
  })

  test('hundreds of slow senders leave the others served (SEC-82)', async () => {
    const { port, url } = await serve({ limits: { headersMs: 500 } })
    const sockets = await Promise.all(Array.from({ length: 300 }, () => slowSender(port)))
    const drip = setInterval(() => {
      for (const socket of sockets) if (socket.writable) socket.write('x')
    }, 50)
    const closed = Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))))
    expect((await fetch(`${url}/echo/flow/known`)).status).toBe(200)
    await closed
    clearInterval(drip)
    expect((await fetch(`${url}/health`)).status).toBe(200)
  })
})

function slowSender(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('GET / HTTP/1.1\r\nX: ')
      resolve(socket)
    })
    // Being dropped is what the test waits for.
    socket.on('error', reject).resume()
  })
}
