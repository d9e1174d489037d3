import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { dataOf, failure, liveServer, shown, type Answer, type Live } from './live.js'

let live: Live
beforeAll(async () => {
  live = await liveServer()
})
afterAll(() => live.close())

/** The two generations of paths. */
const OLD = {
  initiate: '/users-srv/resetpassword/initiate',
  validate: '/users-srv/resetpassword/validatecode',
  accept: '/users-srv/resetpassword/accept',
}
const NEW = {
  initiate: '/password-srv/resetpassword?action=initiatereset',
  validate: '/password-srv/resetpassword?action=validatecode',
  accept: '/password-srv/resetpassword?action=acceptreset',
}

const PASSWORD = 'N3w-passw0rd'
const mailOf = (person: string) => `${person}@example.com`
const byMail = (requestId: string, person: string) => ({ requestId, email: mailOf(person), processingType: 'CODE', resetMedium: 'EMAIL' })

/** Begins a reset. */
async function begin(person: string, paths: typeof OLD = OLD) {
  const answer = await live.json('POST', paths.initiate, byMail(await live.requestId(), person))
  const rprq = dataOf(answer.text)['rprq'] ?? ''
  const [mail] = await live.mailed(mailOf(person), rprq)
  return { rprq, answer, code: mail?.code ?? '', link: mail?.link ?? '' }
}

/** Begins a reset and proves the code. */
async function proven(person: string) {
  const { rprq, code } = await begin(person)
  const answer = await live.json('POST', OLD.validate, { resetRequestId: rprq, code })
  return { rprq, exchangeId: dataOf(answer.text)['exchangeId'] ?? '' }
}

const passwords = { password: PASSWORD, confirmPassword: PASSWORD }
const WRONG_IDS = failure(400, 10_002, 'Invalid resetRequestId')
const WRONG_EXCHANGE = failure(400, 10_002, 'Invalid resetRequestId or exchangeId')

describe.each([
  ['the older paths', OLD, 'jdoe'],
  ['the newer path', NEW, 'bjensen'],
] as const)('a reset by JSON over %s', (_, paths, person) => {
  test('goes from initiate over validatecode to accept', async () => {
    const { rprq, code, answer } = await begin(person, paths)
    expect(shown(answer)).toEqual([200, { success: true, status: 200, data: { reset_initiated: true, rprq } }])
    const wrong = await live.json('POST', paths.validate, { resetRequestId: rprq, code: code === '000000' ? '000001' : '000000' })
    expect(shown(wrong)).toEqual(failure(400, 10_008, 'Invalid code'))
    const right = await live.json('POST', paths.validate, { resetRequestId: rprq, code })
    const { exchangeId = '' } = dataOf(right.text)
    expect(shown(right)).toEqual([200, { success: true, status: 200, data: { exchangeId, resetRequestId: rprq } }])
    const ids = { resetRequestId: rprq, exchangeId }
    const weak = await live.json('POST', paths.accept, { ...ids, password: 'short', confirmPassword: 'short' })
    expect(shown(weak)).toEqual(failure(400, 10_011, 'The password violates the password policy: MIN_LENGTH', 'PASSWORD_POLICY'))
    const set = await live.json('POST', paths.accept, { ...ids, ...passwords, provider: null })
    expect(shown(set)).toEqual([200, { success: true, status: 200, data: { reseted: true } }])
    // The same call again gets the same answer; another one is too late.
    expect(shown(await live.json('POST', paths.accept, { ...ids, ...passwords, provider: null }))).toEqual(shown(set))
    const late = await live.json('POST', paths.accept, { ...ids, password: 'An0ther-one', confirmPassword: 'An0ther-one' })
    expect(shown(late)).toEqual(failure(400, 10_002, 'Invalid resetRequestId or exchangeId', 'VER_0007'))
  })
})

describe('initiating', () => {
  test('again within two minutes sends the same code again, and answers with the same reset', async () => {
    const requestId = await live.requestId()
    const [first, second] = [
      await live.json('POST', OLD.initiate, byMail(requestId, 'hdesk')),
      await live.json('POST', NEW.initiate, byMail(requestId, 'hdesk')),
    ]
    expect(second.text).toBe(first.text)
    const codes = (await live.mailed(mailOf('hdesk'), dataOf(first.text)['rprq'] ?? '', 2)).map(({ code }) => code)
    expect(codes).toEqual([expect.stringMatching(/^\d{6}$/), codes[0]])
    const other = await live.json('POST', OLD.initiate, byMail(await live.requestId(), 'hdesk'))
    expect(other.text).not.toBe(first.text)
  })

  test('many times at once is one reset', async () => {
    const requestId = await live.requestId()
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => live.json('POST', OLD.initiate, byMail(requestId, 'admin'))))
    expect([...new Set(answers.map(({ status, text }) => `${status} ${text}`))]).toHaveLength(1)
  })

  test('after a right code begins another reset', async () => {
    const requestId = await live.requestId()
    const first = dataOf((await live.json('POST', OLD.initiate, { ...byMail(requestId, 'admin'), resetMedium: 'email' })).text)
    const [mail] = await live.mailed(mailOf('admin'), first['rprq'] ?? '')
    await live.json('POST', OLD.validate, { resetRequestId: first['rprq'], code: mail?.code })
    const second = dataOf((await live.json('POST', OLD.initiate, byMail(requestId, 'admin'))).text)
    expect(second['rprq']).not.toBe(first['rprq'])
  })

  const MISSING = failure(417, 10_005, 'A required field is missing or has the wrong type', 'VER_0005')
  test.for<readonly [what: string, over: object, answer: readonly unknown[]]>([
    ['nobody named', { email: undefined }, MISSING],
    ['named in two ways', { username: 'jdoe' }, MISSING],
    ['an object for a name', { email: { $gt: '' } }, MISSING],
    ['another medium', { resetMedium: 'PIGEON' }, MISSING],
    ['a voice call', { resetMedium: 'IVR' }, MISSING],
    ['another processing', { processingType: 'MAGIC' }, MISSING],
    ['no request id', { requestId: undefined }, failure(400, 10_001, 'Invalid request id')],
    ['a request id of nobody', { requestId: '5f5cbb84-4ceb-4975-b347-4bfac61e9248' }, failure(400, 10_001, 'Invalid request id')],
  ])('with %s is refused', async ([, over, answer]) => {
    const body = { ...byMail(await live.requestId(), 'jdoe'), ...over }
    expect(shown(await live.json('POST', OLD.initiate, body))).toEqual(answer)
  })

  test.for([
    ['username', 'jdoe'],
    ['mobile', '+15550101'],
    ['phone', '+15550101'],
    ['PhoneNumber', '+15550101'],
    ['sub', '5f5cbb84-4ceb-4975-b347-4bfac61e9248'],
  ] as const)('by %s, unset members being null', async ([name, value]) => {
    const body = { requestId: await live.requestId(), email: null, provider: null, [name]: value }
    expect(shown(await live.json('POST', OLD.initiate, body))).toMatchObject([200, { data: { reset_initiated: true } }])
  })
})

/** What a stranger sees of a whole reset, ids hidden. */
async function seen(identifier: Readonly<Record<string, string>>): Promise<readonly unknown[]> {
  const answers: Answer[] = []
  const requestId = await live.requestId()
  const initiate = await live.json('POST', OLD.initiate, { requestId, ...identifier })
  answers.push(initiate)
  const resetRequestId = dataOf(initiate.text)['rprq'] ?? ''
  for (const code of ['000000', '000001', '', '000002', '000003', '000004', '000005', '000006']) {
    answers.push(await live.json('POST', OLD.validate, { resetRequestId, code }))
  }
  answers.push(await live.json('POST', OLD.accept, { resetRequestId, exchangeId: resetRequestId, ...passwords }))
  answers.push(await live.json('POST', OLD.initiate, { requestId, ...identifier }))
  return answers.map(({ status, headers, text }) => [
    status,
    [...headers].filter(([name]) => name !== 'date').map(([name, value]) => `${name}: ${value}`),
    text
      .replaceAll(/\d{13}-[0-9a-f-]{36}/g, 'REFERENCE')
      .replaceAll(resetRequestId, 'RPRQ')
      .replaceAll(/"rprq":"[\w-]{43}"/g, '"rprq":"ID"'),
  ])
}

test('a stranger sees the same of everybody', async () => {
  const known = await seen({ email: 'mdurand@example.fr' })
  expect(known.map((answer) => (answer as readonly unknown[])[0])).toEqual([200, 400, 400, 417, 400, 400, 400, 400, 400, 400, 200])
  for (const email of ['nobody@example.com', 'llock@example.com', 'dgone@example.com', 'family@example.com']) {
    expect(await seen({ email })).toEqual(known)
  }
  expect(await seen({ username: 'nomail' })).toEqual(known)
})

test('a reset that came to nothing is over, and nothing was reset', async () => {
  const { rprq, code } = await begin('cloud')
  const wrong = ['000000', '000001', '000002', '000003', '000004', '000005'].filter((one) => one !== code)
  for (const one of wrong) await live.json('POST', OLD.validate, { resetRequestId: rprq, code: one })
  expect(shown(await live.json('POST', OLD.validate, { resetRequestId: rprq, code }))).toEqual(WRONG_IDS)
})

test('a flow that asks for more than the calls hold is told as a refusal', async () => {
  const steps = 'steps: [userQuery, emailValidation: { length: 6 }, currentPassword, reset]'
  const own = await liveServer({ flows: { 'forgot.yaml': `flow: cidaas-forgot\nspeaks: { cidaas: forgot }\n${steps}\n` } })
  onTestFinished(() => own.close())
  const begun = dataOf((await own.json('POST', OLD.initiate, byMail(await own.requestId(), 'jdoe'))).text)
  const [mail] = await own.mailed(mailOf('jdoe'), begun['rprq'] ?? '')
  const answer = await own.json('POST', OLD.validate, { resetRequestId: begun['rprq'], code: mail?.code })
  expect(shown(answer)).toEqual(failure(400, 10_006, 'The request was refused', 'VER_0006'))
})

describe('the two ids', () => {
  test('one cannot stand for the other, and both must be of one reset', async () => {
    const one = await proven('jdoe')
    const two = await proven('bjensen')
    const accept = (resetRequestId: string, exchangeId: string) =>
      live.json('POST', OLD.accept, { resetRequestId, exchangeId, ...passwords })
    for (const [rprq, exchangeId] of [
      [one.rprq, one.rprq],
      [one.exchangeId, one.rprq],
      [one.exchangeId, one.exchangeId],
      [one.rprq, two.exchangeId],
      [two.rprq, one.exchangeId],
      [one.rprq, `${one.exchangeId.slice(0, -2)}AA`],
      [one.rprq, 'x'.repeat(5000)],
    ] as const) {
      expect(shown(await accept(rprq, exchangeId))).toEqual(WRONG_EXCHANGE)
    }
    expect(shown(await live.json('POST', OLD.validate, { resetRequestId: one.exchangeId, code: '123456' }))).toEqual(WRONG_IDS)
    expect((await accept(one.rprq, one.exchangeId)).status).toBe(200)
  })

  test('no password is set before the code, and no code taken after it', async () => {
    const { rprq, code } = await begin('jdoe')
    const early = await live.json('POST', OLD.accept, { resetRequestId: rprq, exchangeId: 'made-up', ...passwords })
    expect(shown(early)).toEqual(WRONG_EXCHANGE)
    await live.json('POST', OLD.validate, { resetRequestId: rprq, code })
    expect(shown(await live.json('POST', OLD.validate, { resetRequestId: rprq, code: `${code} ` }))).toEqual(WRONG_IDS)
  })

  test('racing passwords: one is set', async () => {
    const { rprq, exchangeId } = await proven('jdoe')
    const answers = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 8].map((number) => {
        const password = `Rac1ng-passw0rd-${number}`
        return live.json('POST', OLD.accept, { resetRequestId: rprq, exchangeId, password, confirmPassword: password })
      }),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.every(({ status }) => status === 200 || status === 400)).toBe(true)
  })
})

describe('forms', () => {
  const places = (answer: Answer) => {
    const location = new URL(answer.headers.get('location') ?? '')
    return [answer.status, answer.text, location.pathname, Object.fromEntries(location.searchParams)]
  }

  test('SEC-42 SEC-44 lead from page to page, and nothing secret stands in an address', async () => {
    const requestId = await live.requestId()
    const begun = await live.form(OLD.initiate, {
      requestId,
      email: 'cloud@example.com',
      resetMedium: 'email',
      processingType: 'CODE',
      next: 'https://evil.example',
    })
    const rprq = new URL(begun.headers.get('location') ?? '').searchParams.get('rprq') ?? ''
    expect(places(begun)).toEqual([302, '', '/password_forgot', { requestId, rprq, resetMedium: 'email' }])
    const [mail] = await live.mailed('cloud@example.com', rprq)
    const code = mail?.code ?? ''
    const wrong = await live.form(OLD.validate, { requestId, resetRequestId: rprq, code: '000000' })
    expect(places(wrong)).toEqual([
      302,
      '',
      '/password_forgot',
      { requestId, rprq, error: 'Bad Request', error_description: 'Invalid code', error_code: '10008' },
    ])
    const right = await live.form(NEW.validate, { requestId, resetRequestId: rprq, code, resetMedium: 'email' })
    const exchangeId = new URL(right.headers.get('location') ?? '').searchParams.get('exchangeId') ?? ''
    expect(places(right)).toEqual([302, '', '/password_set', { requestId, rprq, exchangeId, exchangeid: exchangeId, resetMedium: 'email' }])
    const fields = { requestId, resetRequestId: rprq, exchangeId, trackId: 'track-1' }
    const weak = await live.form(OLD.accept, { ...fields, password: 'short', confirmPassword: 'short' })
    expect(places(weak)).toEqual([
      302,
      '',
      '/password_set',
      {
        requestId,
        rprq,
        exchangeId,
        exchangeid: exchangeId,
        error: 'Bad Request',
        error_description: 'The password violates the password policy: MIN_LENGTH',
        error_code: 'PASSWORD_POLICY',
      },
    ])
    const set = await live.form(OLD.accept, { ...fields, ...passwords })
    expect(places(set)).toEqual([302, '', '/password_set_success', { requestId, suggested_action: 'LOGIN', trackId: 'track-1' }])
    const addresses = [begun, wrong, right, weak, set].map(({ headers }) => headers.get('location') ?? '').join('\n')
    expect([code, PASSWORD, 'short', 'evil'].filter((text) => addresses.includes(text))).toEqual([])
  })

  test('SEC-47 what stands twice is refused', async () => {
    const body = `resetRequestId=a&resetRequestId=b&code=123456`
    const answer = await live.send('POST', OLD.validate, { 'Content-Type': 'application/x-www-form-urlencoded' }, body)
    expect(places(answer).slice(0, 3)).toEqual([302, '', '/password_forgot'])
  })
})

describe('the link of a mail', () => {
  test('SEC-41 leads to the page for the new password, spends nothing, and finishes the reset after a weak try', async () => {
    const { rprq, link, code } = await begin('hdesk')
    const path = link.replace(live.url, '')
    expect(path).toMatch(/^\/password-srv\/resetpassword\?action=handlereset&rprq=/)
    expect(path).not.toContain(code)
    const followed = [await live.send('GET', path), await live.send('HEAD', path), await live.send('GET', path)]
    expect(followed.map(({ status }) => status)).toEqual([302, 404, 302])
    const target = new URL(followed[0]?.headers.get('location') ?? '')
    const exchangeId = target.searchParams.get('exchangeId') ?? ''
    expect([target.pathname, Object.fromEntries(target.searchParams)]).toEqual([
      '/password_set',
      { rprq, exchangeId, exchangeid: exchangeId },
    ])
    const ids = { resetRequestId: rprq, exchangeId }
    const weak = await live.json('POST', NEW.accept, { ...ids, password: 'short', confirmPassword: 'short' })
    expect(weak.status).toBe(400)
    const set = await live.json('POST', NEW.accept, { ...ids, ...passwords })
    expect(shown(set)).toEqual([200, { success: true, status: 200, data: { reseted: true } }])
    expect((await live.json('POST', NEW.accept, { ...ids, password: 'An0ther-one', confirmPassword: 'An0ther-one' })).status).toBe(400)
  })

  test('is good for its own reset only', async () => {
    const one = await begin('hdesk')
    const two = await begin('admin')
    const exchange = new URL(one.link).searchParams.get('code') ?? ''
    const other = await live.json('POST', OLD.accept, { resetRequestId: two.rprq, exchangeId: exchange, ...passwords })
    expect(shown(other)).toEqual(WRONG_EXCHANGE)
    const bent = await live.send('GET', `/password-srv/resetpassword?action=handlereset&rprq=${two.rprq}&code=${exchange}`)
    const location = new URL(bent.headers.get('location') ?? '')
    expect([bent.status, location.pathname, location.searchParams.get('error_description')]).toEqual([
      302,
      '/password_forgot',
      'Invalid resetRequestId',
    ])
  })
})

test('where the flow lets choose, the medium asked for is taken', async () => {
  const choosing = await liveServer({ flows: { 'forgot.yaml': CHOOSING } })
  try {
    const body = { requestId: await choosing.requestId(), username: 'bjensen', resetMedium: 'SMS' }
    const answer = await choosing.json('POST', OLD.initiate, body)
    const { rprq = '' } = dataOf(answer.text)
    expect(shown(answer)).toEqual([200, { success: true, status: 200, data: { reset_initiated: true, rprq } }])
    const code = await choosing.texted('+15550101')
    const right = await choosing.json('POST', OLD.validate, { resetRequestId: rprq, code })
    expect(shown(right)).toMatchObject([200, { data: { resetRequestId: rprq } }])
    // Somebody without a phone looks like everybody else.
    const without = await choosing.json('POST', OLD.initiate, { ...body, requestId: await choosing.requestId(), username: 'jdoe' })
    expect(shown(without)).toMatchObject([200, { data: { reset_initiated: true } }])
  } finally {
    await choosing.close()
  }
})

const CHOOSING = `flow: cidaas-forgot
speaks:
  cidaas: forgot
steps:
  - userQuery
  - choose:
      - emailValidation
      - smsValidation
  - reset
`
