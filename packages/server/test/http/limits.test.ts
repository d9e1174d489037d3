import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { until } from '@rekey/core/testing'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { MountedDialect } from '../../src/dialect/dialect.js'
import { createHttp } from '../../src/http/create-http.js'
import type { Conversing } from '../../src/http/run-route.js'
import { echo, engine, parsed, raw, serve } from './echo.js'

const GET = 'GET /echo/flow/known HTTP/1.1\r\nHost: x\r\n\r\n'
const LAST = 'GET /echo/flow/known HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'

/** A connection whose end is awaited, and what it has heard so far. */
async function opened(port: number, localAddress = '127.0.0.1') {
  const socket = connect({ port, host: '127.0.0.1', localAddress })
  onTestFinished(() => void socket.destroy())
  let heard = ''
  socket.setEncoding('latin1').on('data', (text: string) => (heard += text))
  // Being dropped is no fault here.
  socket.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  await new Promise<void>((resolve) => {
    socket.once('connect', resolve)
    socket.once('close', () => resolve())
  })
  return { socket, closed, heard: () => heard }
}

/** A connection that has been answered, so that the server has surely counted it. */
async function used(port: number, localAddress?: string) {
  const connection = await opened(port, localAddress)
  connection.socket.write(GET)
  await until('an answer', () => (connection.heard().endsWith('}') || connection.socket.destroyed ? true : undefined))
  return connection
}

const answers = (heard: string) => heard.match(/HTTP\/1\.1 (\d+)/g)?.map((line) => Number(line.slice(9))) ?? []

describe('connections (SEC-82)', () => {
  test('of one address are so many, and one that is closed makes room for another', async () => {
    const { port } = await serve({ limits: { connectionsPerAddress: 3 } })
    const three = [await used(port), await used(port), await used(port)]
    const fourth = await used(port)
    await fourth.closed
    expect(fourth.heard()).toBe('')
    expect(answers((await used(port, '127.0.0.2')).heard())).toEqual([200])

    three[0]?.socket.destroy()
    await until('room', async () => ((await used(port)).heard() === '' ? undefined : true))
    expect(answers((await used(port)).heard())).toEqual([])
    for (const { heard } of three) expect(answers(heard())).toEqual([200])
  })

  test('of a trusted proxy are not counted: it brings everybody', async () => {
    const { port } = await serve({ limits: { connectionsPerAddress: 1 }, trustedProxies: ['127.0.0.1/32'] })
    for (let count = 0; count < 5; count++) expect(answers((await used(port)).heard())).toEqual([200])
    await used(port, '127.0.0.2')
    expect((await used(port, '127.0.0.2')).heard()).toBe('')
  })

  test('are so many in all', async () => {
    const { port } = await serve({ limits: { connections: 2 } })
    await used(port, '127.0.0.2')
    await used(port, '127.0.0.3')
    expect((await used(port, '127.0.0.4')).heard()).toBe('')
  })

  test('end after so many requests', async () => {
    const { port } = await serve({ limits: { requestsPerConnection: 3 } })
    const connection = await used(port)
    for (const count of [2, 3]) {
      connection.socket.write(GET)
      await until(`answer ${count}`, () => (answers(connection.heard()).length === count ? true : undefined))
    }
    await connection.closed
    expect(answers(connection.heard())).toEqual([200, 200, 200])
    expect(connection.heard().match(/Connection: close/g)).toHaveLength(1)
  })

  test('of a slow sender end, while others are served, though a byte comes again and again', async () => {
    const { port, url } = await serve({ limits: { headersMs: 300 } })
    const slow = await Promise.all(Array.from({ length: 40 }, () => opened(port)))
    const drip = setInterval(() => slow.forEach(({ socket }) => socket.writable && socket.write('x')), 20)
    onTestFinished(() => clearInterval(drip))
    expect((await fetch(`${url}/echo/flow/known`)).status).toBe(200)
    await Promise.all(slow.map(({ closed }) => closed))
    expect(slow.flatMap(({ heard }) => answers(heard()))).not.toContain(200)
  })

  /** Ends when a connection that was opened just now has been idle for too long: so has every other one that is idle. */
  const idleIsOver = async (port: number) => (await opened(port)).closed

  test('on which nothing moves because we are at work are not idle: the answer is told', async () => {
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const { port } = await serve({ limits: { idleMs: 100 }, engine: engine(held) })
    const slow = await opened(port)
    slow.socket.write('GET /echo/flow/slow HTTP/1.1\r\nHost: x\r\n\r\n')
    const late = await opened(port)
    late.socket.write('POST /echo/body HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{')
    await idleIsOver(port)
    await idleIsOver(port)
    await late.closed
    expect([slow.socket.destroyed, answers(late.heard())]).toEqual([false, []])
    release()
    await until('the answer', () => (slow.heard().endsWith('}') ? true : undefined))
    expect(answers(slow.heard())).toEqual([200])
  })

  test('of which nobody reads the answer end, though it was on its way', async () => {
    const body = 'x'.repeat(32 * 1024 * 1024)
    const big = { method: 'GET', path: '/big', handle: () => ({ status: 200, headers: {}, body }) }
    const { port } = await serve({ limits: { idleMs: 100 }, routes: [big] })
    const { socket, closed, heard } = await opened(port)
    socket.write('GET /big HTTP/1.1\r\nHost: x\r\n\r\n')
    await until('the first bytes', () => (heard() === '' ? undefined : true))
    socket.pause()
    // What the two ends of the connection still take up counts as movement; Node looks twice as well.
    for (let times = 0; times < 8; times += 1) await idleIsOver(port)
    socket.resume()
    await closed
    expect(heard().length).toBeLessThan(body.length)
  })
})

describe('many requests on one connection', () => {
  test('are handled one after the other, in their order', async () => {
    let atOnce = 0
    let most = 0
    const known = engine()
    const { port } = await serve({
      engine: {
        ...known,
        async handle(intent) {
          most = Math.max(most, (atOnce += 1))
          await new Promise((resolve) => setImmediate(resolve))
          atOnce -= 1
          return known.handle(intent)
        },
      },
    })
    const all = await raw(port, GET.repeat(5) + LAST)
    expect(answers(all)).toEqual([200, 200, 200, 200, 200, 200])
    expect([...all.matchAll(/"requestId":"request-(\d)"/g)].map(([, id]) => Number(id))).toEqual([1, 2, 3, 4, 5, 6])
    expect(most).toBe(1)
  })

  test('that nobody waits for the answers of are dropped, with the connection', async () => {
    const handled = vi.fn<Conversing['handle']>(() => new Promise<never>(() => undefined))
    const { port, listening } = await serve({ limits: { pipelined: 4, closeMs: 1 }, engine: { ...engine(), handle: handled } })
    const connection = await opened(port)
    connection.socket.write(GET.repeat(10))
    await connection.closed
    expect([connection.heard(), handled.mock.calls.length]).toEqual(['', 1])
    await listening.close()
  })

  test('of a client that never reads cost no more than a few answers', async () => {
    const { port, url } = await serve({ limits: { pipelined: 4 } })
    const socket = connect(port, '127.0.0.1').pause()
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => undefined)
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    let sent = 0
    // Long headers come back in each answer, so that the buffers between the two are full soon.
    const request = `GET /echo/flow/known HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(8_000)}\r\n\r\n`
    for (; sent < 20_000 && !socket.destroyed; sent++) {
      socket.write(request)
      if (socket.writableLength > 1_000_000) await new Promise((resolve) => setImmediate(resolve))
    }
    await closed
    expect((await fetch(`${url}/echo/flow/known`)).status).toBe(200)
  })

  test('leave nothing behind when their connection goes', async () => {
    let release = () => {}
    const { port, url, listening, faults } = await serve({
      engine: engine(new Promise<void>((resolve) => (release = resolve))),
      limits: { closeMs: 60_000 },
    })
    const slow = GET.replace('known', 'slow')
    const many = await Promise.all(Array.from({ length: 20 }, () => opened(port)))
    for (const { socket } of many) socket.write(slow.repeat(5))
    expect((await fetch(`${url}/health`)).status).toBe(200)
    for (const { socket } of many) socket.destroy()
    release()
    // Would wait for a minute for requests that it believes in flight.
    await listening.close()
    expect(faults).toEqual([])
  })

  test('of HTTP/1.0 are one, unless it asks for more', async () => {
    const { port } = await serve()
    const plain = 'GET /echo/flow/known HTTP/1.0\r\n\r\n'
    const one = parsed(await raw(port, plain))
    expect([one.status, one.headers.get('connection')]).toEqual([200, 'close'])
    const kept = 'GET /echo/flow/known HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'
    expect(answers(await raw(port, kept, plain))).toEqual([200, 200])
  })
})

describe('headers (SEC-33)', () => {
  const withHeaders = (count: number) =>
    `GET /echo/flow/known HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${Array.from({ length: count - 2 }, (_, at) => `A${at}: 1\r\n`).join('')}\r\n`

  test.for([
    ['as many as may be', 100, 200],
    ['one more', 101, 431],
    ['so many that the parser would drop some in silence', 2_100, 431],
  ] as const)('%s', async ([, count, status]) => {
    const { port } = await serve({ limits: { headerBytes: 64 * 1024 } })
    const answer = parsed(await raw(port, withHeaders(count)))
    expect([answer.status, answer.headers.get('connection')]).toEqual([status, 'close'])
  })
})

describe('requests at once', () => {
  test('above the ceiling are answered by the dialect before the engine hears of them, and paths beside it are not held up', async () => {
    let release = () => {}
    const asked = engine(new Promise<void>((resolve) => (release = resolve)))
    const handle = vi.fn<Conversing['handle']>((intent) => asked.handle(intent))
    const { url, faults } = await serve({ engine: { ...asked, handle }, limits: { requestsAtOnce: 2 } })
    const held = [fetch(`${url}/echo/flow/slow`), fetch(`${url}/echo/flow/slow`)]
    await until('both at work', () => (handle.mock.calls.length === 2 ? true : undefined))
    const refused = await fetch(`${url}/echo/flow/known`, { method: 'POST', body: '{}' })
    expect([refused.status, await refused.json()]).toEqual([503, { stray: 'fault', path: '/echo/flow/known' }])
    expect([handle.mock.calls.length, (await fetch(`${url}/health`)).status, faults]).toEqual([2, 200, []])
    release()
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200])
    expect((await fetch(`${url}/echo/flow/known`)).status).toBe(200)
  })

  test('wait for their turn, in order, where more are at work than may be; whoever has gone away meanwhile is not begun', async () => {
    const releases: (() => void)[] = []
    const known = engine()
    const begun: string[] = []
    const handle = vi.fn<Conversing['handle']>(async (intent) => {
      begun.push(intent.request.requestId)
      await new Promise<void>((resolve) => releases.push(resolve))
      return known.handle(intent)
    })
    let [requests, ended] = [0, 0]
    const faults: unknown[] = []
    const callback = createHttp({
      engine: { ...known, handle },
      dialects: [echo],
      limits: { requestsAtWork: 1, requestsAtOnce: 4 },
      newRequestId: () => String((requests += 1)),
      onFault: (fault) => faults.push(fault),
    }).callback()
    const server = createServer((request, response) => {
      response.once('close', () => (ended += 1))
      callback(request, response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    // Listening on a port, a server has an address of this form.
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/echo/flow/known`
    const ask = async (number: number, init: RequestInit = {}) => {
      const asked = fetch(url, { method: 'POST', body: '{}', ...init })
      await until(`${number} have come`, () => (requests === number ? true : undefined))
      return { asked }
    }
    const impatient = new AbortController()
    const first = await ask(1)
    await until('the first is at work', () => releases[0])
    const second = await ask(2, { signal: impatient.signal })
    const third = await ask(3)
    const fourth = await ask(4)
    // The line is full.
    expect((await (await ask(5)).asked).status).toBe(503)
    impatient.abort()
    await expect(second.asked).rejects.toThrow(/abort/i)
    await until('the refused one and the impatient one have ended', () => (ended === 2 ? true : undefined))
    expect(begun).toEqual(['1'])
    for (const at of [0, 1, 2]) (await until(`turn ${at}`, () => releases[at]))()
    expect((await Promise.all([first.asked, third.asked, fourth.asked])).map(({ status }) => status)).toEqual([200, 200, 200])
    expect([begun, faults]).toEqual([['1', '3', '4'], []])
  })

  test('do not count answers that are only held back, as those to polls are', async () => {
    const known = engine()
    const handle = vi.fn<Conversing['handle']>((intent) => known.handle(intent))
    const held: MountedDialect = {
      ...echo,
      routes: echo.routes.map((route) => ('read' in route && route.method === 'POST' ? { ...route, holdMs: () => 500 } : route)),
    }
    const { url } = await serve({ engine: { ...known, handle }, dialects: [held], limits: { requestsAtOnce: 1 } })
    const polls = fetch(`${url}/echo/flow/known`, { method: 'POST', body: '{}' })
    await until('the poll was judged', () => (handle.mock.calls.length === 1 ? true : undefined))
    expect((await fetch(`${url}/echo/flow/known`)).status).toBe(200)
    expect((await polls).status).toBe(200)
  })
})
