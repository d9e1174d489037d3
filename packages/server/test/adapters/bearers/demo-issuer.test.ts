import { readFile, stat, writeFile, chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { Secret } from '@rekey/core'
import { memoryStore } from '@rekey/core/memory'
import { MemoryDirectory } from '@rekey/core/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDemoIssuer } from '../../../src/adapters/bearers/demo-issuer.js'
import { KnownBearers } from '../../../src/adapters/bearers/known-bearers.js'
import { makeFolder, type Folder } from '../directory/folder.js'

let folder: Folder
beforeEach(async () => {
  folder = await makeFolder()
})
afterEach(() => folder.remove())

const pathOf = () => join(folder.path, 'sub', 'demo-issuer.json')

test('a token of one process is good in another', async () => {
  const now = () => 1_767_323_045_000
  const [one, other] = [await openDemoIssuer(pathOf()), await openDemoIssuer(pathOf())]
  const directory = new MemoryDirectory([{ id: 'p-jdoe', userName: 'jdoe' }])
  const bearers = new KnownBearers({ sessions: memoryStore().sessions, directory, issuers: [other.issuer], now })
  expect(await bearers.verify(new Secret(await one.mint('p-jdoe', now() / 1_000)))).toEqual({
    principal: 'p-jdoe',
    scopes: ['profile', 'cidaas:users_write'],
    subjects: ['p-jdoe'],
  })
  expect(await bearers.verify(new Secret(await one.mint('p-jdoe', now() / 1_000 - 86_431)))).toBeUndefined()
})

test('the key is for its owner only, and leaves in no form the verifying side gets', async () => {
  const { issuer } = await openDemoIssuer(pathOf())
  expect((await stat(pathOf())).mode & 0o777).toBe(0o600)
  const secret: unknown = JSON.parse(await readFile(pathOf(), 'utf8'))
  const d = typeof secret === 'object' && secret !== null && 'd' in secret ? String(secret.d) : ''
  expect(d.length).toBeGreaterThan(100)
  expect(JSON.stringify(issuer)).not.toContain(d)
})

test('a file that others can read, or that holds no key, is refused', async () => {
  await openDemoIssuer(pathOf())
  await chmod(pathOf(), 0o644)
  await expect(openDemoIssuer(pathOf())).rejects.toThrow('can be read by others')
  await chmod(pathOf(), 0o600)
  await writeFile(pathOf(), '{"kty":"oct","k":"x","kid":"a"}')
  await expect(openDemoIssuer(pathOf())).rejects.toThrow('holds no keys')
})
