import { describe, expect, test } from 'vitest'
import { airlockRig } from './rig.js'
import type { Browser, Heard } from './browser.js'

const SELF_SERVICE = '/auth/rest/public/self-service'
const SELECT = `${SELF_SERVICE}/flows/password-reset/select`
const IDENTIFY = `${SELF_SERVICE}/username/identify/`
const CHECK = `${SELF_SERVICE}/verification/email/otp/check/`
const SET = `${SELF_SERVICE}/password/set`

type Rig = Awaited<ReturnType<typeof airlockRig>>

async function atCode(rig: Rig, username = 'jdoe'): Promise<Browser> {
  const browser = rig.browser()
  await browser.post(SELECT)
  await browser.post(IDENTIFY, { username })
  return browser
}

async function atPassword(rig: Rig): Promise<Browser> {
  const browser = await atCode(rig)
  await browser.post(CHECK, { otp: await rig.code() })
  return browser
}

const state = async (browser: Browser) => JSON.stringify((await browser.send('GET', SELF_SERVICE)).body)

describe('the cookie', () => {
  test.for([
    ['https://id.example', {}, '; Path=/; HttpOnly; SameSite=Lax; Secure', 'AL_SESS-S'],
    ['http://127.0.0.1:8080', {}, '; Path=/; HttpOnly; SameSite=Lax', 'AL_SESS-S'],
    ['https://id.example', { cookieName: 'IAM', cookiePath: '/auth' }, '; Path=/auth; HttpOnly; SameSite=Lax; Secure', 'IAM'],
  ] as const)('SEC-56 is set with its attributes and taken away with the same: %s %o', async ([publicUrl, settings, attributes, name]) => {
    const rig = await airlockRig({ publicUrl, settings })
    const browser = rig.browser()
    const { 'set-cookie': given = '' } = (await browser.post(SELECT)).headers
    expect(given.replace(/=[\w-]+\.[\w-]+\.[\w-]+/, '=TOKEN')).toBe(`${name}=TOKEN${attributes}`)
    expect(given.length).toBeLessThan(4096)
    expect((await browser.send('DELETE', `${SELF_SERVICE}/flow`)).headers['set-cookie']).toBe(`${name}=; Max-Age=0${attributes}`)
  })

  test('SEC-57 is another one after each accepted step, and the earlier ones are worth nothing', async () => {
    const rig = await airlockRig()
    const browser = rig.browser()
    const values: string[] = []
    const keep = () => values.push(browser.cookies.get('AL_SESS-S') ?? '')
    await browser.post(SELECT)
    keep()
    await browser.post(IDENTIFY, { username: 'jdoe' })
    keep()
    await browser.post(CHECK, { otp: await rig.code() })
    keep()
    expect(new Set(values).size).toBe(3)
    for (const old of values.slice(0, 2)) {
      const planted = rig.browser()
      planted.cookies.set('AL_SESS-S', old)
      expect((await planted.post(SET, { newPassword: 'Att4cker-password' })).status).toBe(400)
    }
    expect(await rig.passwordIs('p-jdoe', 'Passw0rd1')).toBe(true)
  })

  test('SEC-57 that somebody planted is not adopted by select', async () => {
    const rig = await airlockRig({ settings: { selectWhileRunning: 'restart' } })
    const attacker = rig.browser()
    await attacker.post(SELECT)
    const planted = attacker.cookies.get('AL_SESS-S') ?? ''
    const victim = rig.browser()
    victim.cookies.set('AL_SESS-S', planted)
    await victim.post(SELECT)
    expect(victim.cookies.get('AL_SESS-S')).not.toBe(planted)
    await victim.post(IDENTIFY, { username: 'jdoe' })
    await victim.post(CHECK, { otp: await rig.code() })
    expect([victim.sessions.size, [...victim.sessions].some((id) => attacker.sessions.has(id))]).toEqual([1, false])
    attacker.cookies.set('AL_SESS-S', planted)
    expect((await attacker.post(SET, { newPassword: 'Att4cker-password' })).status).toBe(400)
  })

  test.for([
    ['missing', ''],
    ['empty', 'AL_SESS-S='],
    ['bent', 'AL_SESS-S=x'],
    ['forged', 'AL_SESS-S=eyJhbGciOiJub25lIn0.eyJqdGkiOiIxIn0.'],
    ['long', `AL_SESS-S=${'x'.repeat(6000)}`],
    ['of another letter case', 'al_sess-s=x.y.z'],
    ['twice', 'AL_SESS-S=a.b.c; AL_SESS-S=d.e.f'],
  ] as const)('%s is like none', async ([, cookie]) => {
    const rig = await airlockRig()
    const heard = await rig.browser().post(CHECK, { otp: '12345678' }, { Cookie: cookie })
    const none = await rig.browser().post(CHECK, { otp: '12345678' })
    const { date: _one, ...headers } = heard.headers
    const { date: _other, ...others } = none.headers
    expect([heard.status, heard.body, headers]).toEqual([none.status, none.body, others])
    expect([none.status, none.headers['set-cookie']]).toEqual([400, undefined])
  })

  test('SEC-47 that stands twice counts for nothing, even when one of them is good', async () => {
    const rig = await airlockRig()
    const browser = await atPassword(rig)
    const good = browser.cookies.get('AL_SESS-S') ?? ''
    const { status } = await rig.browser().post(SET, { newPassword: 'N3w-passw0rd' }, { Cookie: `AL_SESS-S=planted; AL_SESS-S=${good}` })
    expect([status, await rig.passwordIs('p-jdoe', 'Passw0rd1')]).toEqual([400, true])
    // Twice the same is once: proxies and clients do that.
    const twice = await rig.browser().post(SET, { newPassword: 'N3w-passw0rd' }, { Cookie: `AL_SESS-S=${good}; AL_SESS-S=${good}` })
    expect(twice.status).toBe(200)
  })
})

describe('SEC-21 a session is there only where it was begun, and below /protected only for its person', () => {
  const PROTECTED = '/auth/rest/protected/self-service'
  const as = (who: string) => ({ Authorization: `Bearer ${who}-is-signed-in` })
  const CALLS = [
    ['the state', 'GET', ''],
    ['an answer', 'POST', '/password/set', { newPassword: 'N3w-passw0rd' }],
    ['a pick', 'POST', '/selection/options/emailValidation/select'],
    ['a list', 'POST', '/selection/options/retrieve'],
    ['a resend', 'POST', '/verification/email/otp/resend'],
  ] as const

  /** Makes a call with the cookie of another browser, and with none. */
  async function bothWays(rig: Rig, [cookie, method, path, body, headers]: readonly [string, string, string, object | undefined, object]) {
    const told: unknown[] = []
    for (const value of [cookie, '']) {
      const sent = { ...headers, ...(value !== '' && { Cookie: `AL_SESS-S=${value}` }) }
      const { headers: heard, ...rest } = await rig.browser().send(method, path, body && JSON.stringify(body), sent)
      const { date: _date, ...others } = heard
      told.push({ ...rest, others })
    }
    return told
  }

  test.for(CALLS)('of a public one nothing is told in the protected area: %s', async ([, method, path, body]) => {
    const rig = await airlockRig()
    const browser = await atPassword(rig)
    const cookie = browser.cookies.get('AL_SESS-S') ?? ''
    for (const headers of [{}, as('jdoe'), as('asmith')]) {
      const [withIt, without] = await bothWays(rig, [cookie, method, `${PROTECTED}${path}`, body, headers])
      expect(withIt).toEqual(without)
    }
    expect((await browser.post(SET, { newPassword: 'N3w-passw0rd' })).status).toBe(200)
  })

  test.for([...CALLS, ['both passwords', 'POST', '/password/change', { oldPassword: 'Passw0rd1', newPassword: 'N3w-passw0rd' }]] as const)(
    'of a protected one nothing is told in the public area, or to anybody else: %s',
    async ([, method, path, body]) => {
      const rig = await airlockRig()
      const browser = rig.browser()
      await browser.post(`${PROTECTED}/flows/password-change/select`, undefined, as('jdoe'))
      const cookie = browser.cookies.get('AL_SESS-S') ?? ''
      const strangers = [
        [PROTECTED, {}],
        [PROTECTED, as('asmith')],
        [PROTECTED, as('nobody')],
        ...(path === '/password/change'
          ? []
          : ([
              [SELF_SERVICE, {}],
              [SELF_SERVICE, as('jdoe')],
            ] as const)),
      ] as const
      for (const [root, headers] of strangers) {
        const [withIt, without] = await bothWays(rig, [cookie, method, `${root}${path}`, body, headers])
        expect(withIt).toEqual(without)
      }
      expect(await rig.passwordIs('p-jdoe', 'Passw0rd1')).toBe(true)
      const seen = await browser.send('GET', PROTECTED, undefined, as('jdoe'))
      expect([seen.status, seen.body]).toMatchObject([200, { data: { attributes: { nextStep: 'PASSWORD_CHANGE_REQUIRED' } } }])
    },
  )

  test('is not ended, and not in the way, of whoever brings its cookie elsewhere', async () => {
    const rig = await airlockRig()
    const browser = rig.browser()
    await browser.post(`${PROTECTED}/flows/password-change/select`, undefined, as('jdoe'))
    const cookie = { Cookie: `AL_SESS-S=${browser.cookies.get('AL_SESS-S') ?? ''}` }
    for (const [root, headers] of [
      [PROTECTED, as('asmith')],
      [SELF_SERVICE, {}],
    ] as const) {
      expect((await rig.browser().send('DELETE', `${root}/flow`, undefined, { ...headers, ...cookie })).status).toBe(204)
      const flow = root === PROTECTED ? 'password-change' : 'password-reset'
      expect((await rig.browser().post(`${root}/flows/${flow}/select`, undefined, { ...headers, ...cookie })).status).toBe(200)
    }
    const both = { oldPassword: 'Passw0rd1', newPassword: 'N3w-passw0rd' }
    const changed = await browser.post(`${PROTECTED}/password/change`, both, { ...as('jdoe'), ...cookie })
    expect([changed.status, await rig.passwordIs('p-jdoe', 'N3w-passw0rd')]).toEqual([200, true])
    // The log-in may have ended with the old password; the answer that was lost is told again all the same, and to nobody who asks anything else.
    expect((await rig.browser().post(`${PROTECTED}/password/change`, both, { ...as('nobody'), ...cookie })).status).toBe(200)
    expect(
      (await rig.browser().post(`${PROTECTED}/password/change`, { ...both, newPassword: 'An0ther-one' }, { ...as('nobody'), ...cookie }))
        .status,
    ).toBe(400)
  })
})

describe('SEC-58 what a foreign page can send changes nothing', () => {
  const body = JSON.stringify({ newPassword: 'Att4cker-password' })
  test.for([
    ['text', { 'Content-Type': 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['multipart', { 'Content-Type': 'multipart/form-data; boundary=x' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['no type', { 'Content-Type': '' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a type that begins like ours', { 'Content-Type': 'application/jsonp' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['two types in one', { 'Content-Type': 'text/plain, application/json' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['another site', { 'Sec-Fetch-Site': 'cross-site' }, 403, 'CSRF_PROTECTION'],
    ['a foreign origin', { Origin: 'https://evil.example' }, 403, 'CSRF_PROTECTION'],
    ['a foreign origin of the same site', { Origin: 'https://evil.id.example', 'Sec-Fetch-Site': 'same-site' }, 403, 'CSRF_PROTECTION'],
    ['an opaque origin', { Origin: 'null' }, 403, 'CSRF_PROTECTION'],
    ['an origin that begins like ours', { Origin: 'https://id.example.evil.example' }, 403, 'CSRF_PROTECTION'],
  ] as const)('%s', async ([, headers, status, code]) => {
    const rig = await airlockRig()
    const browser = await atPassword(rig)
    const before = await state(browser)
    const heard = await browser.send('POST', SET, body, headers)
    expect([heard.status, JSON.stringify(heard.body)]).toEqual([status, expect.stringContaining(`"code":"${code}"`)])
    for (const [method, path] of [
      ['POST', SELECT],
      ['DELETE', `${SELF_SERVICE}/flow`],
    ] as const) {
      if (status === 403) expect((await browser.send(method, path, undefined, headers)).status).toBe(403)
    }
    expect([await state(browser), await rig.passwordIs('p-jdoe', 'Passw0rd1')]).toEqual([before, true])
  })

  test.for([
    ['our origin', { Origin: 'https://id.example' }, {}],
    ['a configured origin', { Origin: 'https://app.example' }, { origins: ['https://app.example'] }],
    ['the same origin in the eyes of the browser', { Origin: 'http://localhost:8080', 'Sec-Fetch-Site': 'same-origin' }, {}],
    ['the vendor’s own type', { 'Content-Type': 'application/vnd.api+json' }, {}],
    ['a character set', { 'Content-Type': 'application/json;charset=iso-8859-1' }, {}],
    ['the header against forgery', { 'X-Same-Domain': '' }, {}],
    ['what real clients send beside', { 'X-Continue-Flow': 'true', 'X-CSRFT177': 'abc', 'X-Same-Domain': 'forCsrfProtection' }, {}],
  ] as const)('%s is welcome', async ([, headers, settings]) => {
    const rig = await airlockRig({ settings })
    const browser = await atPassword(rig)
    expect((await browser.post(SET, { newPassword: 'N3w-passw0rd' }, headers)).status).toBe(200)
  })

  test('with the switch on, every call carries X-Same-Domain', async () => {
    const rig = await airlockRig({ settings: { csrfHeader: true } })
    const browser = rig.browser()
    const header = { 'X-Same-Domain': '1' }
    const calls = [
      ['POST', SELECT],
      ['GET', SELF_SERVICE],
      ['DELETE', `${SELF_SERVICE}/flow`],
    ] as const
    for (const [method, path] of calls) {
      const { status, body: said } = await browser.send(method, path)
      expect([status, said]).toMatchObject([403, { errors: [{ code: 'CSRF_PROTECTION' }] }])
    }
    const told: number[] = []
    for (const [method, path] of calls) told.push((await browser.send(method, path, undefined, header)).status)
    expect(told).toEqual([200, 200, 204])
  })
})

describe('a request that is sent again', () => {
  test('gets the same answer, and with it the cookie that the first answer lost', async () => {
    const rig = await airlockRig()
    const browser = await atCode(rig)
    const otp = await rig.code()
    const before = browser.cookies.get('AL_SESS-S') ?? ''
    const first = await browser.post(CHECK, { otp })
    browser.cookies.set('AL_SESS-S', before)
    const second = await browser.post(CHECK, { otp })
    const { date: _one, ...headers } = first.headers
    const { date: _other, ...again } = second.headers
    expect([second.status, second.body, again]).toEqual([first.status, first.body, headers])
    expect((await browser.post(SET, { newPassword: 'N3w-passw0rd' })).status).toBe(200)
  })

  test('of many at once one sets its password', async () => {
    const rig = await airlockRig()
    const browser = await atPassword(rig)
    const cookie = `AL_SESS-S=${browser.cookies.get('AL_SESS-S') ?? ''}`
    const passwords = Array.from({ length: 8 }, (_none, index) => `Passphrase-${index}`)
    const heard = await Promise.all(passwords.map((newPassword) => rig.browser().post(SET, { newPassword }, { Cookie: cookie })))
    const winners = passwords.filter((_text, index) => heard[index]?.status === 200)
    expect(winners.length).toBe(1)
    expect(await rig.passwordIs('p-jdoe', winners[0] ?? '')).toBe(true)
    expect(heard.filter(({ status }) => status >= 500)).toEqual([])
    expect(rig.events.filter(({ event }) => event === 'changed').length).toBe(1)
  })

  test('a lost cookie is no trap: the flow is ended and selected anew', async () => {
    const rig = await airlockRig()
    const browser = await atCode(rig)
    const before = browser.cookies.get('AL_SESS-S') ?? ''
    await browser.post(CHECK, { otp: await rig.code() })
    browser.cookies.set('AL_SESS-S', before)
    expect((await browser.send('DELETE', `${SELF_SERVICE}/flow`)).status).toBe(204)
    expect((await browser.post(SELECT)).status).toBe(200)
  })
})

describe('nothing tells people apart', () => {
  /** What is the same for everybody: status, headers without time and token, body, and how long the token is. */
  function bare({ status, headers, body }: Heard) {
    const { date: _date, 'set-cookie': cookie = '', ...rest } = headers
    return { status, rest, body, cookie: cookie.replace(/[\w-]+\.[\w-]+\.[\w-]+/, ''), length: cookie.length }
  }

  async function transcript(flow: string, username: string) {
    const rig = await airlockRig()
    const browser = rig.browser()
    const heard: Heard[] = [await browser.post(`${SELF_SERVICE}/flows/${flow}/select`), await browser.post(IDENTIFY, { username })]
    if (flow === 'password-reset-selection') {
      heard.push(await browser.post(`${SELF_SERVICE}/selection/options/retrieve`))
      heard.push(await browser.post(`${SELF_SERVICE}/selection/options/emailValidation/select`))
    }
    heard.push(await browser.post(`${SELF_SERVICE}/verification/email/otp/resend`))
    heard.push(await browser.send('GET', SELF_SERVICE))
    heard.push(await browser.post(`${SELF_SERVICE}/verification/secret-questions/retrieve`))
    for (let tries = 0; tries < 6; tries += 1) heard.push(await browser.post(CHECK, { otp: `x${tries}` }))
    expect(rig.faults).toEqual([])
    return heard.map(bare)
  }

  test.for(['password-reset', 'password-reset-questions', 'password-reset-selection'])('in %s', async (flow) => {
    const known = await transcript(flow, 'jdoe')
    expect(known.at(-2)?.body).toMatchObject({ errors: [{ code: 'OTP_WRONG' }] })
    for (const other of ['nobody', 'locked', 'nomail']) expect(await transcript(flow, other)).toEqual(known)
  })

  test.for([
    ['nobody', 400, 'USER_NOT_FOUND'],
    ['locked', 403, 'USER_LOCKED'],
  ] as const)('unless the flow reveals it: %s', async ([username, status, code]) => {
    const open = `flow: open-reset
speaks: { airlock: {} }
unknownAccount: reveal
allow: [{ code: reveals-accounts, reason: feedback is switched on }]
steps: [userQuery, emailValidation, reset]
`
    const rig = await airlockRig({ flows: { 'open-reset.yaml': open } })
    const browser = rig.browser()
    await browser.post(`${SELF_SERVICE}/flows/open-reset/select`)
    const told = await browser.post(IDENTIFY, { username })
    expect([told.status, told.body]).toMatchObject([status, { meta: { nextStep: 'USERNAME_REQUIRED' }, errors: [{ code }] }])
  })
})
