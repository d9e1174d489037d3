import { createHash } from 'node:crypto'
import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Secret } from '@rekey/core'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { breachedPasswords } from '../../../../src/adapters/passwords/breached/breached-passwords.js'
import { openFileCounts, type OpenCounts } from '../../../../src/adapters/passwords/breached/file-counts.js'
import { makeFolder, type Folder } from '../../directory/folder.js'

let folder: Folder
const opened: OpenCounts[] = []
beforeEach(async () => {
  folder = await makeFolder()
})
afterEach(async () => {
  for (const list of opened.splice(0)) await list.close()
  await folder.remove()
})

async function listOf(text: string): Promise<OpenCounts> {
  const path = join(folder.path, 'breached.txt')
  await writeFile(path, text)
  const list = await openFileCounts(path)
  opened.push(list)
  return list
}

const digestOf = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase()
const entries = (count: number) =>
  Array.from({ length: count }, (_, at) => [digestOf(`password ${at}`), (at * 7919) ** 2 % 1_000_003] as const).toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  )

/** Many times what is read at once, so that the search halves. */
const MANY = 3_000

test.for([
  ['lines of Windows', '\r\n', true],
  ['lines of Unix', '\n', true],
  ['a last line without an end', '\r\n', false],
] as const)('finds each of many and nothing else, with %s', async ([, end, hasEnd]) => {
  const all = entries(MANY)
  const text = all.map(([digest, count]) => `${digest}:${count}`).join(end)
  const list = await listOf(hasEnd ? `${text}${end}` : text)
  const first = all.slice(0, 50).concat(all.slice(-50))
  for (const [digest, count] of first.concat(all.filter((_, at) => at % 10 === 0))) expect(await list.countOf(digest)).toBe(count)
  for (let at = 0; at < 300; at += 1) expect(await list.countOf(digestOf(`other ${at}`))).toBe(0)
  expect([await list.countOf('0'.repeat(40)), await list.countOf('F'.repeat(40))]).toEqual([0, 0])
})

test('finds what stands in a list of any length, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 400 }), fc.nat(), fc.boolean(), async (size, which, isSmall) => {
      const all = entries(size)
      const lines = all.map(([digest, count]) => `${isSmall ? digest.toLowerCase() : digest}:${count}\n`)
      const list = await listOf(lines.join(''))
      const [digest = '', count] = all[which % size] ?? []
      expect(await list.countOf(digest)).toBe(count)
      expect(await list.countOf(digest.replace(/.$/, (last) => (last === '0' ? '1' : '0')))).toBe(0)
    }),
    { numRuns: 40, seed: 71 },
  )
})

test('judges by how often a password was seen, in the form in which it is set', async () => {
  const list = await listOf(`${digestOf('café au lait')}:12\n`)
  const seen = async (minCount: number, password: string) =>
    breachedPasswords(list, { minCount, onFault: 'refuse' }).has(new Secret(password))
  expect([await seen(1, 'café au lait'), await seen(12, 'cafe\u0301 au lait'), await seen(13, 'café au lait')]).toEqual([true, true, false])
  expect([await seen(1, 'café au lait '), await seen(1, 'x'.repeat(60_000))]).toEqual([false, false])
})

const SORTED = `${'1'.repeat(40)}:1\n${'2'.repeat(40)}:1\n${'3'.repeat(40)}:1\n`

test.for([
  ['nothing', '', 'there is nothing in it'],
  ['passwords', 'Passw0rd\n123456\n', 'it is no list'],
  ['hashes of another kind', `${'1'.repeat(32)}:1\n`, 'it is no list'],
  ['one long line', 'x'.repeat(100_000), 'it is no list'],
  ['no counts', `${'1'.repeat(40)}\n`, 'it is no list'],
  ['the order of how often they were seen', `${'3'.repeat(40)}:9\n${'2'.repeat(40)}:2\n${'1'.repeat(40)}:1\n`, 'not sorted'],
] as const)('refuses a file of %s', async ([, text, message]) => {
  await expect(listOf(text)).rejects.toMatchObject({ name: 'BreachCheckFault', message: expect.stringContaining(message) })
})

test.for([
  ['has become shorter', async (path: string) => truncate(path, 10)],
  ['has a line that is none', async (path: string) => writeFile(path, SORTED.replace('2222:1', '2222 1'))],
] as const)('a list that %s while it lies open refuses, and lets through where that is wanted', async ([, damage]) => {
  const list = await listOf(SORTED)
  await damage(join(folder.path, 'breached.txt'))
  const secret = new Secret('any')
  await expect(breachedPasswords(list, { minCount: 1, onFault: 'refuse' }).has(secret)).rejects.toThrow(/list/)
  const told: unknown[] = []
  expect(await breachedPasswords(list, { minCount: 1, onFault: 'allow', report: (fault) => told.push(fault) }).has(secret)).toBe(false)
  expect(told).toEqual([expect.objectContaining({ name: 'BreachCheckFault' })])
})
