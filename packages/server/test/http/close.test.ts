import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { createHttp } from '../../src/http/create-http.js'
import { echo, engine, serve } from './echo.js'

function connected(port: number, bytes: string) {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.setEncoding('latin1')
  socket.on('data', (more: string) => (text += more))
  socket.on('error', () => undefined)
  socket.on('connect', () => socket.write(bytes))
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(text)))
  const heard = (part: string) =>
    new Promise<void>((resolve) => {
      const look = () => (text.includes(part) ? resolve() : undefined)
      socket.on('data', look)
      look()
    })
  return { closed, heard, opened: new Promise((resolve) => socket.once('connect', resolve)) }
}

/** An engine whose `slow` flow says when it was reached, and waits. */
function waiting() {
  let release = () => {}
  let arrived = () => {}
  const reached = new Promise<void>((resolve) => (arrived = resolve))
  const inner = engine(new Promise<void>((resolve) => (release = resolve)))
  return {
    reached,
    release: () => release(),
    engine: {
      ...inner,
      handle: (intent: Parameters<typeof inner.handle>[0]) => {
        arrived()
        return inner.handle(intent)
      },
    },
  }
}

const SLOW = 'GET /echo/flow/slow HTTP/1.1\r\nHost: x\r\n\r\n'

describe('closing', () => {
  test('lets a request in flight finish, ends idle connections, takes no new ones', async () => {
    const slow = waiting()
    const { port, url, listening } = await serve({ engine: slow.engine })
    const idle = connected(port, 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n')
    await idle.heard('"ok"')
    const silent = connected(port, '')
    await silent.opened
    const flying = connected(port, SLOW)
    await slow.reached

    const closing = listening.close()
    expect(await idle.closed).toContain('200 OK')
    expect(await silent.closed).toBe('')
    await expect(fetch(`${url}/health`)).rejects.toThrow('fetch failed')
    slow.release()
    const answer = await flying.closed
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(answer).toMatch(/\r\nConnection: close\r\n/i)
    await closing
    await listening.close()
  })

  test('drops what does not finish', async () => {
    const slow = waiting()
    const { port, listening } = await serve({ engine: slow.engine, limits: { closeMs: 50 } })
    const flying = connected(port, SLOW)
    await slow.reached
    await listening.close()
    expect(await flying.closed).toBe('')
    slow.release()
  })

  test('an address that is taken is told to whoever opens it', async () => {
    const { port } = await serve()
    const http = createHttp({ engine: engine(), dialects: [echo], onFault: () => undefined })
    await expect(http.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
