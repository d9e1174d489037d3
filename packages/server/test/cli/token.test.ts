import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { capturedIo } from './captured-io.js'

let cwd = ''
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rekey-token-'))
  await writeFile(join(cwd, 'people.yaml'), 'people:\n  - { userName: jdoe }\n')
  await writeFile(join(cwd, 'own.yaml'), 'directory: { seed: ./people.yaml }\n')
})
afterAll(() => rm(cwd, { recursive: true }))

async function rekey(...argv: readonly string[]) {
  const io = capturedIo(cwd)
  const code = await run(argv, io)
  return { code, ...io.written }
}

test('prints a token for a demo person, by any spelling of the name', async () => {
  const { code, out } = await rekey('token', 'MUSTER')
  const claims: unknown = JSON.parse(Buffer.from(out.split('.')[1] ?? '', 'base64url').toString())
  expect(code).toBe(0)
  expect(claims).toMatchObject({ sub: '5f5cbb84-4ceb-4975-b347-4bfac61e9248', iss: 'https://issuer.demo.invalid', aud: 'rekey-demo' })
})

test.for([
  ['nobody', ['token', 'nobody'], 'nobody is called `nobody`'],
  ['somebody of a directory that is not the demo', ['token', 'jdoe', '--config', 'own.yaml'], 'for the demo people only'],
] as const)('prints none for %s', async ([, argv, message]) => {
  const { code, out, err } = await rekey(...argv)
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toContain(message)
})
