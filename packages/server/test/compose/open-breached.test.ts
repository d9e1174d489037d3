import { createHash } from 'node:crypto'
import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { Secret } from '@rekey/core'
import { MemoryDirectory } from '@rekey/core/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeFolder, type Folder } from '../adapters/directory/folder.js'
import { createLogger } from '../../src/adapters/log/logger.js'
import { hasherOf } from '../../src/compose/hasher-of.js'
import { openBreached } from '../../src/compose/open-breached.js'
import { policyOf } from '../../src/compose/open-people.js'
import type { Closers } from '../../src/compose/ports.js'
import { loadConfig } from '../../src/config/load-config.js'
import { dialects } from '../../src/dialects/index.js'

const PASSWORD = 'correct horse battery'
const DIGEST = createHash('sha1').update(PASSWORD).digest('hex').toUpperCase()
const SALT = 'abcdefghijklmnopqrstuu'

let folder: Folder
let lines: string[] = []
const closers: Closers = []
beforeEach(async () => {
  folder = await makeFolder()
  lines = []
})
afterEach(async () => {
  for (const closer of closers.splice(0)) await closer()
  await folder.remove()
})

const log = createLogger(
  'trace',
  new Writable({
    write(line: Buffer, _, done) {
      lines.push(line.toString('utf8'))
      done()
    },
  }),
)

async function configured(passwords: object, list = `${DIGEST}:5\n`) {
  await writeFile(join(folder.path, 'pwned.txt'), list)
  await writeFile(join(folder.path, 'rekey.yaml'), JSON.stringify({ passwords: { profile: 'standard', ...passwords } }))
  const loaded = await loadConfig({ env: {}, cwd: folder.path, dialects })
  if (loaded.is === 'faults') throw new Error(loaded.faults[0]?.message)
  return loaded.config
}

async function judging(passwords: object) {
  const config = await configured(passwords)
  const directory = new MemoryDirectory([{ id: 'p1', userName: 'jdoe' }])
  const policy = policyOf(config, directory, await openBreached(config, { log, closers }))
  const person = await directory.read('p1')
  if (person === undefined) throw new Error('there is no p1')
  return { policy, check: async (password: string) => policy.check(new Secret(password), person) }
}

test('SEC-65: what was seen in a breach is refused by the name of the rule, and the rule is printed', async () => {
  const { policy, check } = await judging({ breached: { file: 'pwned.txt' } })
  expect(policy.rules().map(({ rule }) => rule)).toEqual([
    'REQUIRED',
    'MIN_LENGTH',
    'MAX_LENGTH',
    'CANNOT_CONTAIN_OTHERS',
    'COMMON',
    'BREACHED',
    'HISTORY',
  ])
  expect([await check(PASSWORD), await check('correct horse staple')]).toEqual([[{ rule: 'BREACHED' }], []])
})

test('without it there is no such rule', async () => {
  const { policy, check } = await judging({})
  expect(policy.rules().map(({ rule }) => rule)).not.toContain('BREACHED')
  expect(await check(PASSWORD)).toEqual([])
})

test('a file that is no list keeps the server from starting', async () => {
  const config = await configured({ breached: { file: 'pwned.txt' } }, 'Passw0rd\n')
  await expect(openBreached(config, { log, closers })).rejects.toMatchObject({
    name: 'CannotOpen',
    message: `the list of breached passwords \`${join(folder.path, 'pwned.txt')}\` cannot be used: it is no list of lines \`<SHA-1>:<count>\``,
  })
})

test('SEC-74: what could not be looked up and is let through stands in the log, and nothing of the password with it', async () => {
  const { check } = await judging({ breached: { file: 'pwned.txt', onFault: 'allow' } })
  await truncate(join(folder.path, 'pwned.txt'), 3)
  expect(await check(PASSWORD)).toEqual([])
  expect(lines).toEqual([expect.stringContaining('a password was taken without being looked up among the breached ones')])
  expect(lines.join('')).not.toMatch(new RegExp(`horse|${DIGEST.slice(0, 5)}`, 'i'))
})

test('SEC-74: hashes that something is wrong with stand in the log once, and nothing of them with it', async () => {
  const { passwords } = await configured({ hashing: { memoryKiB: 8, passes: 1, older: ['$6$'] } })
  const hasher = hasherOf(passwords.hashing, log)
  const stored = [`$2b$31$${SALT}m174eFeoTj0DHmtuueFaS3Wde4P7wHG`, `$2b$04$${SALT}m174eFeoTj0DHmtuueFaS3Wde4P7wHG`, `{SSHA}${SALT}`]
  for (const hash of [...stored, ...stored]) await hasher.verify(hash, new Secret('wrong'))
  expect(lines.map((line) => Object(JSON.parse(line)))).toEqual([
    expect.objectContaining({ is: 'unreadable', form: 'bcrypt' }),
    expect.objectContaining({ is: 'unlisted', cost: 'bcrypt 4' }),
    expect.objectContaining({ is: 'unreadable', form: 'unknown' }),
  ])
  expect(lines.join('')).not.toMatch(new RegExp(`${SALT.slice(0, 8)}|wrong|m174`))
  await hasher.verify(`$6$saltstring$${'x'.repeat(86)}`, new Secret('wrong'))
  expect(lines).toHaveLength(3)
})
