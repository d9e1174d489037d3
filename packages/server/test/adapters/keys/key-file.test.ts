import { spawn } from 'node:child_process'
import { chmod, lstat, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openKeyFile } from '../../../src/adapters/keys/key-file.js'
import type { KeyRing } from '../../../src/config/config.js'
import { keyBytes } from '../../../src/config/key-ring.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-keys-'))
})
afterAll(() => rm(folder, { recursive: true }))

let cases = 0
const freshPath = (): string => join(folder, `case-${(cases += 1)}`, 'keys.json')

function reveal({ signing, stable }: KeyRing) {
  return { signing: signing.map(({ id, secret }) => [id, secret.reveal()]), stable: stable.reveal() }
}

describe('a key file that is not there is made', () => {
  test('with 32 random bytes for each purpose, for its owner only, and no draft left over', async () => {
    const path = freshPath()
    const ring = await openKeyFile(path)
    const secrets = [...ring.signing.map(({ secret }) => secret), ring.stable].map(keyBytes)
    expect(secrets.map((bytes) => bytes.length)).toEqual([32, 32])
    expect(new Set(secrets.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(2)
    expect(((await lstat(path)).mode & 0o777).toString(8)).toBe('600')
    expect(((await lstat(dirname(path))).mode & 0o777).toString(8)).toBe('700')
    expect(await readdir(dirname(path))).toEqual(['keys.json'])
  })

  test('and read again afterwards', async () => {
    const path = freshPath()
    expect(reveal(await openKeyFile(path))).toEqual(reveal(await openKeyFile(path)))
  })

  test('once, by whichever of 32 callers is first', async () => {
    const path = freshPath()
    const rings = await Promise.all(Array.from({ length: 32 }, () => openKeyFile(path)))
    expect(new Set(rings.map((ring) => JSON.stringify(reveal(ring)))).size).toBe(1)
    expect(await readdir(dirname(path))).toEqual(['keys.json'])
  })
})

test('processes that start at the same time get the same keys', async () => {
  const path = freshPath()
  const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
  const args = [here('../directory/run-source.mjs'), here('key-file-child.ts'), path]
  const children = Array.from({ length: 4 }, () => spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] }))
  const lines = children.map((child) => createInterface({ input: child.stdout })[Symbol.asyncIterator]())
  const nextLines = () => Promise.all(lines.map(async (reader) => String((await reader.next()).value)))
  expect(await nextLines()).toEqual(['ready', 'ready', 'ready', 'ready'])
  for (const child of children) child.stdin.write('go\n')
  const printed = await nextLines()
  expect(new Set(printed)).toEqual(new Set([JSON.stringify(reveal(await openKeyFile(path)))]))
})

describe('SEC-14 a key file that cannot be trusted is refused', () => {
  const kept = async (change: (path: string) => Promise<unknown>): Promise<string> => {
    const path = freshPath()
    await openKeyFile(path)
    await change(path)
    return path
  }

  test.for([
    [
      'others can read it',
      (path: string) => chmod(path, 0o644),
      'can be read by others: run `chmod 600 PATH`, or delete it to get new keys',
    ],
    [
      'its group can write it',
      (path: string) => chmod(path, 0o620),
      'can be read by others: run `chmod 600 PATH`, or delete it to get new keys',
    ],
    ['it is cut short', (path: string) => writeFile(path, '{ "format": 1'), 'holds no keys: delete it to get new ones'],
    ['it is empty', (path: string) => writeFile(path, ''), 'holds no keys: delete it to get new ones'],
    ['it has no keys', (path: string) => writeFile(path, '{ "format": 1, "signing": [] }'), 'holds no keys: delete it to get new ones'],
    [
      'its keys are weak',
      async (path: string) => writeFile(path, (await readFile(path, 'utf8')).replace(/"secret": "[^"]*"/, '"secret": "c2VjcmV0"')),
      'holds no keys: delete it to get new ones',
    ],
    [
      'it is a symbolic link',
      async (path: string) => {
        await rm(path)
        await writeFile(`${path}.other`, '{}')
        await symlink(`${path}.other`, path)
      },
      'is a symbolic link: name the file itself',
    ],
    [
      'it is a folder',
      async (path: string) => {
        await rm(path)
        await mkdir(path)
      },
      'is no file',
    ],
  ] as const)('%s', async ([, change, why]) => {
    const path = await kept(change)
    await expect(openKeyFile(path)).rejects.toThrow(`the key file \`${path}\` ${why.replace('PATH', path)}`)
  })
})
