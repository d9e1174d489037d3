import { Secret } from '@rekey/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PostgresDirectory } from '../../../../src/adapters/directory/postgres/postgres-directory.js'
import { startPostgres, type PrivatePostgres } from '../../../../../../scripts/postgres-server.mjs'
import { cheapHasher } from '../cheap-hasher.js'
import { administer, settings } from './with-postgres.js'

let server: PrivatePostgres
let directory: PostgresDirectory

beforeAll(async () => {
  server = await startPostgres({ args: ['-c', 'shared_preload_libraries=pg_stat_statements', '-c', 'pg_stat_statements.track=all'] })
  await administer('CREATE EXTENSION pg_stat_statements', server)
  directory = await PostgresDirectory.open({ settings: settings({ url: server.url }), hasher: cheapHasher() })
  const answers = [{ question: '1', answer: 'blue' }]
  await directory.sow('seed', [{ id: 'known', userName: 'jdoe', password: 'Passw0rd1', groups: ['staff'], answers }], new Map())
})
afterAll(async () => {
  await directory.close()
  await server.stop()
})

/** The statements that a call makes, each with how often it ran and how many rows it gave. */
async function statementsOf(call: () => Promise<unknown>): Promise<readonly unknown[]> {
  await administer('SELECT pg_stat_statements_reset()', server)
  await call()
  const seen = "query NOT LIKE '%pg_stat_statements%' AND query NOT LIKE 'SET %'"
  return administer(`SELECT queryid::text, calls::int, rows::int FROM pg_stat_statements WHERE ${seen} ORDER BY queryid`, server)
}

const wrong = new Secret('wrong')
const change = { expect: 'another', secret: wrong, act: 'act', deadline: Date.now() + 600_000 }

test.for<readonly [what: string, call: (name: string) => Promise<unknown>]>([
  ['find', (name) => directory.find({ is: 'equals', field: 'userName', value: name === 'known' ? 'jdoe' : name })],
  ['read', (id) => directory.read(id)],
  ['verifyPassword', (id) => directory.verifyPassword(id, wrong)],
  ['totpSecret', (id) => directory.totpSecret(id)],
  ['lastAct', (id) => directory.lastAct(id)],
  ['setPassword', (id) => directory.setPassword({ ...change, id })],
])('SEC-2: %s makes the same statement, and gets as many rows, for somebody who does not exist', async ([, call]) => {
  const known = await statementsOf(() => call('known'))
  expect(known).toHaveLength(1)
  expect(await statementsOf(() => call('nobody'))).toEqual(known)
})

test.for<readonly [what: string, call: (id: string) => Promise<unknown>]>([
  ['verifyAnswers', (id) => directory.verifyAnswers(id, [{ question: '1', answer: wrong }])],
  ['remembersPassword', (id) => directory.remembersPassword(id, wrong)],
])('SEC-2: %s makes the same statement', async ([, call]) => {
  const statements = async (id: string) => (await statementsOf(() => call(id))).map((row) => ({ ...Object(row), rows: 'any' }))
  expect(await statements('nobody')).toEqual(await statements('known'))
})
