import { describe, expect, test } from 'vitest'
import { parsed, raw, serve } from './echo.js'

const GUARDED = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
const problem = (code: string, title: string, status: number) => ({ type: `urn:rekey:${code}`, title, status })

describe('serving', () => {
  test('hands a request to its route as plain data', async () => {
    const { url } = await serve()
    const response = await fetch(`${url}/echo/flow/kn%6Fwn?a=1&b=%20&a=2`, {
      method: 'POST',
      headers: { 'X-One': '1', 'x-forwarded-for': '203.0.113.9' },
      body: '{"ü":1}',
    })
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(Object.fromEntries(response.headers)).toMatchObject(GUARDED)
    const { headers, ...rest } = JSON.parse(await response.text())
    expect(headers).toMatchObject({ 'x-one': ['1'] })
    expect(rest).toEqual({
      method: 'POST',
      path: '/echo/flow/known',
      params: { as: 'known' },
      query: [
        ['a', '1'],
        ['b', ' '],
        ['a', '2'],
      ],
      body: { is: 'text', text: '{"ü":1}' },
      address: '127.0.0.1',
      requestId: 'request-1',
      now: '1970-01-01T00:00:00.000Z',
    })
  })

  test('keeps the values of repeated headers apart', async () => {
    const { port } = await serve()
    const lines = ['Host: x', 'Content-Type: a', 'Content-Type: b', 'Authorization: c', 'Authorization: d', 'Connection: close']
    const { body } = parsed(await raw(port, `GET /echo/flow/known HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`))
    expect(JSON.parse(body).headers).toMatchObject({ 'content-type': ['a', 'b'], authorization: ['c', 'd'] })
  })

  test.for([
    ['the engine answers with a problem', '/echo/flow/unknown', 200, '{"problem":"flow-unknown"}'],
    ['a query is answered', '/echo/Loose', 200, '["known"]'],
    ['a query path in another letter case', '/ECHO/lOOSE', 200, '["known"]'],
    ['a query is refused', '/echo/Loose?x', 400, '{"refused":true}'],
    ['an answer without a body', '/echo/rules', 204, ''],
  ] as const)('%s', async ([, path, status, body]) => {
    const { url } = await serve()
    const response = await fetch(`${url}${path}`)
    expect([response.status, await response.text()]).toEqual([status, body])
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test("keeps the dialect's own headers", async () => {
    const { url } = await serve()
    const { headers } = await fetch(`${url}/echo/Loose`)
    expect([headers.get('cache-control'), headers.get('content-type')]).toEqual(['private', 'application/vnd.echo'])
  })

  test('has no type and no length for an answer without a body', async () => {
    const { url } = await serve()
    const { headers } = await fetch(`${url}/echo/rules`)
    expect([headers.get('content-type'), headers.get('content-length'), headers.get('transfer-encoding')]).toEqual([null, null, null])
  })

  test.for([
    ['GET', '{"status":"ok"}'],
    ['HEAD', ''],
  ] as const)('sends an answer to %s with its length, in one order (SEC-1)', async ([method, text]) => {
    const { port } = await serve()
    const { headers, body } = parsed(await raw(port, `${method} /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`))
    expect([[...headers.keys()], headers.get('content-length'), body]).toEqual([
      ['cache-control', 'x-content-type-options', 'content-type', 'content-length', 'date', 'connection'],
      '15',
      text,
    ])
  })

  test.for([
    ['another letter case', 'GET', '/echo/Flow/known', 'no-route'],
    ['a slash at the end', 'GET', '/echo/flow/known/', 'no-route'],
    ['an unknown path', 'GET', '/echo/x', 'no-route'],
    ['the prefix itself', 'GET', '/echo', 'no-route'],
    ['HEAD', 'HEAD', '/echo/flow/known', undefined],
    ['OPTIONS', 'OPTIONS', '/echo/flow/known', 'bad-method'],
    ['PUT', 'PUT', '/echo/flow/known', 'bad-method'],
    ['PATCH', 'PATCH', '/echo/flow/known', 'bad-method'],
    ['DELETE', 'DELETE', '/echo/flow/known', 'bad-method'],
    ['GET where there is POST', 'GET', '/echo/body', 'bad-method'],
  ] as const)('leaves %s to the dialect (SEC-54)', async ([, method, path, stray]) => {
    const { url } = await serve()
    const response = await fetch(`${url}${path}`, { method })
    const body = await response.text()
    expect([response.status, body]).toEqual([404, stray === undefined ? '' : JSON.stringify({ stray, path })])
  })

  test.for(['TRACE', 'PROPFIND', 'PURGE', 'SEARCH', 'LOCK'])('leaves the method %s to the dialect (SEC-54)', async (method) => {
    const { port } = await serve()
    const answer = parsed(await raw(port, `${method} /echo/flow/known HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`))
    expect([answer.status, answer.body]).toEqual([404, '{"stray":"bad-method","path":"/echo/flow/known"}'])
  })

  test.for([
    ['/echo/%', 'bad-path', '/echo/%'],
    ['/echo/%ff', 'bad-path', '/echo/%ff'],
    ['/echo/flow/%00', 'bad-path', '/echo/flow/%00'],
    ['/echo/flow/a%0d%0ab', 'bad-path', '/echo/flow/a%0d%0ab'],
    ['/echo/flow/known#x', 'bad-path', '/echo/flow/known#x'],
    ['/echo//flow/known', 'no-route', '/echo//flow/known'],
    ['/echo/../flow/known', 'no-route', '/echo/../flow/known'],
    ['/echo/flow/a/b', 'no-route', '/echo/flow/a/b'],
    ['/echo;a=b/flow/known', undefined, ''],
    ['//echo/flow/known', undefined, ''],
    ['/%65cho/flow/known', 'no-route', '/echo/flow/known'],
  ] as const)('answers the target %s (SEC-54)', async ([target, stray, path]) => {
    const { port } = await serve()
    const answer = parsed(await raw(port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`))
    expect([answer.status, JSON.parse(answer.body)]).toEqual([404, stray ? { stray, path } : problem('not-found', 'Not Found', 404)])
  })

  test.for([
    ['an encoded slash in a parameter', '/echo/flow/a%2Fb', 'a/b'],
    ['a parameter with a semicolon', '/echo/flow/known;a=b', 'known;a=b'],
    ['an absolute target', 'http://evil.example/echo/flow/known', 'known'],
  ] as const)('reads %s', async ([, target, as]) => {
    const { port } = await serve()
    const answer = parsed(await raw(port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`))
    expect([answer.status, answer.body.includes(as === 'known' ? '"as":"known"' : '"problem"')]).toEqual([200, true])
  })

  test.for([
    ['HTTP://evil.example/echo/flow/known', 200],
    ['http://h:/echo/flow/known', 200],
    ['http://[zz/echo/flow/known', 200],
    ['http://x:abc/echo/flow/known?token=secret', 200],
    ['http://H/echo\\flow/known', 404],
    ['HTTP://h/dev\\hello', 404],
    ['http://h:/dev\\hello', 404],
  ] as const)('SEC-54 SEC-78 reads the absolute target %s as it stands', async ([target, status]) => {
    const faults: unknown[] = []
    const { port } = await serve({
      onFault: (fault) => faults.push(fault),
      routes: [{ method: 'GET', path: '/dev/hello', handle: () => ({ status: 200, headers: {}, body: 'hello' }) }],
    })
    const answer = parsed(await raw(port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`))
    expect([answer.status, faults]).toEqual([status, []])
  })

  test.for([
    ['/', 404, problem('not-found', 'Not Found', 404)],
    ['/echoes', 404, problem('not-found', 'Not Found', 404)],
    ['/__proto__', 404, problem('not-found', 'Not Found', 404)],
    ['/Health', 404, problem('not-found', 'Not Found', 404)],
  ] as const)('answers %s itself', async ([path, status, body]) => {
    const { url } = await serve()
    const response = await fetch(`${url}${path}`)
    expect([response.status, await response.json()]).toEqual([status, body])
    expect(Object.fromEntries(response.headers)).toMatchObject({ ...GUARDED, 'content-type': 'application/problem+json' })
  })

  test('serves plain routes', async () => {
    const { url } = await serve({
      routes: [
        {
          method: 'GET',
          path: '/dev/hello',
          handle: ({ query }) => ({ status: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: `<p>${query.length}</p>` }),
        },
      ],
    })
    const response = await fetch(`${url}/dev/hello?a=1`)
    expect([response.headers.get('content-type'), await response.text()]).toEqual(['text/html; charset=utf-8', '<p>1</p>'])
    const refused = await fetch(`${url}/dev/hello`, { method: 'DELETE' })
    expect([refused.status, refused.headers.get('allow'), await refused.json()]).toEqual([
      405,
      'HEAD, GET',
      problem('method-not-allowed', 'Method Not Allowed', 405),
    ])
  })
})

test('GET /health says that the process lives, whatever else is there', async () => {
  const { url } = await serve({ ready: () => Promise.resolve(false) })
  const response = await fetch(`${url}/health`)
  expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }])
})

describe('GET /ready', () => {
  test.for([
    ['well without a check', undefined, 200],
    ['well', () => Promise.resolve(true), 200],
    ['unwell', () => Promise.resolve(false), 503],
    ['falling over', () => Promise.reject(new Error('no store')), 503],
  ] as const)('%s', async ([, ready, status]) => {
    const { url } = await serve(ready ? { ready } : {})
    const response = await fetch(`${url}/ready`)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual(status === 200 ? { status: 'ready' } : problem('unavailable', 'Service Unavailable', 503))
    const head = await fetch(`${url}/ready`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([status, ''])
  })
})

describe('a fault', () => {
  test.for([
    ['read', 'read fails'],
    ['engine', 'engine fails'],
    ['write', 'write fails'],
  ] as const)('in %s is reported once and answered by the dialect', async ([flow, message]) => {
    const { url, faults } = await serve()
    const response = await fetch(`${url}/echo/flow/${flow}`)
    expect([response.status, await response.json()]).toEqual([503, { stray: 'fault', path: `/echo/flow/${flow}` }])
    expect(faults).toEqual([{ message, place: { requestId: 'request-1', method: 'GET', route: '/echo/flow/:as' } }])
  })

  test('in the answer to a fault is answered all the same', async () => {
    const { url, faults } = await serve()
    const response = await fetch(`${url}/echo/flow/worse`)
    expect([response.status, await response.json()]).toEqual([503, problem('unavailable', 'Service Unavailable', 503)])
    expect(faults.map(({ message }) => message)).toEqual(['read fails', 'stray fails'])
  })
})

describe('the client address (SEC-29)', () => {
  test.for([
    ['the socket', [], '203.0.113.9', '127.0.0.1'],
    ['the hop before a trusted proxy', ['127.0.0.0/8'], '198.51.100.7, 203.0.113.9', '203.0.113.9'],
  ] as const)('is %s', async ([, trustedProxies, forwarded, address]) => {
    const { url } = await serve({ trustedProxies })
    const headers = { 'x-forwarded-for': forwarded, forwarded: 'for=192.0.2.1', 'x-real-ip': '192.0.2.2' }
    const response = await fetch(`${url}/echo/flow/known`, { headers })
    expect(await response.json()).toMatchObject({ address })
  })
})
