import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { wireServer } from '../../wire/server.js'

const CLIENT = fileURLToPath(new URL('../../../../../examples/clients/airlock.mjs', import.meta.url))

test.for([
  ['password-reset', 'jdoe', ['USERNAME_REQUIRED', 'EMAIL_OTP_REQUIRED', 'NEW_PASSWORD_REQUIRED']],
  ['password-reset-questions', 'jdoe', ['USERNAME_REQUIRED', 'EMAIL_OTP_REQUIRED', 'SECRET_QUESTIONS_REQUIRED', 'NEW_PASSWORD_REQUIRED']],
  ['password-reset-selection', 'bjensen', ['USERNAME_REQUIRED', 'SELECTION_REQUIRED', 'EMAIL_OTP_REQUIRED', 'NEW_PASSWORD_REQUIRED']],
] as const)('the example client goes through %s on the server as it ships', async ([flow, person, steps]) => {
  const server = await wireServer()
  onTestFinished(() => server.close())
  const { stdout } = await promisify(execFile)(process.execPath, [CLIENT, flow, person, `${person}@example.com`], {
    env: { ...process.env, REKEY_URL: server.running.url },
    timeout: 20_000,
  })
  expect(
    stdout
      .replace(/"id":"\d{18}"/, '"id":"N"')
      .trimEnd()
      .split('\n'),
  ).toEqual([...steps, 'done: {"type":"public-self-service.session","id":"N","attributes":{}}'])
})
