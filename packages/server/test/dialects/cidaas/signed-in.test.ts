import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DENIED, failure, FIRST_TIME, liveServer, MUSTER, shown, type Live } from './live.js'

let live: Live
beforeAll(async () => {
  live = await liveServer({ settings: { methods: ['PUSH', 'TOUCHID'] } })
})
afterAll(() => live.close())

const CHANGED = [200, { success: true, status: 200, data: { changed: true } }]

describe('the calls of the page, in its order', () => {
  test('which methods there are, without a body but with a content type', async () => {
    const headers = { ...(await live.bearer(MUSTER)), 'cache-control': 'no-cache', 'content-type': 'application/json' }
    const answer = await live.send('GET', '/verification-srv/config/list', headers)
    expect([answer.status, answer.text]).toEqual([
      200,
      '[{"verificationType":"PUSH","active":true},{"verificationType":"TOUCHID","active":true}]',
    ])
  })

  test('which methods the person has, with masked mediums', async () => {
    const body = { deviceInfo: { deviceId: '', location: { lat: '', lon: '' } } }
    const path = '/verification-srv/v2/setup/users/configured/list'
    const answer = await live.json('POST', path, body, await live.bearer(MUSTER))
    const id = expect.stringMatching(/^[0-9a-f-]{36}$/)
    expect(shown(answer)).toEqual([
      200,
      {
        success: true,
        status: 200,
        data: {
          configured_list: [
            { type: 'PASSWORD', mediums: [] },
            { type: 'EMAIL', mediums: [{ id, key_name: 'muster.*********test@e*****e.com' }] },
            { type: 'SMS', mediums: [{ id, key_name: '******106' }] },
          ],
        },
      },
    ])
    expect((await live.json('POST', path, {}, await live.bearer(MUSTER))).text).toBe(answer.text)
  })

  test('a first password, which is changed and not set from then on', async () => {
    const signedIn = () => live.bearer(FIRST_TIME)
    const list = async () => (await live.json('POST', '/verification-srv/v2/setup/users/configured/list', {}, await signedIn())).text
    const body = { sub: FIRST_TIME, password: 'F1rst-passw0rd', confirmPassword: 'F1rst-passw0rd' }
    expect(await list()).not.toContain('PASSWORD')
    expect(shown(await live.json('POST', '/password-srv/password', body, await signedIn()))).toEqual(CHANGED)
    expect(await list()).toContain('{"type":"PASSWORD","mediums":[]}')
    const again = await live.json(
      'POST',
      '/password-srv/password',
      { ...body, password: 'An0ther-one', confirmPassword: 'An0ther-one' },
      await signedIn(),
    )
    expect(shown(again)).toEqual(failure(400, 10_014, 'A password is set already', 'PASSWORD_EXISTS'))
    const change = { sub: FIRST_TIME, old_password: 'F1rst-passw0rd', new_password: 'Sec0nd-passw0rd', confirm_password: 'Sec0nd-passw0rd' }
    expect(shown(await live.json('PUT', '/password-srv/password', change, await signedIn()))).toEqual(CHANGED)
  })

  test('a change, by the path of the page and by that of the SDKs, with the token in either header', async () => {
    const body = {
      sub: MUSTER,
      old_password: 'Passw0rd1',
      new_password: 'N3w-passw0rd',
      confirm_password: 'N3w-passw0rd',
      logout_option: null,
    }
    expect(shown(await live.json('PUT', '/password-srv/password', body, await live.bearer(MUSTER)))).toEqual(CHANGED)
    const back = { identityId: MUSTER, old_password: 'N3w-passw0rd', new_password: 'Passw0rd1', confirm_password: 'Passw0rd1' }
    const token = await live.token(MUSTER)
    const answer = await live.json('POST', '/users-srv/changepassword', { ...back, access_token: 'x' }, { access_token: token })
    expect(shown(answer)).toEqual(CHANGED)
  })
})

describe('what is wrong is told in this order', () => {
  const good = { sub: MUSTER, old_password: 'Passw0rd1', new_password: 'N3w-passw0rd', confirm_password: 'N3w-passw0rd' }
  const MISSING = failure(417, 10_005, 'A required field is missing or has the wrong type', 'VER_0005')

  test.for<readonly [what: string, body: unknown, answer: readonly unknown[]]>([
    ['no object', [good], failure(400, 10_004, 'The request is no JSON object', 'VER_0004')],
    ['nothing in it', {}, MISSING],
    ['neither sub nor identityId', { ...good, sub: undefined }, MISSING],
    ['a sub that is no text', { ...good, sub: { $ne: '' } }, MISSING],
    ['`password` for `new_password`', { ...good, new_password: undefined, password: 'N3w-passw0rd' }, MISSING],
    ['an empty password', { ...good, new_password: '', confirm_password: '' }, MISSING],
    ['a password that is a number', { ...good, new_password: 12345678, confirm_password: 12345678 }, MISSING],
    ['missing fields of somebody else', { sub: FIRST_TIME }, MISSING],
    ['somebody else', { ...good, sub: FIRST_TIME, confirm_password: 'other' }, DENIED],
    ['somebody else by identityId', { ...good, identityId: FIRST_TIME }, DENIED],
    [
      'another confirmation, and a wrong old password',
      { ...good, old_password: 'wrong', confirm_password: 'other' },
      failure(417, 10_009, 'new_password and confirm_password not matching'),
    ],
    [
      'a wrong old password, and a weak new one',
      { ...good, old_password: 'wrong', new_password: 'x', confirm_password: 'x' },
      failure(400, 507, 'Given old password is incorrect'),
    ],
    [
      'a weak password',
      { ...good, new_password: 'short', confirm_password: 'short' },
      failure(400, 10_011, 'The password violates the password policy: MIN_LENGTH', 'PASSWORD_POLICY'),
    ],
  ])('%s', async ([, body, answer]) => {
    const headers = await live.bearer(MUSTER)
    expect(shown(await live.json('PUT', '/password-srv/password', body, headers))).toEqual(answer)
    expect(shown(await live.json('POST', '/users-srv/changepassword', body, headers))).toEqual(answer)
  })

  test.for<readonly [what: string, headers: Readonly<Record<string, string>>]>([
    ['no token', {}],
    ['an empty one', { Authorization: 'Bearer ' }],
    ['another scheme', { Authorization: 'Basic anVzdDp0aGlz' }],
    ['a bent one', { Authorization: 'Bearer a.b.c' }],
    ['one without a signature', { Authorization: `Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.` }],
    ['a bent one before a header of the mobile clients', { Authorization: 'Bearer a.b.c', access_token: 'TOKEN' }],
  ])('%s, whatever the body', async ([, headers]) => {
    const token = await live.token(MUSTER)
    const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace('TOKEN', token)]))
    const calls = [
      ['PUT', '/password-srv/password', good],
      ['PUT', '/password-srv/password', 'no json'],
      ['POST', '/password-srv/password', {}],
      ['POST', '/users-srv/changepassword', []],
      ['POST', '/verification-srv/v2/setup/users/configured/list', 5],
    ] as const
    for (const [method, path, body] of calls) expect(shown(await live.json(method, path, body, sent))).toEqual(DENIED)
    expect(shown(await live.send('GET', '/verification-srv/config/list', sent))).toEqual(DENIED)
  })

  test('a token in the query or in the body is none', async () => {
    const token = await live.token(MUSTER)
    const answer = await live.json('PUT', `/password-srv/password?access_token=${token}`, { ...good, access_token: token })
    expect(shown(answer)).toEqual(DENIED)
  })

  test('of two equal changes at once one wins', async () => {
    const headers = await live.bearer(MUSTER)
    const answers = await Promise.all([1, 2, 3, 4].map(() => live.json('PUT', '/password-srv/password', good, headers)))
    const others = answers.filter(({ status }) => status !== 200)
    // 401 for one that came in the second after the change: its token is of before it by then.
    expect([answers.length - others.length, others.every(({ status }) => [400, 401, 409].includes(status))]).toEqual([1, true])
    const back = { sub: MUSTER, old_password: 'N3w-passw0rd', new_password: 'Passw0rd1', confirm_password: 'Passw0rd1' }
    expect(shown(await live.json('PUT', '/password-srv/password', back, await live.bearer(MUSTER)))).toEqual(CHANGED)
  })
})
