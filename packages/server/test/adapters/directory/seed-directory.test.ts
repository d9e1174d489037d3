import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Secret } from '@rekey/core'
import type { Principal, Properties } from '@rekey/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { seedDigest, seedDirectory } from '../../../src/adapters/directory/seed-directory.js'
import { SqliteDirectory } from '../../../src/adapters/directory/sqlite-directory.js'
import { PasswordHasher } from '../../../src/adapters/passwords/password-hasher.js'
import { Database } from '../../../src/adapters/directory/database.js'
import { cheapHasher } from './cheap-hasher.js'
import { makeFolder } from './folder.js'
import type { Folder } from './folder.js'

const SEED = `
questions: { 1: { en: Which color? } }
people:
  - { userName: jdoe, mail: jdoe@example.com, password: Passw0rd1, answers: [{ question: 1, answer: Blue }] }
  - { userName: bare }
`

let folder: Folder
const opened: SqliteDirectory[] = []

beforeEach(async () => {
  folder = await makeFolder()
})

afterEach(async () => {
  for (const directory of opened.splice(0)) await directory.close()
  await folder.remove()
})

test('takes people and questions in, so that a later process finds them without the text', async () => {
  await seedDirectory(await open(), SEED, 'people.yaml')
  const later = await open()
  const jdoe = await personOf(later, 'jdoe')
  expect(await later.verifyPassword(jdoe.id, new Secret('Passw0rd1'))).toBe(true)
  expect(await later.verifyAnswers(jdoe.id, [{ question: '1', answer: new Secret('blue') }])).toBe(true)
  expect([...later.questions()]).toEqual([['1', { en: 'Which color?' }]])
})

test('leaves a changed password changed after a restart, and when the text has changed', async () => {
  const first = await open()
  await seedDirectory(first, SEED, 'people.yaml')
  const { id, credentialVersion } = await personOf(first, 'jdoe')
  await first.setPassword({ id, secret: new Secret('changed'), expect: credentialVersion, act: 'act', deadline: Date.now() + 60_000 })
  await first.close()

  const second = await open()
  await seedDirectory(second, SEED, 'people.yaml')
  await seedDirectory(second, `${SEED}  - { userName: late, password: Passw0rd1 }\n`, 'people.yaml')
  expect(await second.verifyPassword(id, new Secret('changed'))).toBe(true)
  expect(await personOf(second, 'late')).toMatchObject({ hasPassword: true })
  expect(await personOf(second, 'jdoe')).toMatchObject({ id, mail: 'jdoe@example.com' })
})

test('does nothing with a text that it knows', async () => {
  await seedDirectory(await open(), SEED, 'people.yaml')
  const cannotHash = new PasswordHasher({ concurrency: 0, maxWaiting: 0 })
  const later = await open(cannotHash)
  await seedDirectory(later, SEED, 'people.yaml')
  await expect(seedDirectory(later, `${SEED}  - { userName: late, password: Passw0rd1 }\n`, 'people.yaml')).rejects.toThrow('too many')
  expect(await later.find({ is: 'equals', field: 'userName', value: 'late' })).toEqual([])
})

test('remembers a text whose people have others beside them now', async () => {
  const directory = await open()
  const known = async () => [await directory.knowsSeed(seedDigest(SEED)), await directory.hasSown(seedDigest(SEED))]
  expect(await known()).toEqual([false, false])
  await seedDirectory(directory, SEED, 'people.yaml')
  expect(await known()).toEqual([true, true])
  await seedDirectory(directory, 'people: [{ userName: late }]\n', 'people.yaml')
  expect(await known()).toEqual([false, true])
  await seedDirectory(directory, SEED, 'people.yaml')
  expect(await known()).toEqual([true, true])
})

test('takes nobody in when the text is at fault', async () => {
  const directory = await open()
  await expect(seedDirectory(directory, `${SEED}  - { userNam: late }\n`, 'people.yaml')).rejects.toThrow(
    'people.yaml:6:7 there is no `userNam` here',
  )
  expect(await directory.find({ is: 'equals', field: 'userName', value: 'jdoe' })).toEqual([])
})

describe('declared attributes', () => {
  const declared = { department: { type: 'string' }, grade: { type: 'integer' } } as const
  const seed = (attributes: string) => `people: [{ userName: jdoe${attributes} }, { userName: bare }]\n`
  const shownTo = async (attributes: Properties) => {
    const directory = await SqliteDirectory.open({ path: join(folder.path, 'people.db'), hasher: cheapHasher(), attributes })
    opened.push(directory)
    return { directory, of: async (who: string) => (await personOf(directory, who)).attributes }
  }

  test('come to people who were there before and had none, and stay what they are', async () => {
    const { directory, of } = await shownTo(declared)
    await seedDirectory(directory, seed(''), 'people.yaml', declared)
    expect(await of('jdoe')).toBeUndefined()
    await seedDirectory(directory, seed(', attributes: { department: sales }'), 'people.yaml', declared)
    expect([await of('jdoe'), await of('bare')]).toEqual([{ department: 'sales' }, undefined])
    await seedDirectory(directory, seed(', attributes: { department: legal, grade: 3 }'), 'people.yaml', declared)
    expect(await of('jdoe')).toEqual({ department: 'sales' })
  })

  test('are not shown when nobody declares them any more, or as something else', async () => {
    const { directory } = await shownTo(declared)
    await seedDirectory(directory, seed(', attributes: { department: sales, grade: 3 }'), 'people.yaml', declared)
    expect(await (await shownTo({ grade: { type: 'integer' } })).of('jdoe')).toEqual({ grade: 3 })
    expect(
      await (await shownTo({ grade: { type: 'boolean' }, department: { type: 'string', enum: ['legal'] } })).of('jdoe'),
    ).toBeUndefined()
    expect(await (await shownTo({})).of('jdoe')).toBeUndefined()
    expect(await (await shownTo(declared)).of('jdoe')).toEqual({ department: 'sales', grade: 3 })
  })
})

test('keeps the file from the eyes of others', async () => {
  await open()
  expect((await stat(join(folder.path, 'people.db'))).mode & 0o777).toBe(0o600)
})

test('hashes a password again at the new cost when it is next given, and keeps its version', async () => {
  const cheap = await open()
  await seedDirectory(cheap, SEED, 'people.yaml')
  const before = await personOf(cheap, 'jdoe')
  const directory = await open(new PasswordHasher({ cost: { memoryKiB: 16, passes: 2, lanes: 1 } }))
  const costs = async () => (await hashes()).map((hash) => /m=\d+,t=\d+/.exec(hash)?.[0])
  expect(await directory.verifyPassword(before.id, new Secret('wrong'))).toBe(false)
  expect(await costs()).toEqual(['m=8,t=1'])
  expect(await directory.verifyPassword(before.id, new Secret('Passw0rd1'))).toBe(true)
  await expect.poll(costs).toEqual(['m=16,t=2'])
  const [again] = await hashes()
  expect(await directory.verifyPassword(before.id, new Secret('Passw0rd1'))).toBe(true)
  await directory.close()
  expect(await hashes()).toEqual([again])
  expect(await personOf(await open(), 'jdoe')).toEqual(before)
})

test('refuses a file of a later version', async () => {
  const database = await Database.open(join(folder.path, 'people.db'))
  await database.write(() => [{ sql: 'PRAGMA user_version = 99', args: [] }])
  database.close()
  await expect(open()).rejects.toThrow('the directory file has version 99')
})

async function open(hasher = cheapHasher()): Promise<SqliteDirectory> {
  const directory = await SqliteDirectory.open({ path: join(folder.path, 'people.db'), hasher })
  opened.push(directory)
  return directory
}

/** The hashes of passwords that stand in the file. */
async function hashes(): Promise<readonly string[]> {
  const database = await Database.open(join(folder.path, 'people.db'))
  const rows = await database.all('SELECT password_hash FROM people WHERE password_hash IS NOT NULL')
  database.close()
  return rows.flatMap(({ password_hash: hash }) => (typeof hash === 'string' ? [hash] : []))
}

async function personOf(directory: SqliteDirectory, userName: string): Promise<Principal> {
  const [person] = await directory.find({ is: 'equals', field: 'userName', value: userName })
  if (person === undefined) throw new Error(`there is no ${userName}`)
  return person
}
