import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isJsonObject, printText, type JsonObject } from '@rekey/core'
import { until } from '@rekey/core/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeBase32, totpCode, totpStep } from '../../../steps/src/totp-code.js'
import { startServer, type Running } from '../../src/compose.js'
import { loadConfig } from '../../src/config/load-config.js'
import { dialects } from '../../src/dialects/index.js'

const FLOW = (id: string, proof: string) => `flow: ${id}\nspeaks: { forgerock: { as: ${id} } }\nsteps: [userQuery, ${proof}, reset]\n`

let folder = ''
let running: Running
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-proofs-'))
  await mkdir(join(folder, 'flows'))
  await writeFile(join(folder, 'flows', 'by-sms.yaml'), FLOW('by-sms', 'smsValidation'))
  await writeFile(join(folder, 'flows', 'by-app.yaml'), FLOW('by-app', 'totp'))
  await writeFile(
    join(folder, 'flows', 'by-group.yaml'),
    FLOW('by-group', '{ restriction: { disallowedGroups: [admins] } }, emailValidation'),
  )
  await writeFile(
    join(folder, 'flows', 'for-staff.yaml'),
    FLOW('for-staff', '{ restriction: { allowedGroups: [staff] } }, emailValidation'),
  )
  const settings = { port: 0, flows: './flows', passwords: { hashing: { memoryKiB: 8, passes: 1, lanes: 1 } }, log: { level: 'silent' } }
  await writeFile(join(folder, 'rekey.yaml'), JSON.stringify(settings))
  const loaded = await loadConfig({ env: {}, cwd: folder, dialects })
  if (loaded.is === 'faults') throw new Error(printText(loaded.faults))
  running = await startServer(loaded.config)
})
afterAll(async () => {
  await running.close()
  await rm(folder, { recursive: true, force: true })
})

/** One call of a conversation. @returns the body. */
async function call(flow: string, body: JsonObject): Promise<JsonObject> {
  const response = await fetch(`${running.url}/openidm/selfservice/${flow}?_action=submitRequirements`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-OpenIDM-Username': 'anonymous', 'X-OpenIDM-Password': 'anonymous' },
    body: JSON.stringify(body),
  })
  const answer: unknown = await response.json()
  return isJsonObject(answer) ? answer : {}
}

/** Names somebody. @returns the answer that asks for the code. */
const begin = (flow: string, userName: string) => call(flow, { input: { queryFilter: `userName eq "${userName}"` } })
const end = { type: 'resetStage', tag: 'end', status: { success: true }, additions: {} }

test('a code by text message goes to the telephone and lets its reader set a password', async () => {
  const to = '+15550101'
  const asked = await begin('by-sms', 'bjensen')
  expect(asked).toMatchObject({ type: 'smsValidation', tag: 'validateCode' })
  const [text] = await until('the text message', async () => {
    const response = await fetch(`${running.url}/dev/mailbox?to=${encodeURIComponent(to)}`)
    const found: unknown = await response.json()
    return Array.isArray(found) && found.length > 0 ? (found as readonly JsonObject[]) : undefined
  })
  expect(text).toEqual({ to, text: expect.stringMatching(/^Your code is \d{6}\. /), sentAt: expect.any(String) })
  const code = /code is (\d{6})/.exec(JSON.stringify(text))?.[1] ?? ''
  const { token } = await call('by-sms', { token: asked['token'] ?? '', input: { code } })
  expect(await call('by-sms', { token: token ?? '', input: { password: 'Passw0rd9' } })).toEqual(end)
})

test('a code of an authenticator app does too, once; somebody without an app sees the same', async () => {
  const key = decodeBase32('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP') ?? new Uint8Array()
  const code = totpCode(key, totpStep(Date.now() / 1_000))
  const [real, again, bare] = [await begin('by-app', 'admin'), await begin('by-app', 'admin'), await begin('by-app', 'jdoe')]
  const masked = ({ token: _token, ...rest }: JsonObject) => rest
  expect(masked(bare)).toEqual(masked(real))
  const { token } = await call('by-app', { token: real['token'] ?? '', input: { code } })
  const refused = await call('by-app', { token: again['token'] ?? '', input: { code } })
  expect(refused).toMatchObject({ code: 400 })
  expect(await call('by-app', { token: bare['token'] ?? '', input: { code } })).toEqual(refused)
  expect(await call('by-app', { token: token ?? '', input: { password: 'Passw0rd9' } })).toEqual(end)
})

test.for([
  ['by-group', ['jdoe', 'admin', 'Jane.Two', 'nobody', 'llock']],
  ['for-staff', ['jdoe', 'jdoe2', 'Jon.One', 'nobody', 'llock']],
] as const)('whom a restriction keeps out sees what others see: %s (SEC-1)', async ([flow, people]) => {
  const answers = await Promise.all(people.map((userName) => begin(flow, userName)))
  const [first, ...others] = answers.map(({ token: _token, ...rest }) => rest)
  expect(first).toMatchObject({ type: 'emailValidation', tag: 'validateCode' })
  for (const other of others) expect(other).toEqual(first)
})
