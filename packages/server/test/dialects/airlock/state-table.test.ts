import { describe, expect, test } from 'vitest'
import { airlockRig } from './rig.js'
import type { Browser, Heard } from './browser.js'

const SELF_SERVICE = '/auth/rest/public/self-service'
const META = { type: 'jsonapi.metadata.document', timestamp: 'T' }
const CALLS = {
  identify: ['POST', `${SELF_SERVICE}/username/identify/`, { username: 'jdoe' }],
  'otp check': ['POST', `${SELF_SERVICE}/verification/email/otp/check/`, { otp: '00000000' }],
  'password set': ['POST', `${SELF_SERVICE}/password/set`, { newPassword: 'N3w-passw0rd' }],
  select: ['POST', `${SELF_SERVICE}/flows/password-reset/select`, undefined],
  'sms check': ['POST', `${SELF_SERVICE}/verification/sms/otp/check/`, { otp: '00000000' }],
  'resend by sms': ['POST', `${SELF_SERVICE}/verification/sms/otp/resend/`, undefined],
  'secret questions': ['POST', `${SELF_SERVICE}/verification/secret-questions/retrieve/`, undefined],
  selection: ['POST', `${SELF_SERVICE}/selection/options/retrieve`, undefined],
  'password check': ['POST', `${SELF_SERVICE}/password/check/`, { password: 'Passw0rd1' }],
  acknowledge: ['POST', `${SELF_SERVICE}/message/acknowledge/`, undefined],
} as const

type Rig = Awaited<ReturnType<typeof airlockRig>>
type Call = keyof typeof CALLS
type State = keyof typeof STATES

function call(browser: Browser, name: Call): Promise<Heard> {
  const [method, path, body] = CALLS[name]
  return browser.send(method, path, body && JSON.stringify(body))
}

/** The ways into each state of the contract's table. */
const STATES = {
  none: [],
  USERNAME_REQUIRED: ['select'],
  EMAIL_OTP_REQUIRED: ['select', 'identify'],
  NEW_PASSWORD_REQUIRED: ['select', 'identify', 'right otp'],
} as const satisfies Record<string, readonly (Call | 'right otp')[]>

async function inState(rig: Rig, state: State): Promise<Browser> {
  const browser = rig.browser()
  for (const step of STATES[state]) {
    if (step === 'right otp') await browser.post(CALLS['otp check'][1], { otp: await rig.code() })
    else await call(browser, step)
  }
  return browser
}

const good = (nextStep: string) => ({
  meta: META,
  data: { type: 'public-self-service.session', id: 'N', attributes: { nextStep } },
})
const unexpected = (nextStep?: string) => ({
  meta: { ...META, ...(nextStep !== undefined && { nextStep }) },
  errors: [{ code: 'UNEXPECTED_CALL' }],
})

/** Where a call is expected, and what it is answered with there. */
const EXPECTED: Readonly<Partial<Record<string, readonly [number, unknown]>>> = {
  'none select': [200, good('USERNAME_REQUIRED')],
  'USERNAME_REQUIRED identify': [200, good('EMAIL_OTP_REQUIRED')],
  'EMAIL_OTP_REQUIRED otp check': [400, { meta: { ...META, nextStep: 'EMAIL_OTP_REQUIRED' }, errors: [{ code: 'OTP_WRONG' }] }],
  'NEW_PASSWORD_REQUIRED password set': [200, { meta: META, data: { type: 'public-self-service.session', id: 'N', attributes: {} } }],
}

const ALL_STATES: readonly State[] = ['none', 'USERNAME_REQUIRED', 'EMAIL_OTP_REQUIRED', 'NEW_PASSWORD_REQUIRED']
const ALL_CALLS: readonly Call[] = [
  'identify',
  'otp check',
  'password set',
  'select',
  'sms check',
  'resend by sms',
  'secret questions',
  'selection',
  'password check',
  'acknowledge',
]

describe.each(ALL_STATES)('SEC-21 in state %s', (state) => {
  test.for(ALL_CALLS)('%s', async (name) => {
    const rig = await airlockRig()
    const browser = await inState(rig, state)
    const before = { cookie: browser.cookies.get('AL_SESS-S'), events: rig.events.length, messages: rig.letters.length }
    const { status, body } = await call(browser, name)
    const expected = EXPECTED[`${state} ${name}`]
    if (expected) {
      expect([status, body]).toEqual(expected)
      return
    }
    const nextStep = state === 'none' ? undefined : state
    expect([status, body]).toEqual([400, unexpected(nextStep)])
    // No side effect: nothing sent, nothing noted, the same token, the same state.
    expect({ cookie: browser.cookies.get('AL_SESS-S'), events: rig.events.length, messages: rig.letters.length }).toEqual(before)
    const seen = await browser.send('GET', SELF_SERVICE)
    expect([seen.status, seen.body]).toEqual(nextStep === undefined ? [400, unexpected()] : [200, good(nextStep)])
    expect(rig.faults).toEqual([])
  })

  test.for(['', '/'])('DELETE flow%s', async (slash) => {
    const rig = await airlockRig()
    const browser = await inState(rig, state)
    const ended = await browser.send('DELETE', `${SELF_SERVICE}/flow${slash}`)
    expect([ended.status, ended.body, [...browser.cookies]]).toEqual([204, undefined, []])
    const { status, body } = await browser.send('GET', SELF_SERVICE)
    expect([status, body]).toEqual([400, unexpected()])
    expect((await browser.send('DELETE', `${SELF_SERVICE}/flow`)).status).toBe(204)
  })
})

test('the last wrong code ends the flow, and what it says beside that is the same', async () => {
  const rig = await airlockRig()
  const browser = await inState(rig, 'EMAIL_OTP_REQUIRED')
  const right = await rig.code()
  const wrong = right.startsWith('0') ? '1' : '0'
  const told: unknown[] = []
  for (let tries = 1; browser.cookies.size > 0; tries += 1) {
    // Each try is another code: the same request again is the same try.
    const { status, body } = await browser.post(CALLS['otp check'][1], { otp: `${wrong}000000${tries}` })
    told.push([status, body])
  }
  const on = [400, { meta: { ...META, nextStep: 'EMAIL_OTP_REQUIRED' }, errors: [{ code: 'OTP_WRONG' }] }]
  expect(told).toEqual([on, on, on, on, [400, { meta: META, errors: [{ code: 'OTP_WRONG' }] }]])
  const { status, body } = await browser.post(CALLS['otp check'][1], { otp: right })
  expect([status, body]).toEqual([400, unexpected()])
})

test.for([
  ['refuse', 400, { meta: { ...META, nextStep: 'EMAIL_OTP_REQUIRED' }, errors: [{ code: 'UNEXPECTED_CALL' }] }],
  ['restart', 200, good('USERNAME_REQUIRED')],
] as const)('select while another flow runs: %s', async ([selectWhileRunning, status, body]) => {
  const rig = await airlockRig({ settings: { selectWhileRunning } })
  const browser = await inState(rig, 'EMAIL_OTP_REQUIRED')
  const earlier = browser.cookies.get('AL_SESS-S')
  const selected = await browser.post(`${SELF_SERVICE}/flows/password-reset-questions/select/`)
  expect([selected.status, selected.body]).toEqual([status, body])
  // The earlier conversation goes on, or is over, also for whoever kept its cookie.
  const other = rig.browser()
  other.cookies.set('AL_SESS-S', earlier ?? '')
  const typed = await other.post(CALLS['otp check'][1], { otp: await rig.code() })
  expect(typed.status).toBe(selectWhileRunning === 'refuse' ? 200 : 400)
})
