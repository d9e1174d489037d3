import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FIRST_TIME, liveServer, MUSTER, type Live } from './live.js'

const CLIENT = fileURLToPath(new URL('../../../../../examples/clients/cidaas.mjs', import.meta.url))

let live: Live
beforeAll(async () => {
  live = await liveServer()
})
afterAll(() => live.close())

async function client(env: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [CLIENT], { env: { ...process.env, REKEY_URL: live.url, ...env } })
  return stdout.trimEnd().split('\n')
}

test('the example client resets a forgotten password', async () => {
  expect(await client()).toEqual([
    expect.stringMatching(/^begun: \{"reset_initiated":true,"rprq":"[\w-]{43}"\}$/),
    'the code was right',
    'done: {"success":true,"status":200,"data":{"reseted":true}}',
  ])
})

test('the example client changes a password, and sets a first one', async () => {
  const changed = 'changed: {"success":true,"status":200,"data":{"changed":true}}'
  const available = 'available: PASSWORD, EMAIL, SMS, TOTP'
  const first = await client({ REKEY_TOKEN: await live.token(FIRST_TIME) })
  expect(first).toEqual([available, 'configured: EMAIL', changed])
  const env = { REKEY_TOKEN: await live.token(MUSTER), REKEY_OLD_PASSWORD: 'N3w-passw0rd' }
  expect(await client(env)).toEqual([available, 'configured: PASSWORD, EMAIL, SMS', changed])
})
