import { afterAll, beforeAll, expect, test } from 'vitest'
import { DENIED, failure, liveServer, MUSTER, shown, type Live } from './live.js'

const ORIGIN = 'https://portal.example'

let live: Live
beforeAll(async () => {
  live = await liveServer({ settings: { origins: [ORIGIN] } })
})
afterAll(() => live.close())

const NOT_FOUND = failure(404, 10_003, 'Not found', 'VER_0003')

test.for([
  ['GET', '/password-srv/nothing'],
  ['DELETE', '/password-srv/password'],
  ['OPTIONS', '/password-srv/password'],
  ['GET', '/users-srv/resetpassword/initiate'],
  ['PUT', '/password-srv/password/'],
  ['PUT', '/Password-srv/../password-srv/passwordx'],
  ['GET', '/public-srv/%ff'],
  ['POST', '/password-srv/resetpassword?action=destroy'],
] as const)('%s %s is not found, in JSON', async ([method, path]) => {
  expect(shown(await live.send(method, path))).toEqual(NOT_FOUND)
})

test('a body that is too large is told in JSON, after the token where one is due', async () => {
  const body = { sub: MUSTER, old_password: 'x'.repeat(70_000) }
  const tooLarge = failure(413, 10_413, 'The request is too large')
  expect(shown(await live.json('PUT', '/password-srv/password', body))).toEqual(DENIED)
  expect(shown(await live.json('PUT', '/password-srv/password', body, await live.bearer(MUSTER)))).toEqual(tooLarge)
  expect(shown(await live.json('POST', '/users-srv/resetpassword/accept', body))).toEqual(tooLarge)
})

test('SEC-59 a page of a configured origin may call, another one may not', async () => {
  const ask = { 'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': 'authorization,content-type' }
  const allowed = await live.send('OPTIONS', '/password-srv/password', { ...ask, Origin: ORIGIN })
  const named = ['access-control-allow-origin', 'access-control-allow-methods', 'access-control-allow-credentials', 'vary']
  expect([allowed.status, allowed.text, ...named.map((name) => allowed.headers.get(name))]).toEqual([
    204,
    '',
    ORIGIN,
    'PUT, POST',
    null,
    'Origin',
  ])
  const other = await live.send('OPTIONS', '/password-srv/password', { ...ask, Origin: 'https://evil.example' })
  expect([shown(other), ...named.map((name) => other.headers.get(name))]).toEqual([NOT_FOUND, null, null, null, 'Origin'])
  const refused = await live.json('PUT', '/password-srv/password', {}, { Origin: ORIGIN })
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, ORIGIN])
})
