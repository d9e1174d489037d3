import { directoryContract } from '@rekey/core/testing'
import { afterAll, beforeAll } from 'vitest'
import { PostgresDirectory } from '../../../../src/adapters/directory/postgres/postgres-directory.js'
import { cheapHasher } from '../cheap-hasher.js'
import { fillForeign, FOREIGN_TABLES, mappingOf } from './foreign-table.js'
import { administer, dropSchema, freshSchema, settings } from './with-postgres.js'

const schema = freshSchema()

beforeAll(() => administer(FOREIGN_TABLES(schema)))
afterAll(() => dropSchema(schema))

directoryContract('a table of another application', async ({ people, questions, groups, attributes, now, historySize }) => {
  await fillForeign(schema, people, questions, groups)
  const directory = await PostgresDirectory.open({
    settings: settings({ people: mappingOf(schema) }),
    hasher: cheapHasher(),
    historySize,
    attributes,
    now,
  })
  return { directory, close: () => directory.close() }
})
