import { describe, expect, test } from 'vitest'
import { forgerock } from '../../src/dialects/forgerock/index.js'
import { engine, parsed, raw, serve } from './echo.js'

const ANONYMOUS = { 'X-OpenIDM-Username': 'anonymous', 'X-OpenIDM-Password': 'anonymous' }
const mounted = () =>
  forgerock.mount(
    {},
    {
      publicUrl: 'https://rekey.example',
      options: (as) => (as === 'known' ? { as: 'known' } : undefined),
      passwordRules: () => [],
      sign: () => new Uint8Array(32),
    },
  )

describe('the forgerock dialect over HTTP', () => {
  test.for([
    ['GET', '/openidm/selfservice/nobody', {}, 403, 'Access denied'],
    ['GET', '/openidm/selfservice/__proto__', {}, 403, 'Access denied'],
    ['POST', '/openidm/selfservice/known', ANONYMOUS, 400, "No values provided for the request parameter '_action'"],
    ['POST', '/openidm/selfservice/known?_action=submitRequirements', {}, 401, 'Access Denied'],
    ['POST', '/openidm/selfservice/nobody/?_action=submitRequirements', ANONYMOUS, 403, 'Access denied'],
    ['PUT', '/openidm/selfservice/known', ANONYMOUS, 403, 'Access denied'],
    ['OPTIONS', '/openidm/selfservice/known', {}, 401, 'Access Denied'],
    ['GET', '/openidm/Selfservice/known', {}, 404, "Resource 'Selfservice/known' not found"],
    ['GET', '/openidm/', {}, 404, "Resource '' not found"],
    ['GET', '/openidm/selfservice/known//', {}, 404, "Resource 'selfservice/known//' not found"],
    ['GET', '/openidm/managed/user?_queryFilter=true', {}, 404, "Resource 'managed/user' not found"],
  ] as const)('%s %s', async ([method, path, headers, status, message]) => {
    const { url } = await serve({ dialects: [mounted()] })
    const response = await fetch(`${url}${path}`, { method, headers })
    expect([response.status, await response.json()]).toMatchObject([status, { code: status, message }])
    expect(response.headers.get('content-type')).toBe('application/json; charset=UTF-8')
    expect(response.headers.get('cache-control')).toBe('no-cache, no-store')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test.for([
    ['/openidm/selfservice/%', "Resource 'selfservice/%' not found"],
    ['/openidm/selfservice/%ff', "Resource 'selfservice/%ff' not found"],
    ['/openidm/selfservice/%00', "Resource 'selfservice/%00' not found"],
  ] as const)('GET %s', async ([target, message]) => {
    const { port } = await serve({ dialects: [mounted()] })
    const { status, body } = parsed(await raw(port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`))
    expect([status, JSON.parse(body)]).toEqual([404, { code: 404, reason: 'Not Found', message }])
  })

  test("a fault of the engine is the vendor's JSON", async () => {
    const broken = { ...engine(), handle: () => Promise.reject(new Error('no store')) }
    const { url, faults } = await serve({ dialects: [mounted()], engine: broken })
    const response = await fetch(`${url}/openidm/selfservice/known`)
    expect([response.status, await response.json()]).toEqual([
      503,
      { code: 503, reason: 'Service Unavailable', message: 'Service unavailable' },
    ])
    expect(faults).toEqual([{ message: 'no store', place: { requestId: 'request-1', method: 'GET', route: '/openidm/selfservice/:as' } }])
  })

  test("a megabyte is refused in the vendor's words and the connection serves on", async () => {
    const { url } = await serve({ dialects: [mounted()] })
    const target = `${url}/openidm/selfservice/known?_action=submitRequirements`
    const headers = { ...ANONYMOUS, 'Content-Type': 'application/json' }
    const response = await fetch(target, { method: 'POST', headers, body: JSON.stringify({ input: { a: 'a'.repeat(1_000_000) } }) })
    expect([response.status, await response.json()]).toMatchObject([413, { reason: 'Payload Too Large' }])
    expect((await fetch(`${url}/openidm/info/uiconfig`)).status).toBe(200)
  })
})
