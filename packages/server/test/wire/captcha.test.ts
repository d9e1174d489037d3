import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonObject } from '@rekey/core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Ports } from '../../src/compose.js'
import { formOf, vendorServer } from '../adapters/captcha/vendor-server.js'
import { Judge } from '../openapi/judge.js'
import { documentOf, recorded } from '../openapi/recording.js'
import { submitTo, tokenOf, type Answer } from './call.js'
import { differences, played, tokenIn, type Script } from './masked.js'
import { wireServer, type WireServer } from './server.js'

const FLOWS = {
  guarded: 'speaks: [forgerock]\nsteps: [captcha, userQuery, emailValidation, reset]',
  late: 'speaks: [forgerock]\nsteps: [userQuery, captcha, emailValidation, reset]',
  acted: 'speaks: [forgerock]\nsteps: [captcha: { provider: scored, action: reset }, userQuery, emailValidation, reset]',
  unprovided: 'speaks: [forgerock]\nsteps: [captcha: { provider: missing }, userQuery, emailValidation, reset]',
  unheard: 'speaks: [forgerock]\nsteps: [captcha: { action: reset }, userQuery, emailValidation, reset]',
}

/** Calls of the parts that know people or keep conversations, in order; made afresh for each test. */
const calls: string[] = []

/** The part, with the calls of it noted. */
function watched<T extends object>(name: string, part: T): T {
  return new Proxy(part, {
    get(from, member) {
      const value: unknown = Reflect.get(from, member)
      if (typeof value !== 'function') return value
      return (...given: readonly unknown[]): unknown => {
        calls.push(`${name}.${String(member)}`)
        return Reflect.apply(value, from, given)
      }
    },
  })
}

let folder = ''
let vendor: Awaited<ReturnType<typeof vendorServer>>
let server: WireServer
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-captcha-'))
  await mkdir(join(folder, 'flows'))
  for (const [id, text] of Object.entries(FLOWS)) await writeFile(join(folder, 'flows', `${id}.yaml`), `flow: ${id}\n${text}\n`)
  vendor = await vendorServer([500, ''])
  const provider: JsonObject = {
    siteKey: 'site-key',
    secret: '${CAPTCHA_SECRET}',
    url: vendor.url,
    hosts: ['id.example.com'],
    timeout: '20s',
  }
  server = await wireServer({
    folder,
    env: { CAPTCHA_SECRET: 'secret-key-of-the-site' },
    config: {
      flows: './flows',
      captcha: {
        providers: [
          { vendor: 'recaptcha-v2', ...provider },
          { name: 'scored', vendor: 'recaptcha-v3', ...provider },
        ],
      },
    },
    adapt: (ports: Ports): Ports => ({
      ...ports,
      directory: watched('directory', ports.directory),
      conversations: watched('conversations', ports.conversations),
      once: watched('once', ports.once),
      mailer: watched('mailer', ports.mailer),
    }),
  })
})
afterAll(async () => {
  await server.close()
  await vendor.close()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => {
  vendor.says((call, response) => void response.writeHead(200).end(JSON.stringify(verdictOn(formOf(call)['response'] ?? ''))))
  vendor.calls.length = 0
})

/** A vendor who takes every response that begins with `human` for a human's, as often as it comes. */
function verdictOn(response: string): JsonObject {
  if (!response.startsWith('human')) return { success: false, 'error-codes': ['invalid-input-response'] }
  return { success: true, hostname: 'id.example.com', score: 0.9, action: 'reset' }
}

const submit = (flow: string, input: JsonObject, token = '') =>
  server.client.post(submitTo(flow), { ...(token !== '' && { token }), input })

let count = 0
/** A response that no other test has used. */
const human = () => `human-${(count += 1)}`

const bodyOf = ({ text }: Answer): JsonObject => JSON.parse(text) as JsonObject
const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status)

const REFUSED = { code: 400, reason: 'Bad Request', message: 'Recaptcha verification is unsuccessful. ' }
const AWAY = { code: 503, reason: 'Service Unavailable', message: 'Service unavailable' }

describe('before anybody is named', () => {
  test('the page is told what the vendor of the protocol tells it, and asking is no call', async () => {
    const described = bodyOf(
      await server.client.get('/openidm/selfservice/guarded', { 'X-OpenIDM-Username': 'anonymous', 'X-OpenIDM-Password': 'anonymous' }),
    )
    expect(described).toMatchObject({ type: 'captcha', tag: 'initial' })
    expect(JSON.stringify(described['requirements'])).toBe(
      JSON.stringify({
        $schema: 'http://json-schema.org/draft-04/schema#',
        description: 'Captcha stage',
        type: 'object',
        required: ['response'],
        properties: { response: { recaptchaSiteKey: 'site-key', description: 'Captcha response', type: 'string' } },
      }),
    )
    expect(vendor.calls).toEqual([])
  })

  test('a human goes on to the end; the vendor was asked once', async () => {
    const { client } = server
    const exchanges = recorded(client)
    const judge = new Judge(await documentOf(client, 'forgerock'))
    const before = (await server.mails('bjensen@example.com')).length
    const named = await submit('guarded', { response: human() })
    const coded = await submit('guarded', { queryFilter: 'userName eq "bjensen"' }, tokenOf(named))
    const mail = await server.nextMail('bjensen@example.com', before)
    const code = /\b\d{8}\b/.exec(mail.text)?.[0] ?? ''
    const proved = await submit('guarded', { code }, tokenOf(coded))
    const ended = await submit('guarded', { password: 'N3w-passw0rd-of-captcha' }, tokenOf(proved))
    expect(bodyOf(ended)).toMatchObject({ tag: 'end', status: { success: true } })
    expect(vendor.calls.map(formOf)).toEqual([{ secret: 'secret-key-of-the-site', response: `human-${count}` }])
    expect(exchanges.flatMap((exchange) => judge.lies(exchange))).toEqual([])
  })

  test('the newer pages send it under another name as well', async () => {
    expect((await submit('guarded', { 'g-recaptcha-response': human() })).status).toBe(200)
    expect((await submit('guarded', { response: human(), 'g-recaptcha-response': 'bad' })).status).toBe(200)
  })

  test('a robot reaches no person, no store and no mail (SEC-26)', async () => {
    calls.length = 0
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => submit('guarded', { response: `robot-${index}` })))
    expect(answers.map(bodyOf)).toEqual(Array.from({ length: 20 }, () => REFUSED))
    expect(calls).toEqual([])
    // The same watch sees what a human sets going.
    const named = await submit('guarded', { response: human() })
    await submit('guarded', { queryFilter: 'userName eq "bjensen"' }, tokenOf(named))
    expect(calls).toEqual(expect.arrayContaining(['once.claim', 'conversations.create', 'directory.find', 'conversations.commit']))
  })

  test('nobody gets past it: by another answer, without one, or with one of another type (SEC-21, SEC-45)', async () => {
    calls.length = 0
    const inputs: readonly JsonObject[] = [
      {},
      { response: '' },
      { response: null },
      { response: true },
      { response: 7 },
      { response: ['human-a'] },
      { response: { text: 'human-a' } },
      { response: 'x'.repeat(16_385) },
      { queryFilter: 'userName eq "bjensen"' },
      { queryFilter: 'userName eq "bjensen"', response: 'robot' },
      { captcha: 'human-a' },
    ]
    const answers = await Promise.all(inputs.map((input) => submit('guarded', input)))
    expect(statuses(answers)).toEqual(Array(inputs.length).fill(400))
    expect(vendor.calls.map(formOf).map(({ response }) => response)).toEqual(['robot'])
    expect(calls).toEqual([])
  })

  test('one response sent by 32 at once begins one conversation (SEC-18)', async () => {
    const response = human()
    const answers = await Promise.all(Array.from({ length: 32 }, () => submit('guarded', { response })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status !== 200).map(bodyOf)).toEqual(Array.from({ length: 31 }, () => REFUSED))
    // Nor in another flow, later.
    expect((await submit('late', { queryFilter: 'userName eq "bjensen"' })).status).toBe(200)
    const token = tokenOf(await submit('late', { queryFilter: 'userName eq "bjensen"' }))
    expect(bodyOf(await submit('late', { response }, token))).toEqual(REFUSED)
  })

  test.for([
    ['is away', [503, '']],
    ['redirects', [302, '']],
    ['says something else', [200, 'yes']],
    ['does not take our keys', [200, { success: false, 'error-codes': ['invalid-input-secret'] }]],
  ] as const)('while the vendor %s nobody passes; then the same response does (SEC-79)', async ([, says]) => {
    const response = human()
    vendor.says(says)
    calls.length = 0
    expect(bodyOf(await submit('guarded', { response }))).toEqual(AWAY)
    expect(calls).toEqual([])
    vendor.says([200, { success: true, hostname: 'id.example.com' }])
    expect((await submit('guarded', { response })).status).toBe(200)
  })
})

describe('with score and action', () => {
  test('the page is told which captcha it is', async () => {
    const described = bodyOf(
      await server.client.get('/openidm/selfservice/acted', { 'X-OpenIDM-Username': 'anonymous', 'X-OpenIDM-Password': 'anonymous' }),
    )
    expect(described['requirements']).toMatchObject({
      properties: { response: { recaptchaSiteKey: 'site-key', captchaVendor: 'recaptcha-v3', captchaAction: 'reset' } },
    })
  })

  test.for([
    ['a human', {}, 200],
    ['a low score', { score: 0.3 }, 400],
    ['another action', { action: 'search' }, 400],
    ['another host', { hostname: 'evil.example' }, 400],
  ] as const)('%s', async ([, more, status]) => {
    vendor.says([200, { ...verdictOn('human'), ...more }])
    expect((await submit('acted', { response: human() })).status).toBe(status)
  })
})

describe('after somebody was named', () => {
  const named = async (who: string) => tokenOf(await submit('late', { queryFilter: `userName eq "${who}"` }))

  test('a robot and a human are answered alike whether or not there is such a person (SEC-1)', async () => {
    const script: Script = async (say, filter) => {
      const token = tokenIn(await say('late', { input: { queryFilter: filter } }))
      vendor.says([500, ''])
      await say('late', { token, input: { response: 'human-away' } })
      vendor.says([200, { success: false }])
      await say('late', { token, input: { response: 'robot' } })
      vendor.says([200, { success: true, hostname: 'id.example.com' }])
      await say('late', { token, input: { response: human() } })
    }
    const known = await played(server.client, script, 'userName eq "bjensen"')
    const unknown = await played(server.client, script, 'userName eq "nobody-of-that-name"')
    expect(known.map(({ status }) => status)).toEqual([200, 503, 400, 200])
    expect(differences(known, unknown)).toEqual([])
  })

  test('a vendor who is away costs no try; robots use them up (SEC-79, SEC-27)', async () => {
    const token = await named('bjensen')
    vendor.says([503, ''])
    for (let index = 0; index < 10; index += 1) expect(bodyOf(await submit('late', { response: `away-${index}` }, token))).toEqual(AWAY)
    vendor.says([200, { success: false }])
    const refused: Answer[] = []
    for (let index = 0; index < 10; index += 1) refused.push(await submit('late', { response: `robot-${index}` }, token))
    expect(statuses(refused)).toEqual(Array(10).fill(400))
    vendor.says([200, { success: true, hostname: 'id.example.com' }])
    expect(bodyOf(await submit('late', { response: human() }, token))).toMatchObject({ code: 400 })
    expect(vendor.calls.length).toBeLessThan(20)
  })

  test('the same request again gets the same answer, and the vendor is not asked again (SEC-19)', async () => {
    const token = await named('bjensen')
    const response = human()
    const first = await submit('late', { response }, token)
    const again = await submit('late', { response }, token)
    expect([again.status, again.text]).toEqual([200, first.text])
    expect(vendor.calls).toHaveLength(1)
  })
})

test('a flow whose captcha nobody judges is not served, and the report says what is missing', async () => {
  expect(server.running.report.notServed).toEqual([
    {
      id: 'unheard',
      why: 'its step `captcha` names an `action`, and `recaptcha-v2` does not tell any: delete it, or ask another provider',
    },
    {
      id: 'unprovided',
      why: 'its step `captcha` asks the provider of captchas `missing`, which is not configured: add it to `captcha.providers`',
    },
  ])
  expect((await submit('unprovided', { response: human() })).status).toBe(403)
})
