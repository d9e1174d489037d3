import { directoryContract } from '@rekey/core/testing'
import { afterAll } from 'vitest'
import { PostgresDirectory } from '../../../../src/adapters/directory/postgres/postgres-directory.js'
import { cheapHasher } from '../cheap-hasher.js'
import { administer, dropSchema, freshSchema, settings } from './with-postgres.js'

// One schema for all tests, emptied for each: to make its tables takes longer than a test.
const schema = freshSchema()

afterAll(() => dropSchema(schema))

directoryContract('the PostgreSQL directory', async ({ people, questions, groups, attributes, now, historySize }) => {
  const directory = await PostgresDirectory.open({ settings: settings({ schema }), hasher: cheapHasher(), historySize, attributes, now })
  await administer(['people', 'questions', 'group_members', 'seeds'].map((table) => `DELETE FROM ${schema}.${table}`).join('; '))
  await directory.sow('contract', people, questions, groups)
  return { directory, close: () => directory.close() }
})
