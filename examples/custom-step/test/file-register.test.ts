import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Secret } from '@rekey/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FileRegister } from '../src/file-register.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'branch-codes-'))
})
afterAll(() => rm(folder, { recursive: true }))

const SHIPPED = fileURLToPath(new URL('../branch-codes.json', import.meta.url))

test.for([
  ['the code of the person', 'jdoe', 'H4PX92KM', true],
  ['another code', 'jdoe', 'H4PX92KN', false],
  ['nothing', 'jdoe', '', false],
  ['the code of somebody else', 'bjensen', 'H4PX92KM', false],
  ['somebody nobody knows', 'nobody', 'H4PX92KM', false],
  ['a name that every object has', 'constructor', '', false],
] as const)('the register is asked for %s', async ([, userName, code, expected]) => {
  expect(await new FileRegister(SHIPPED).isHandedTo(userName, new Secret(code))).toBe(expected)
})

test('a code that the desk hands over is good at once, and one that it takes back is not', async () => {
  const path = join(folder, 'codes.json')
  const register = new FileRegister(path)
  await writeFile(path, '{}')
  expect(await register.isHandedTo('jdoe', new Secret('A'))).toBe(false)
  await writeFile(path, '{"jdoe":"559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd"}')
  expect(await register.isHandedTo('jdoe', new Secret('A'))).toBe(true)
  await writeFile(path, '{"jdoe":"revoked"}')
  expect(await register.isHandedTo('jdoe', new Secret('A'))).toBe(false)
})

test('a register that cannot be read is a fault, and no refusal', async () => {
  await expect(new FileRegister(join(folder, 'absent.json')).isHandedTo('jdoe', new Secret('A'))).rejects.toThrow('ENOENT')
})
