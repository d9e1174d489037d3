import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { live } from './live.js'

const CLIENT = fileURLToPath(new URL('../../../../../examples/clients/bright-pattern.mjs', import.meta.url))

test('the example client gets a password that signs in', async () => {
  const { url, passwordIs } = await live()
  const { stdout } = await promisify(execFile)(process.execPath, [CLIENT], { env: { ...process.env, REKEY_URL: url } })
  const [, name, password = ''] = /^(\S+) signs in with (\S+)\n$/.exec(stdout) ?? []
  expect([name, await passwordIs('Jon.One', password)]).toEqual(['CN=Jon.One,CN=Users,DC=mydomain,DC=com', true])
})
