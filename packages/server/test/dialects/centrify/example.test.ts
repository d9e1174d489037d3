import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { liveServer } from './live.js'

const example = fileURLToPath(new URL('../../../../../examples/clients/centrify.mjs', import.meta.url))

test('the example client resets a password and signs in with it', async () => {
  const server = await liveServer()
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [example], { env: { ...process.env, REKEY_URL: server.url } })
    expect(stdout.trimEnd().split('\n')).toEqual([
      'challenges: EMAIL, then RESET',
      'mail: OobPending, poll: OobPending',
      'code: StartNextChallenge',
      'new password: NoncommitalSuccess, Password change was successful, please authenticate with your new credentials.',
      'done: LoginSuccess as Barbara Jensen',
    ])
  } finally {
    await server.close()
  }
})
