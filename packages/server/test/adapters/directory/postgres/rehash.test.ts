import { Secret } from '@rekey/core'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { PeopleMapping } from '../../../../src/adapters/directory/postgres/mapping.js'
import { PostgresDirectory } from '../../../../src/adapters/directory/postgres/postgres-directory.js'
import { PasswordHasher } from '../../../../src/adapters/passwords/password-hasher.js'
import { DEARER, HeldHasher, OLDER_HASHES, TODAY } from '../held-hasher.js'
import { fillForeign, FOREIGN_TABLES, mappingOf } from './foreign-table.js'
import { administer, dropSchema, freshSchema, settings } from './with-postgres.js'

const PASSWORD = new Secret('Passw0rd1')
const NEXT = new Secret('the next one')

let schema = ''
beforeEach(() => {
  schema = freshSchema()
})
afterEach(() => dropSchema(schema))

describe('in tables of our own', () => {
  test.for(Object.entries(OLDER_HASHES))('SEC-67: a log-in makes a hash of %s again, and nothing else moves', async ([, passwordHash]) => {
    const directory = await openOwn(new PasswordHasher({ cost: DEARER }), { jdoe: passwordHash })
    const before = await directory.read('jdoe')
    expect(await directory.verifyPassword('jdoe', NEXT)).toBe(false)
    expect(await ownHash('jdoe')).toBe(passwordHash)
    expect(await directory.verifyPassword('jdoe', PASSWORD)).toBe(true)
    await expect.poll(() => ownHash('jdoe')).toContain(TODAY)
    expect(await directory.read('jdoe')).toEqual(before)
    expect(await directory.verifyPassword('jdoe', PASSWORD)).toBe(true)
  })

  test('a change that comes between wins: the old password never comes back', async () => {
    const hasher = new HeldHasher()
    const directory = await openOwn(hasher, { jdoe: OLDER_HASHES.bcrypt })
    expect(await directory.verifyPassword('jdoe', PASSWORD)).toBe(true)
    await hasher.begun()
    expect(await change(directory, 'jdoe')).toBe('done')
    const set = await ownHash('jdoe')
    hasher.letGo()
    await directory.close()
    expect(await ownHash('jdoe')).toBe(set)
    const later = await openOwn(new PasswordHasher({ cost: DEARER }))
    expect([await later.verifyPassword('jdoe', NEXT), await later.verifyPassword('jdoe', PASSWORD)]).toEqual([true, false])
  })

  test('of log-ins and a change that race, the change wins every time', async () => {
    const people = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`racer${at}`, OLDER_HASHES.scrypt]))
    const directory = await openOwn(new PasswordHasher({ cost: DEARER }), people)
    const changes = Object.keys(people).map(async (id) => {
      const [changed] = await Promise.all([
        change(directory, id),
        directory.verifyPassword(id, PASSWORD),
        directory.verifyPassword(id, PASSWORD),
      ])
      return changed
    })
    expect(await Promise.all(changes)).toEqual(Object.keys(people).map(() => 'done'))
    await directory.close()
    const later = await openOwn(new PasswordHasher({ cost: DEARER }))
    for (const id of Object.keys(people)) {
      expect([await later.verifyPassword(id, NEXT), await later.verifyPassword(id, PASSWORD)]).toEqual([true, false])
    }
  })
})

describe('in a table of another program', () => {
  beforeEach(async () => {
    await administer(FOREIGN_TABLES(schema))
    await fillForeign(schema, [{ userName: 'jdoe' }])
    await administer(`UPDATE ${schema}.users SET pw_hash = '${OLDER_HASHES.bcrypt}'`)
  })

  test.for(['argon2', 'bcrypt', 'django-pbkdf2'] as const)(
    'every form that is known is read, where %s is written',
    async (passwordFormat) => {
      const directory = await openForeign({ passwordFormat })
      for (const hash of Object.values(OLDER_HASHES)) {
        await administer(`UPDATE ${schema}.users SET pw_hash = '${hash}'`)
        expect([await directory.verifyPassword('1', PASSWORD), await directory.verifyPassword('1', NEXT)]).toEqual([true, false])
        expect([await directory.remembersPassword('1', PASSWORD), await directory.remembersPassword('1', NEXT)]).toEqual([true, false])
      }
    },
  )

  test.for([
    ['argon2', TODAY],
    ['bcrypt', '$2b$05$'],
    ['django-pbkdf2', 'pbkdf2_sha256$1000$'],
  ] as const)('a change writes %s', async ([passwordFormat, front]) => {
    const directory = await openForeign({ passwordFormat, passwordCost: 5 })
    expect(await change(directory, '1')).toBe('done')
    expect(await foreignHash()).toContain(front)
    expect([await directory.verifyPassword('1', NEXT), await directory.verifyPassword('1', PASSWORD)]).toEqual([true, false])
    expect(await directory.remembersPassword('1', PASSWORD)).toBe(true)
  })

  test('SEC-66: a password that bcrypt would cut is refused as a rule of the policy, and nothing is written', async () => {
    const directory = await openForeign({ passwordFormat: 'bcrypt' })
    const person = await directory.read('1')
    const secret = new Secret('x'.repeat(73))
    const request = { id: '1', secret, expect: person?.credentialVersion ?? '', act: 'act', deadline: Date.now() + 600_000 }
    expect(await directory.setPassword(request)).toEqual({
      is: 'refused',
      failures: [{ rule: 'MAX_LENGTH', params: { maxLength: 72 } }],
    })
    expect(await foreignHash()).toBe(OLDER_HASHES.bcrypt)
  })

  test('a log-in changes nothing, unless that is wanted', async () => {
    const before = await row()
    const directory = await openForeign({})
    expect(await directory.verifyPassword('1', PASSWORD)).toBe(true)
    await directory.close()
    expect(await row()).toEqual(before)
    const wanted = await openForeign({ rehash: true })
    const person = await wanted.read('1')
    expect(await wanted.verifyPassword('1', PASSWORD)).toBe(true)
    await expect.poll(foreignHash).toContain(TODAY)
    expect(await wanted.read('1')).toEqual(person)
    expect({ ...Object(await row()), pw_hash: OLDER_HASHES.bcrypt }).toEqual(before)
  })

  test('a log-in makes bcrypt of another cost again as bcrypt', async () => {
    const directory = await openForeign({ passwordFormat: 'bcrypt', passwordCost: 5, rehash: true })
    expect(await directory.verifyPassword('1', PASSWORD)).toBe(true)
    await expect.poll(foreignHash).toContain('$2b$05$')
    expect(await directory.verifyPassword('1', PASSWORD)).toBe(true)
  })
})

async function openOwn(hasher: PasswordHasher, people: { readonly [id: string]: string } = {}): Promise<PostgresDirectory> {
  const directory = await PostgresDirectory.open({ settings: settings({ schema }), hasher })
  onTestFinished(() => directory.close())
  const strangers = Object.entries(people).map(([id, passwordHash]) => ({ id, userName: id, passwordHash }))
  if (strangers.length > 0) await directory.sow('seed', strangers, new Map())
  return directory
}

async function openForeign(mapping: Partial<PeopleMapping>): Promise<PostgresDirectory> {
  const hasher = new PasswordHasher({ cost: DEARER })
  const directory = await PostgresDirectory.open({ settings: settings({ people: mappingOf(schema, mapping) }), hasher })
  onTestFinished(() => directory.close())
  return directory
}

async function change(directory: PostgresDirectory, id: string): Promise<string> {
  const person = await directory.read(id)
  const expected = person?.credentialVersion ?? ''
  const changed = await directory.setPassword({ id, secret: NEXT, expect: expected, act: 'act', deadline: Date.now() + 600_000 })
  return changed.is
}

async function ownHash(id: string): Promise<unknown> {
  const [found] = await administer(`SELECT password_hash FROM ${schema}.people WHERE id = '${id}'`)
  return found?.['password_hash']
}

async function row(): Promise<unknown> {
  const [found] = await administer(`SELECT to_jsonb(u) AS row FROM ${schema}.users u`)
  return found?.['row']
}

async function foreignHash(): Promise<unknown> {
  const [found] = await administer(`SELECT pw_hash FROM ${schema}.users`)
  return found?.['pw_hash']
}
