import { inspect } from 'node:util'
import { Secret } from '@rekey/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CaptchaFault } from '../../../src/adapters/captcha/captcha-fault.js'
import { ConfiguredCaptcha, type CaptchaProvider } from '../../../src/adapters/captcha/configured-captcha.js'
import { CAPTCHA_VENDORS, VENDORS, type CaptchaVendor } from '../../../src/adapters/captcha/vendors.js'
import { receiver } from '../webhook/receiver.js'
import { formOf, vendorServer, type VendorSays } from './vendor-server.js'

const SECRET = 'secret-key-of-the-site'
const RESPONSE = 'response-of-the-page'

let vendor: Awaited<ReturnType<typeof vendorServer>>
beforeAll(async () => {
  vendor = await vendorServer([500, ''])
})
afterAll(() => vendor.close())

/** A captcha with one provider, and what it reports. */
function asking(more: Partial<CaptchaProvider> = {}) {
  const reports: string[] = []
  const provider: CaptchaProvider = {
    name: 'default',
    vendor: 'recaptcha-v2',
    url: `${vendor.url}/verify`,
    siteKey: 'site',
    secret: new Secret(SECRET),
    hosts: [],
    timeoutMs: 10_000,
    ...more,
  }
  const captcha = new ConfiguredCaptcha([provider], { report: (name, verdict, reason) => reports.push(`${name} ${verdict} ${reason}`) })
  const verify = (given: { response?: string; action?: string; provider?: string } = {}) =>
    captcha.verify({ provider: 'default', ...given, response: new Secret(given.response ?? RESPONSE) })
  return { captcha, verify, reports }
}

/** The verdict, or why there is none. */
async function outcome(says: VendorSays, more: Partial<CaptchaProvider> = {}, action?: string) {
  vendor.says(says)
  const { verify, reports } = asking(more)
  const verdict = await verify(action === undefined ? {} : { action }).catch((fault: unknown) =>
    fault instanceof CaptchaFault ? fault.code : fault,
  )
  return reports.length === 0 ? verdict : `${verdict}: ${reports.join()}`
}

const human = (more: object = {}): VendorSays => [200, { success: true, hostname: 'id.example.com', ...more }]
const robot = (...codes: readonly string[]): VendorSays => [200, { success: false, 'error-codes': codes }]

describe('the vendors are asked as each documents it', () => {
  test.for([
    ['recaptcha-v2', { secret: SECRET, response: RESPONSE }],
    ['recaptcha-v3', { secret: SECRET, response: RESPONSE }],
    ['hcaptcha', { secret: SECRET, response: RESPONSE, sitekey: 'site' }],
    ['turnstile', { secret: SECRET, response: RESPONSE }],
    ['friendly-captcha', { response: RESPONSE, sitekey: 'site' }],
    ['siteverify', { secret: SECRET, response: RESPONSE }],
  ] as const)('%s', async ([name, form]) => {
    vendor.says(human())
    const before = vendor.calls.length
    expect(await asking({ vendor: name }).verify()).toBe('human')
    expect(vendor.calls.slice(before).map((call) => [call.url, formOf(call), call.headers['content-type']])).toEqual([
      ['/verify', form, 'application/x-www-form-urlencoded;charset=UTF-8'],
    ])
    expect(vendor.calls.at(-1)?.headers['x-api-key']).toBe(name === 'friendly-captcha' ? SECRET : undefined)
  })

  test('at an https address of their own, all but the one that is anybody', () => {
    const hosts = CAPTCHA_VENDORS.map((name) => [name, VENDORS[name].url?.replace(/^https:\/\/([^/]+)\/.*$/, '$1')])
    expect(hosts).toEqual([
      ['recaptcha-v2', 'www.google.com'],
      ['recaptcha-v3', 'www.google.com'],
      ['hcaptcha', 'api.hcaptcha.com'],
      ['turnstile', 'challenges.cloudflare.com'],
      ['friendly-captcha', 'global.frcapi.com'],
      ['siteverify', undefined],
    ])
  })
})

describe('a verdict', () => {
  const v3 = { vendor: 'recaptcha-v3', minScore: 0.5 } as const
  const ours = { hosts: ['id.example.com'] }
  const friendly = { ...ours, vendor: 'friendly-captcha' } as const
  const origin = (text: string): VendorSays => [200, { success: true, data: { event_id: 'ev', challenge: { origin: text } } }]
  test.for<readonly [name: string, says: VendorSays, more: Partial<CaptchaProvider>, action: string | undefined, wanted: string]>([
    ['a yes', human(), {}, undefined, 'human'],
    ['a no', robot('invalid-input-response'), {}, undefined, 'robot: default robot not-good'],
    ['a no of a used response', robot('timeout-or-duplicate'), {}, undefined, 'robot: default robot not-good'],
    ['a no without reasons', [200, { success: false }], {}, undefined, 'robot: default robot not-good'],
    ['a no with bent reasons', [200, { success: false, 'error-codes': { a: 1 } }], {}, undefined, 'robot: default robot not-good'],
    ['a no by status 400', [400, { success: false, 'error-codes': ['bad-request'] }], {}, undefined, 'robot: default robot not-good'],
    ['the right host', human(), ours, undefined, 'human'],
    ['the right host in capitals', human({ hostname: 'ID.Example.COM' }), ours, undefined, 'human'],
    ['another host', human({ hostname: 'evil.example' }), ours, undefined, 'robot: default robot other-host'],
    ['a host below ours', human({ hostname: 'x.id.example.com' }), ours, undefined, 'robot: default robot other-host'],
    ['no host', human({ hostname: undefined }), ours, undefined, 'robot: default robot other-host'],
    ['an empty host', human({ hostname: '' }), ours, undefined, 'robot: default robot other-host'],
    ['a list of hosts', human({ hostname: ['id.example.com'] }), ours, undefined, 'robot: default robot other-host'],
    ['the right action', human({ action: 'reset' }), { vendor: 'turnstile' }, 'reset', 'human'],
    ['another action', human({ action: 'search' }), { vendor: 'turnstile' }, 'reset', 'robot: default robot other-action'],
    ['no action', human(), { vendor: 'turnstile' }, 'reset', 'robot: default robot other-action'],
    ['an action that nobody wants', human({ action: 'search' }), { vendor: 'turnstile' }, undefined, 'human'],
    ['a score that is high enough', human({ score: 0.5 }), v3, undefined, 'human'],
    ['a low score', human({ score: 0.49 }), v3, undefined, 'robot: default robot low-score'],
    ['no score', human(), v3, undefined, 'robot: default robot low-score'],
    ['a score that is text', human({ score: '0.9' }), v3, undefined, 'robot: default robot low-score'],
    ['a yes of Friendly Captcha', origin('https://id.example.com'), friendly, undefined, 'human'],
    ['its other host', origin('https://evil.example'), friendly, undefined, 'robot: default robot other-host'],
    ['its host unknown', origin(''), friendly, undefined, 'robot: default robot other-host'],
    [
      'its no',
      [200, { success: false, error: { error_code: 'response_duplicate' } }],
      friendly,
      undefined,
      'robot: default robot not-good',
    ],
    [
      'a score of hCaptcha, which runs the other way',
      human({ score: 0.9 }),
      { vendor: 'hcaptcha', minScore: 0.5 },
      undefined,
      'robot: default robot low-score',
    ],
  ])('%s', async ([, says, more, action, wanted]) => {
    expect(await outcome(says, more, action)).toBe(wanted)
  })
})

describe('no verdict, and so no human (SEC-79)', () => {
  const secretless = { vendor: 'friendly-captcha' } as const
  test.for<readonly [name: string, says: VendorSays, more: Partial<CaptchaProvider>, reason: string]>([
    ['a refused secret', robot('invalid-input-secret'), {}, 'keys-refused'],
    ['a missing secret', robot('missing-input-secret', 'bad-request'), {}, 'keys-refused'],
    ['a refused key', [401, { success: false, error: { error_code: 'auth_invalid' } }], secretless, 'status'],
    ['a refused key of the site', [400, { success: false, error: { error_code: 'sitekey_invalid' } }], secretless, 'keys-refused'],
    ['a fault of theirs', robot('internal-error'), {}, 'vendor-fault'],
    ['a fault by status', [500, { success: true }], {}, 'status'],
    ['too many calls', [429, { success: true }], {}, 'status'],
    ['a yes by status 400', [400, { success: true }], {}, 'not-understood'],
    ['a text', [200, 'true'], {}, 'not-understood'],
    ['nothing', [200, ''], {}, 'not-understood'],
    ['a page', [200, '<html>success</html>'], {}, 'not-understood'],
    ['a list', [200, [{ success: true }]], {}, 'not-understood'],
    ['a yes that is text', [200, { success: 'true' }], {}, 'not-understood'],
    ['a yes that is a number', [200, { success: 1 }], {}, 'not-understood'],
    ['a yes of every object', [200, '{"__proto__":{"success":true}}'], {}, 'not-understood'],
    ['an overlong yes', [200, `{"success":true,"pad":"${'x'.repeat(20_000)}"}`], {}, 'not-understood'],
    ['a connection that ends', (_, response) => void response.destroy(), {}, 'unreachable'],
    [
      'an answer that ends early',
      (_, response) => void response.writeHead(200, { 'Content-Length': 100 }).end('{"success"'),
      {},
      'unreachable',
    ],
    ['silence', () => undefined, { timeoutMs: 100 }, 'unreachable'],
    ['an answer without end', (_, response) => void response.writeHead(200).write('{"success":true'), { timeoutMs: 100 }, 'unreachable'],
  ])('%s', async ([, says, more, reason]) => {
    const code = `CAPTCHA_${reason.toUpperCase().replaceAll('-', '_')}`
    expect(await outcome(says, more)).toBe(`${code}: default none ${reason}`)
  })

  test('a redirect, which is not followed (SEC-53)', async () => {
    const elsewhere = await receiver((_, response) => void response.writeHead(200).end('{"success":true}'))
    for (const status of [301, 302, 303, 307, 308]) {
      const says: VendorSays = (_, response) => void response.writeHead(status, { Location: elsewhere.url }).end('{"success":true}')
      expect(await outcome(says)).toBe('CAPTCHA_STATUS: default none status')
    }
    expect(elsewhere.calls).toEqual([])
    await elsewhere.close()
  })

  test('nobody listens', async () => {
    const gone = await vendorServer(human())
    await gone.close()
    expect(await outcome(human(), { url: gone.url })).toBe('CAPTCHA_UNREACHABLE: default none unreachable')
  })

  test('a provider that is not configured', async () => {
    const { captcha, verify, reports } = asking()
    await expect(verify({ provider: 'other' })).rejects.toMatchObject({ code: 'CAPTCHA_NOT_CONFIGURED' })
    await expect(verify({ provider: '__proto__' })).rejects.toMatchObject({ code: 'CAPTCHA_NOT_CONFIGURED' })
    expect(() => captcha.widget('other')).toThrow(CaptchaFault)
    expect(reports).toEqual(['other none not-configured', '__proto__ none not-configured'])
  })

  test('more callers than may wait: those beyond are told at once (SEC-33)', async () => {
    const held: (() => void)[] = []
    vendor.says((_, response) => void held.push(() => response.writeHead(200).end('{"success":true}')))
    const { verify } = asking({ timeoutMs: 60_000 })
    const verdicts = Array.from({ length: 300 }, () =>
      verify().catch((fault: unknown) => (fault instanceof CaptchaFault ? fault.reason : fault)),
    )
    const beyond = await Promise.all(verdicts.slice(256))
    expect(new Set(beyond)).toEqual(new Set(['overloaded']))
    await expect.poll(() => held.length, { timeout: 20_000 }).toBe(32)
    vendor.says(human())
    for (const answer of held) answer()
    expect(new Set(await Promise.all(verdicts.slice(0, 256)))).toEqual(new Set(['human']))
  })
})

test.for(['', ' ', 'a b', 'ä', 'a\r\nX-Evil: 1', 'a\u0000', '\u2028'])(
  'the bent response %j is a robot, and no call is made',
  async (response) => {
    const own = await vendorServer(human())
    const { verify, reports } = asking({ url: own.url })
    expect([await verify({ response }), reports, own.calls]).toEqual(['robot', ['default robot bent'], []])
    await own.close()
  },
)

test('what a response holds stays one member of the form (SEC-53)', async () => {
  const own = await vendorServer(robot())
  const response = 'x&secret=theirs&response=y#?/../%26success=true;a=b'
  expect(await asking({ url: `${own.url}/verify` }).verify({ response })).toBe('robot')
  expect(own.calls.map((call) => [call.url, formOf(call)])).toEqual([['/verify', { secret: SECRET, response }]])
  await own.close()
})

test('neither secret nor response are in a fault or a report (SEC-74)', async () => {
  const told: string[] = []
  const faults: unknown[] = []
  const answers: readonly VendorSays[] = [
    // The vendor throws back what it was given.
    ({ body }, response) => void response.writeHead(500).end(body),
    ({ body }, response) => void response.writeHead(200).end(body),
    ({ body }, response) => void response.writeHead(200).end(JSON.stringify({ success: false, 'error-codes': [body] })),
    (_, response) => void response.destroy(),
  ]
  for (const says of answers) {
    vendor.says(says)
    const { verify, reports } = asking()
    await verify().catch((fault: unknown) => faults.push(fault))
    told.push(...reports)
  }
  const all = inspect([told, faults], { depth: 10 })
  expect([told.length, faults.length]).toEqual([4, 3])
  // What would be seen, had a fault kept what it was given.
  expect(inspect([new CaptchaFault('status', { cause: new Error(RESPONSE) })], { depth: 10 })).toContain(RESPONSE)
  expect(all).not.toContain(SECRET)
  expect(all).not.toContain(RESPONSE)
})

test('pages are told vendor and key of the site, and nothing else', () => {
  const names: readonly CaptchaVendor[] = CAPTCHA_VENDORS
  expect(names.map((name) => asking({ vendor: name }).captcha.widget('default'))).toEqual(
    names.map((name) => ({ vendor: name, siteKey: 'site' })),
  )
})
