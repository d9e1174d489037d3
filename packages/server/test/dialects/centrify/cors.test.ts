import { Secret } from '@rekey/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WireRequest } from '../../../src/dialect/wire.js'
import { liveServer, packageIn, type Live } from './live.js'
import { ADVANCE, APPROVE, CHANGE, CLEANUP, LOGOUT, mounted, open, post, read, request, routeOf, START, up, write } from './wire.js'

const PORTAL = 'https://portal.example'
const EVIL = 'https://evil.example'
const CALLS = [START, ADVANCE, CLEANUP, LOGOUT, CHANGE]
const ALLOWED = { Vary: 'Origin', 'Access-Control-Allow-Origin': PORTAL, 'Access-Control-Allow-Credentials': 'true' }
const dialect = mounted({ origins: [PORTAL, 'http://localhost:4200'] })
const asked = (path: string, origin: string | readonly string[], method = 'POST') =>
  request('OPTIONS', path, { headers: { origin, 'access-control-request-method': method } })
const answerTo = (question: WireRequest, of = dialect) => {
  const answer = read(question, of)
  if (!('status' in answer)) throw new Error('not answered by the dialect itself')
  return answer
}

describe('what a browser asks first', () => {
  test.for(CALLS)('may be sent to %s by a configured origin', (path) => {
    expect(answerTo(asked(path.toLowerCase(), PORTAL))).toEqual({
      status: 204,
      headers: {
        ...ALLOWED,
        'Access-Control-Allow-Methods': 'POST',
        'Access-Control-Allow-Headers':
          'authorization, content-type, accept-language, cache-control, x-centrify-native-client, x-idap-native-client, x-cfy-src, oobidpauth',
        'Access-Control-Max-Age': '600',
      },
    })
  })

  test('is answered where the header of native clients is demanded too: a browser asks without it', () => {
    expect(answerTo(asked(START, PORTAL), mounted({ origins: [PORTAL], requireNativeHeader: true })).status).toBe(204)
  })

  test.for<readonly [string, string | readonly string[], string]>([
    ['another origin', EVIL, 'POST'],
    ['one that begins alike', `${PORTAL}.evil.example`, 'POST'],
    ['one that ends alike', 'https://evilportal.example', 'POST'],
    ['another scheme', 'http://portal.example', 'POST'],
    ['another port', `${PORTAL}:8443`, 'POST'],
    ['the same in capitals', 'https://PORTAL.example', 'POST'],
    ['a wildcard', '*', 'POST'],
    ['a page without an origin', 'null', 'POST'],
    ['two origins', [PORTAL, EVIL], 'POST'],
    ['our own page, which needs no leave', 'https://rekey.example', 'POST'],
    ['another method', PORTAL, 'PUT'],
  ])('is a method nobody serves for %s', ([, origin, method]) => {
    const question = asked(START, origin, method)
    const unknown = mounted().stray(question, 'bad-method')
    expect(answerTo(question)).toEqual({
      ...unknown,
      headers: { ...unknown.headers, ...(origin === PORTAL ? ALLOWED : { Vary: 'Origin' }) },
    })
  })

  test.for(CALLS)('is a method nobody serves on %s where no origin is configured', (path) => {
    const question = asked(path, PORTAL)
    expect(answerTo(question, mounted())).toEqual(mounted().stray(question, 'bad-method'))
  })
})

describe('every answer', () => {
  /** One of each way in which the dialect answers. */
  const answers = (headers: Readonly<Record<string, string>>, of = dialect) => {
    const user = post(START, { User: 'jdoe' }, headers)
    const known = routeOf(user, of).signedIn?.answer(
      { userId: 'u', userName: 'jdoe', displayName: 'J', expiresAt: 0 },
      new Secret('AB12'),
      user,
    )
    if (!known) throw new Error('a start knows who is signed in')
    return [
      write(user, open(up), undefined, of),
      write(user, undefined, { code: 'limited' }, of),
      answerTo(post(START, {}, headers), of),
      answerTo(post(CHANGE, {}, headers), of),
      write(post(LOGOUT, [], headers), undefined, undefined, of),
      of.stray(request('GET', START, { headers }), 'bad-method'),
      of.stray(user, 'fault'),
      known,
    ].map(({ headers: { 'Set-Cookie': _cookie, 'Content-Type': _type, 'Content-Security-Policy': _policy, ...rest } }) => rest)
  }

  test.for<readonly [string, string, object]>([
    ['can be read by a configured origin', PORTAL, ALLOWED],
    [
      'can be read by another one of the list',
      'http://localhost:4200',
      { ...ALLOWED, 'Access-Control-Allow-Origin': 'http://localhost:4200' },
    ],
    ['says nothing to one that is not', EVIL, { Vary: 'Origin' }],
  ])('%s', ([, origin, headers]) => {
    expect(answers({ origin })).toEqual(Array.from({ length: 8 }, () => headers))
  })

  test('is silent about origins where none is configured', () => {
    expect(answers({ origin: PORTAL }, mounted())).toEqual(Array.from({ length: 8 }, () => ({})))
  })

  test('but the page behind a link, which no script reads', () => {
    expect(answerTo(request('GET', APPROVE, { headers: { origin: PORTAL } }), dialect).headers).not.toHaveProperty(
      'Access-Control-Allow-Origin',
    )
  })
})

test.for<readonly [string, string, number | 'intent']>([
  ['counts for a configured origin', PORTAL, 'intent'],
  ['does not count for another', EVIL, 401],
])('SEC-58 the cookie of a session %s', ([, origin, found]) => {
  const made = read(post(LOGOUT, [], { cookie: '.ASPXAUTH=AB12', origin, 'sec-fetch-site': 'cross-site' }), dialect)
  expect('status' in made ? made.status : 'intent').toBe(found)
})

describe('over the wire', () => {
  let server: Live
  beforeAll(async () => {
    server = await liveServer({ settings: { origins: [PORTAL] } })
  })
  afterAll(() => server.close())

  const named = (headers: Headers) =>
    ['access-control-allow-origin', 'access-control-allow-credentials', 'access-control-allow-methods', 'vary'].map((name) =>
      headers.get(name),
    )

  test('SEC-59 a page of a configured origin asks and begins, another one may not', async () => {
    const ask = { 'Access-Control-Request-Method': 'POST' }
    const allowed = await server.send('OPTIONS', START.toUpperCase(), undefined, { ...ask, Origin: PORTAL })
    expect([allowed.status, allowed.text, ...named(allowed.headers)]).toEqual([204, '', PORTAL, 'true', 'POST', 'Origin'])
    const refused = await server.send('OPTIONS', START, undefined, { ...ask, Origin: EVIL })
    const unknown = await server.send('OPTIONS', '/Security/Nothing', undefined, { ...ask, Origin: EVIL })
    expect([refused.status, refused.text, ...named(refused.headers)]).toEqual([404, unknown.text, null, null, null, 'Origin'])
    const started = await server.call(START, { User: 'jdoe' }, { Origin: PORTAL })
    expect([Object.keys(packageIn(started).ids), ...named(started.headers)]).toEqual([['UP'], PORTAL, 'true', null, 'Origin'])
    expect(named((await server.call(START, { User: 'jdoe' }, { Origin: EVIL })).headers)).toEqual([null, null, null, 'Origin'])
  })
})
