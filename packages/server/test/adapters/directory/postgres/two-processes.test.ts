import { expect, test } from 'vitest'
import { PostgresDirectory } from '../../../../src/adapters/directory/postgres/postgres-directory.js'
import { cheapHasher } from '../cheap-hasher.js'
import { expectOneWinner, race } from '../racers.js'
import { administer, dropSchema, freshSchema, postgresUrl, settings } from './with-postgres.js'

const SEED =
  'people:\n  - { userName: jdoe, password: Passw0rd1, groups: [staff] }\n  - { userName: other }\nquestions: { "1": { en: Who? } }\n'

test('two processes make the tables and seed them at once, and of their 64 racing changes exactly one wins', async () => {
  const schema = freshSchema()
  const { url: _, ...patient } = settings({ schema, connections: 8, connectTimeoutMs: 10_000, queryTimeoutMs: 10_000 })
  const results = await race({ is: 'postgres', settings: patient, url: postgresUrl(), seed: SEED })

  const directory = await PostgresDirectory.open({ settings: settings({ schema }), hasher: cheapHasher() })
  expect(await expectOneWinner(directory, results)).toMatchObject([{ groups: ['staff'] }])
  expect(
    await administer(
      `SELECT (SELECT count(*) FROM ${schema}.earlier_passwords)::int AS earlier, (SELECT count(*) FROM ${schema}.questions)::int AS questions`,
    ),
  ).toEqual([{ earlier: 1, questions: 1 }])
  await directory.close()
  await dropSchema(schema)
})
