import { join } from 'node:path'
import { Secret, type Principal } from '@rekey/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Database } from '../../../src/adapters/directory/database.js'
import { seedDirectory } from '../../../src/adapters/directory/seed-directory.js'
import { SqliteDirectory } from '../../../src/adapters/directory/sqlite-directory.js'
import type { PasswordForm } from '../../../src/adapters/passwords/password-form.js'
import { PasswordHasher } from '../../../src/adapters/passwords/password-hasher.js'
import { makeFolder, type Folder } from './folder.js'
import { DEARER, HeldHasher, OLDER_HASHES, TODAY } from './held-hasher.js'

const PASSWORD = new Secret('Passw0rd1')
const NEXT = new Secret('the next one')

let folder: Folder
const opened: SqliteDirectory[] = []
beforeEach(async () => {
  folder = await makeFolder()
})
afterEach(async () => {
  for (const directory of opened.splice(0)) await directory.close()
  await folder.remove()
})

test.for(Object.entries(OLDER_HASHES))('SEC-67: a log-in makes a hash of %s again, and nothing else moves', async ([, passwordHash]) => {
  const directory = await open(new PasswordHasher({ cost: DEARER }), { jdoe: passwordHash })
  const before = await personOf(directory)
  expect(await directory.verifyPassword(before.id, new Secret('passw0rd1'))).toBe(false)
  expect(await directory.verifyPassword('nobody', PASSWORD)).toBe(false)
  expect(await hashOf('jdoe')).toBe(passwordHash)
  expect(await directory.verifyPassword(before.id, PASSWORD)).toBe(true)
  await expect.poll(() => hashOf('jdoe')).toContain(TODAY)
  expect(await personOf(directory)).toEqual(before)
  expect([await directory.verifyPassword(before.id, PASSWORD), await directory.verifyPassword(before.id, NEXT)]).toEqual([true, false])
  // What was there is no earlier password: it is the same one.
  expect(await directory.remembersPassword(before.id, PASSWORD)).toBe(true)
  expect(await earlier()).toEqual([])
})

test('the answer does not wait for the new hash, and the end does', async () => {
  const hasher = new HeldHasher()
  const directory = await open(hasher, { jdoe: OLDER_HASHES.bcrypt })
  expect(await directory.verifyPassword('jdoe', PASSWORD)).toBe(true)
  await hasher.begun()
  expect(await hashOf('jdoe')).toBe(OLDER_HASHES.bcrypt)
  const closed = directory.close()
  hasher.letGo()
  await closed
  expect(await hashOf('jdoe')).toContain(TODAY)
})

test('a change that comes between wins: the old password never comes back', async () => {
  const hasher = new HeldHasher()
  const directory = await open(hasher, { jdoe: OLDER_HASHES.bcrypt })
  const { id, credentialVersion } = await personOf(directory)
  expect(await directory.verifyPassword(id, PASSWORD)).toBe(true)
  await hasher.begun()
  const changed = await directory.setPassword({ id, secret: NEXT, expect: credentialVersion, act: 'act', deadline: Date.now() + 600_000 })
  const set = await hashOf('jdoe')
  hasher.letGo()
  await directory.close()
  expect(changed.is).toBe('done')
  expect(await hashOf('jdoe')).toBe(set)
  const later = await open(new PasswordHasher({ cost: DEARER }))
  expect([await later.verifyPassword(id, NEXT), await later.verifyPassword(id, PASSWORD)]).toEqual([true, false])
})

test('of log-ins and a change that race, the change wins every time', async () => {
  const people = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`racer${at}`, OLDER_HASHES.scrypt]))
  const directory = await open(new PasswordHasher({ cost: DEARER }), people)
  const changes = Object.keys(people).map(async (userName) => {
    const { id, credentialVersion } = await personOf(directory, userName)
    const [changed] = await Promise.all([
      directory.setPassword({ id, secret: NEXT, expect: credentialVersion, act: 'act', deadline: Date.now() + 600_000 }),
      directory.verifyPassword(id, PASSWORD),
      directory.verifyPassword(id, PASSWORD),
    ])
    return changed.is
  })
  expect(await Promise.all(changes)).toEqual(Object.keys(people).map(() => 'done'))
  await directory.close()
  const later = await open(new PasswordHasher({ cost: DEARER }))
  for (const id of Object.keys(people)) {
    expect([await later.verifyPassword(id, NEXT), await later.verifyPassword(id, PASSWORD)]).toEqual([true, false])
  }
})

test('what waits is dropped at the end, and made again another day', async () => {
  const hasher = new HeldHasher()
  const directory = await open(hasher, { first: OLDER_HASHES.bcrypt, second: OLDER_HASHES.scrypt })
  for (const id of ['first', 'second']) expect(await directory.verifyPassword(id, PASSWORD)).toBe(true)
  await hasher.begun()
  const closed = directory.close()
  hasher.letGo()
  await closed
  expect([await hashOf('first'), await hashOf('second')]).toEqual([expect.stringContaining(TODAY), OLDER_HASHES.scrypt])
})

async function open(hasher: PasswordForm, people: { readonly [userName: string]: string } = {}): Promise<SqliteDirectory> {
  const directory = await SqliteDirectory.open({ path: join(folder.path, 'people.db'), hasher })
  opened.push(directory)
  const lines = Object.entries(people).map(([name, hash]) => `  - { id: ${name}, userName: ${name}, passwordHash: '${hash}' }\n`)
  if (lines.length > 0) await seedDirectory(directory, `people:\n${lines.join('')}`, 'people.yaml')
  return directory
}

async function personOf(directory: SqliteDirectory, userName = 'jdoe'): Promise<Principal> {
  const [person] = await directory.find({ is: 'equals', field: 'userName', value: userName })
  if (person === undefined) throw new Error(`there is no ${userName}`)
  return person
}

async function hashOf(id: string): Promise<string> {
  const [hash] = await column('SELECT password_hash AS hash FROM people WHERE id = ?', [id])
  return String(hash)
}

async function earlier(): Promise<readonly unknown[]> {
  return column('SELECT hash FROM earlier_passwords', [])
}

async function column(sql: string, args: readonly string[]): Promise<readonly unknown[]> {
  const database = await Database.open(join(folder.path, 'people.db'))
  try {
    return (await database.all(sql, args)).map((row) => row['hash'])
  } finally {
    database.close()
  }
}
