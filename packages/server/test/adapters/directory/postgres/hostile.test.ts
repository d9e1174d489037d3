import { FILTER_FIELDS, Secret, type Filter } from '@rekey/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { quoted } from '../../../../src/adapters/directory/postgres/names.js'
import { PostgresDirectory } from '../../../../src/adapters/directory/postgres/postgres-directory.js'
import { cheapHasher } from '../cheap-hasher.js'
import { fillForeign, FOREIGN_TABLES, mappingOf } from './foreign-table.js'
import { administer, dropSchema, freshSchema, settings } from './with-postgres.js'

const PAYLOADS = [
  "' OR '1'='1",
  "x' OR true --",
  "'; DROP TABLE people; --",
  "') UNION SELECT version()::text --",
  "\\'; SELECT pg_sleep(5); --",
  '$1',
  '$$;DROP TABLE people;$$',
  '?',
  '" OR ""="',
  "%' ESCAPE '",
  "'||(SELECT password_hash FROM people LIMIT 1)||'",
  '\u02bc OR 1=1 --',
  '0; COMMIT',
  'NULL',
  '{}',
  "E'\\x27'",
  '('.repeat(200),
]

const schema = freshSchema()
const foreign = freshSchema()
const opened: PostgresDirectory[] = []
const JDOE = {
  userName: 'jdoe',
  mail: 'jdoe@example.com',
  password: 'Passw0rd1',
  groups: ['staff'],
  answers: [{ question: '1', answer: 'blue' }],
}

beforeAll(async () => {
  await administer(FOREIGN_TABLES(foreign))
  await fillForeign(foreign, [JDOE])
  opened.push(
    await PostgresDirectory.open({ settings: settings({ schema }), hasher: cheapHasher() }),
    await PostgresDirectory.open({ settings: settings({ people: mappingOf(foreign) }), hasher: cheapHasher() }),
  )
  await opened[0]?.sow('seed', [JDOE], new Map())
})
afterAll(async () => {
  for (const directory of opened) await directory.close()
  await dropSchema(schema)
  await dropSchema(foreign)
})

const everything = async () => [
  await administer(`SELECT to_jsonb(p) AS row FROM ${schema}.people p`),
  await administer(`SELECT to_jsonb(u) AS row FROM ${foreign}.users u`),
]

describe.each([
  ['our own tables', 0],
  ['a table of others', 1],
])('SEC-51: no text changes a statement, in %s:', (_, at) => {
  const directory = () => {
    const one = opened[at]
    if (one === undefined) throw new Error('the directory is not open')
    return one
  }
  const person = async () => {
    const [jdoe] = await directory().find({ is: 'equals', field: 'userName', value: 'jdoe' })
    if (jdoe === undefined) throw new Error('jdoe is gone')
    return jdoe
  }

  test.each(FILTER_FIELDS)('a search by %s', async (field) => {
    const before = await everything()
    for (const payload of PAYLOADS) {
      const alone: Filter = { is: 'equals', field, value: payload }
      const known: Filter = { is: 'equals', field: 'userName', value: 'jdoe' }
      expect(await directory().find(alone)).toEqual([])
      expect(await directory().find({ is: 'and', of: [known, alone] })).toEqual([])
      expect(await directory().find({ is: 'or', of: [alone, known] })).toHaveLength(1)
    }
    expect(await everything()).toEqual(before)
  })

  test('an id, a version, a secret and an answer', async () => {
    const { id, credentialVersion } = await person()
    const before = await everything()
    const deadline = Date.now() + 60_000
    for (const payload of PAYLOADS) {
      const secret = new Secret(payload)
      for (const bent of [payload, `${id}${payload}`]) {
        expect(await directory().read(bent)).toBeUndefined()
        expect(await directory().totpSecret(bent)).toBeUndefined()
        expect(await directory().lastAct(bent)).toBeUndefined()
        expect(await directory().verifyPassword(bent, secret)).toBe(false)
        expect(await directory().remembersPassword(bent, secret)).toBe(false)
        expect(await directory().setPassword({ id: bent, expect: credentialVersion, secret, act: 'x', deadline })).toEqual({
          is: 'changed-meanwhile',
        })
      }
      expect(await directory().verifyPassword(id, secret)).toBe(false)
      expect(await directory().verifyAnswers(id, [{ question: payload, answer: secret }])).toBe(false)
      expect(await directory().verifyAnswers(id, [{ question: '1', answer: secret }])).toBe(false)
      expect(await directory().setPassword({ id, expect: payload, secret, act: 'x', deadline })).toEqual({ is: 'changed-meanwhile' })
    }
    expect(await everything()).toEqual(before)
  })

  test('a name of an act and a password are kept to the letter', async () => {
    for (const payload of PAYLOADS) {
      const { id, credentialVersion } = await person()
      const change = { id, expect: credentialVersion, secret: new Secret(payload), act: payload, deadline: Date.now() + 60_000 }
      expect(await directory().setPassword(change)).toMatchObject({ is: 'done' })
      expect(await directory().lastAct(id)).toBe(payload)
      expect(await directory().verifyPassword(id, new Secret(payload))).toBe(true)
    }
  })
})

test('a person of a seed is kept to the letter', async () => {
  const [own] = opened
  const people = PAYLOADS.filter((text) => text.length < 128).map((text, at) => ({
    userName: `${text} ${at}`,
    mail: text,
    surname: text,
    groups: [text],
    answers: [{ ownQuestion: text, answer: text }],
  }))
  await own?.sow('payloads', people, new Map([['1', { en: PAYLOADS[2] ?? '' }]]))
  for (const { userName, mail, surname, groups } of people) {
    const found = await own?.find({ is: 'equals', field: 'userName', value: userName })
    expect(found).toEqual([expect.objectContaining({ userName, mail, surname, groups, kba: [{ id: 'own1', own: mail }] })])
  }
  expect([...(own?.questions() ?? [])]).toEqual([['1', { en: PAYLOADS[2] }]])
})

test.for(['people"; DROP TABLE x', 'a.b.c', '', 'a b', 'a?', 'é', 'x'.repeat(64), '1a', 'a.', '"a"'])(
  'no name of a table is `%s`',
  (name) => {
    expect(() => quoted(name)).toThrow('no name of a table or column')
  },
)
