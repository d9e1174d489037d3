import { expect, onTestFinished, test } from 'vitest'
import { isForeignToDevelopment } from '../../src/pages/developer-paths.js'
import { mailboxRoutes } from '../../src/pages/mailbox-routes.js'
import { parsed, raw, serve } from '../http/echo.js'
import { wireServer } from '../wire/server.js'

const UNKNOWN = { status: 404, body: '{"type":"urn:rekey:not-found","title":"Not Found","status":404}' }
const MAILBOX = { status: 200, body: '[]' }

test.for<readonly [what: string, line: string, headers: readonly string[], answer: typeof UNKNOWN]>([
  ['this machine', 'GET /dev/mailbox', ['Host: 127.0.0.1:8080'], MAILBOX],
  ['this machine by name', 'GET /dev/mailbox?to=a', ['Host: LocalHost:8080'], MAILBOX],
  ['this machine in IPv6', 'GET /dev/mailbox', ['Host: [::1]:8080'], MAILBOX],
  ['this machine without a port', 'GET /dev/mailbox', ['Host: [::1]'], MAILBOX],
  ['a name that leads here', 'GET /dev/mailbox', ['Host: evil.example:8080'], UNKNOWN],
  ['a name that begins like ours', 'GET /dev/mailbox', ['Host: localhost.evil.example'], UNKNOWN],
  ['an empty name', 'GET /dev/mailbox', ['Host: '], UNKNOWN],
  ['our name in the target alone', 'GET http://127.0.0.1/dev/mailbox', ['Host: evil.example'], UNKNOWN],
  ['a proxy', 'GET /dev/mailbox', ['Host: localhost', 'X-Forwarded-For: 203.0.113.9'], UNKNOWN],
  ['a proxy that says little', 'GET /dev/mailbox', ['Host: localhost', 'x-forwarded-proto: https'], UNKNOWN],
  ['a proxy by the standard', 'GET /dev/mailbox', ['Host: localhost', 'Forwarded: for=203.0.113.9'], UNKNOWN],
  ['another method', 'POST /dev/mailbox', ['Host: evil.example', 'Content-Length: 0'], UNKNOWN],
  ['a path that nobody has', 'GET /dev/x', ['Host: evil.example'], UNKNOWN],
])('the mailbox for a request by %s', async ([, line, headers, answer]) => {
  const { port } = await serve({ routes: mailboxRoutes({ list: () => [] }), hides: isForeignToDevelopment })
  const { status, body } = parsed(await raw(port, `${line} HTTP/1.1\r\n${[...headers, 'Connection: close'].join('\r\n')}\r\n\r\n`))
  expect({ status, body }).toEqual(answer)
})

test('every other path is there for everybody', async () => {
  const { port } = await serve({ hides: isForeignToDevelopment })
  const asked = 'GET /health HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-For: 203.0.113.9\r\nConnection: close\r\n\r\n'
  expect(parsed(await raw(port, asked)).status).toBe(200)
})

test('a server as it is composed keeps to it (SEC-78)', async () => {
  const server = await wireServer()
  onTestFinished(() => server.close())
  const port = Number(new URL(server.running.url).port)
  const asked = (host: string) => raw(port, `GET /dev/mailbox HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  const answers = [parsed(await asked('127.0.0.1')), parsed(await asked('evil.example'))]
  expect(answers.map(({ status, body }) => ({ status, body }))).toEqual([MAILBOX, UNKNOWN])
})
