import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { capturedIo } from './captured-io.js'

let cwd = ''
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rekey-check-'))
})
afterAll(() => rm(cwd, { recursive: true }))

const flow = (secret: string) => `flow: generate
speaks: { bright-pattern: generate }
require: vouched
steps:
  - trustedCaller: { secret: "${secret}" }
  - userQuery
  - generatePassword
`

async function check(text: string) {
  await writeFile(join(cwd, 'generate.yaml'), text)
  const io = capturedIo(cwd)
  const code = await run(['check', 'generate.yaml'], io)
  return { code, why: /not served: (.*)/.exec(io.written.out)?.[1], sum: io.written.out.split('\n').at(-2) }
}

test('a flow is checked where its secrets are not', async () => {
  expect(await check(flow('${A_VARIABLE_THAT_IS_NOT_SET}'))).toEqual({
    code: 0,
    why: 'the environment variable `A_VARIABLE_THAT_IS_NOT_SET`, a secret of it, is not set',
    sum: '1 flow, no errors, no warnings',
  })
})

test('a secret in clear is refused', async () => {
  expect(await check(flow('a-secret-in-clear'))).toEqual({ code: 1, why: undefined, sum: 'no flows, 1 error, no warnings' })
})
