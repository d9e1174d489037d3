import { writeFile } from 'node:fs/promises'
import { Secret } from '@rekey/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { run } from '../../../../src/cli/run.js'
import { migrate, MIGRATIONS } from '../../../../src/adapters/directory/postgres/migrations.js'
import { PostgresDatabase } from '../../../../src/adapters/directory/postgres/postgres-database.js'
import { PostgresDirectory } from '../../../../src/adapters/directory/postgres/postgres-directory.js'
import { capturedIo } from '../../../cli/captured-io.js'
import { cheapHasher } from '../cheap-hasher.js'
import { makeFolder } from '../folder.js'
import { administer, dropSchema, freshSchema, postgresUrl, settings } from './with-postgres.js'

const LAST = MIGRATIONS.length
let schema = ''
let database: PostgresDatabase

beforeEach(() => {
  schema = freshSchema()
  database = new PostgresDatabase(settings())
})
afterEach(async () => {
  await database.close()
  await dropSchema(schema)
})

const versions = () => administer(`SELECT version FROM ${schema}.migrations ORDER BY version`)
const all = MIGRATIONS.map((_, at) => ({ version: at + 1 }))

test('an empty database gets every version, once', async () => {
  expect(await migrate(database, schema)).toEqual({ from: 0, to: LAST })
  expect(await migrate(database, schema)).toEqual({ from: LAST, to: LAST })
  expect(await versions()).toEqual(all)
})

test('of many that start at once one makes the tables, and all find them', async () => {
  const results = await Promise.all(Array.from({ length: 8 }, () => migrate(database, schema)))
  expect(results.filter(({ from }) => from === 0)).toHaveLength(1)
  expect(results.map(({ to }) => to)).toEqual(Array(8).fill(LAST))
  expect(await versions()).toEqual(all)
})

test('people of an older version stay who they are', async () => {
  await migrate(database, schema, 1)
  expect(await versions()).toEqual([{ version: 1 }])
  const hash = await cheapHasher().hash(new Secret('Passw0rd1'))
  await administer(`INSERT INTO ${schema}.people (id, user_name, login, mail, password_hash, credential_version)
    VALUES ('p1', 'JDoe', 'JDoe', 'jdoe@example.com', '${hash}', 'v1'); INSERT INTO ${schema}.person_groups (person, group_name) VALUES ('p1', 'staff')`)
  const directory = await PostgresDirectory.open({
    settings: settings({ schema }),
    hasher: cheapHasher(),
    attributes: { vip: { type: 'boolean' } },
  })
  const expected = {
    id: 'p1',
    userName: 'JDoe',
    mail: 'jdoe@example.com',
    state: 'active',
    groups: ['staff'],
    kba: [],
    hasPassword: true,
    credentialVersion: 'v1',
  }
  expect(await directory.read('p1')).toEqual(expected)
  expect(await directory.verifyPassword('p1', new Secret('Passw0rd1'))).toBe(true)
  expect(await versions()).toEqual(all)
  await directory.close()
})

test('a step that fails changes nothing', async () => {
  await migrate(database, schema, 1)
  await administer(`ALTER TABLE ${schema}.people ADD attributes text`)
  await expect(migrate(database, schema)).rejects.toMatchObject({ name: 'PostgresFault', code: 'PG_42701' })
  expect(await versions()).toEqual([{ version: 1 }])
})

test('whoever may not make schemas uses one that was made for them', async () => {
  await administer(`CREATE ROLE ${schema} LOGIN PASSWORD 'x'; CREATE SCHEMA ${schema} AUTHORIZATION ${schema}`)
  const url = new URL(postgresUrl())
  url.username = schema
  url.password = 'x'
  const directory = await PostgresDirectory.open({ settings: settings({ schema, url: url.href }), hasher: cheapHasher() })
  expect(await directory.find({ is: 'equals', field: 'userName', value: 'x' })).toEqual([])
  await directory.close()
  await administer(`DROP OWNED BY ${schema}; DROP ROLE ${schema}`)
})

describe('where migrations are left to the command', () => {
  async function rekey(...argv: readonly string[]) {
    const folder = await makeFolder()
    const keys = { port: 0, log: { level: 'silent' }, directory: { postgres: { url: postgresUrl(), schema, migrate: 'command' } } }
    await writeFile(`${folder.path}/rekey.yaml`, JSON.stringify(keys))
    const io = capturedIo(folder.path)
    const code = await run(argv, io)
    await folder.remove()
    return { code, ...io.written }
  }
  const needs = (version: number, what: string) => ({
    code: 1,
    out: '',
    err: `rekey: the directory's database at ${new URL(postgresUrl()).host} has tables of version ${version} in the schema \`${schema}\`, ${what}\n`,
  })

  test('a server says which one to run, and the command makes the tables', async () => {
    expect(await rekey('serve')).toEqual(needs(0, `this server needs ${LAST}: run \`rekey migrate\``))
    expect(await administer(`SELECT to_regnamespace('${schema}') AS there`)).toEqual([{ there: null }])
    expect(await rekey('migrate')).toEqual({ code: 0, out: `the tables went from version 0 to ${LAST}\n`, err: '' })
    expect(await rekey('migrate')).toEqual({ code: 0, out: `the tables are of version ${LAST} already\n`, err: '' })
    expect(await versions()).toEqual(all)
  })

  test('tables of a newer server are left alone', async () => {
    await migrate(database, schema)
    await administer(`INSERT INTO ${schema}.migrations (version) VALUES (99)`)
    const words = `and this server knows ${LAST}: start the newer server, or name another schema with \`directory.postgres.schema\``
    expect(await rekey('serve')).toEqual(needs(99, words))
    expect(await rekey('migrate')).toEqual(needs(99, words))
  })
})
