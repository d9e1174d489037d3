import { Secret, type FilterField } from '@rekey/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { changeStatement } from '../../../../src/adapters/directory/postgres/change-statement.js'
import { filterSql } from '../../../../src/adapters/directory/postgres/filter.js'
import { layoutOf, type Layout } from '../../../../src/adapters/directory/postgres/layout.js'
import { ownMapping, type Mapping } from '../../../../src/adapters/directory/postgres/mapping.js'
import { migrate } from '../../../../src/adapters/directory/postgres/migrations.js'
import { peopleQuery } from '../../../../src/adapters/directory/postgres/people-query.js'
import { PostgresDatabase } from '../../../../src/adapters/directory/postgres/postgres-database.js'
import { readColumns } from '../../../../src/adapters/directory/postgres/read-columns.js'
import type { Sql } from '../../../../src/adapters/directory/postgres/statement.js'
import { FOREIGN_TABLES, mappingOf } from './foreign-table.js'
import { administer, dropSchema, freshSchema, settings } from './with-postgres.js'

const own = freshSchema()
const foreign = freshSchema()
let database: PostgresDatabase

beforeAll(async () => {
  database = new PostgresDatabase(settings())
  await migrate(database, own)
  await administer(`INSERT INTO ${own}.people (id, user_name, login, mail, credential_version)
    SELECT n, 'u' || n, 'u' || n, 'u' || n || '@example.com', 'v' FROM generate_series(1, 5000) n; ANALYZE ${own}.people`)
  await administer(`${FOREIGN_TABLES(foreign)}
    CREATE INDEX ON ${foreign}.users (lower(email COLLATE "C"));
    CREATE INDEX ON ${foreign}.users (login);
    INSERT INTO ${foreign}.users ("userName", email, login) SELECT 'u' || n, 'u' || n || '@example.com', 'u' || n FROM generate_series(1, 5000) n;
    ANALYZE ${foreign}.users`)
})
afterAll(async () => {
  await database.close()
  await dropSchema(own)
  await dropSchema(foreign)
})

/** The tables that a statement would read from the first row to the last. */
async function readWhole({ sql, args }: Sql): Promise<readonly string[]> {
  const rows = await database.rows({ sql: `EXPLAIN ${sql}`, args })
  return rows.flatMap((row) => /Seq Scan on (people|users)/.exec(String(row['QUERY PLAN']))?.[1] ?? [])
}

async function layoutFor(mapping: Mapping): Promise<Layout> {
  return layoutOf(mapping, await readColumns(database, mapping))
}

const change = { expect: 'v', act: 'a', hash: 'h', historySize: 5, deadline: 0, secret: new Secret('') }

describe('no statement reads the whole table of people', () => {
  test.for<FilterField>(['id', 'userName', 'mail', 'phone', 'surname', 'login', 'principalName', 'distinguishedName'])(
    'of our own, by %s',
    async (field) => {
      const layout = await layoutFor(ownMapping(own))
      expect(await readWhole(peopleQuery(layout, filterSql({ is: 'equals', field, value: 'x' }, layout), 2))).toEqual([])
    },
  )

  test.for<FilterField>(['id', 'mail', 'login'])('of others that has the index, by %s', async (field) => {
    const layout = await layoutFor(mappingOf(foreign, { lowerCase: ['login'] }))
    expect(await readWhole(peopleQuery(layout, filterSql({ is: 'equals', field, value: '7' }, layout), 2))).toEqual([])
  })

  test('and no change does', async () => {
    expect(await readWhole(changeStatement(await layoutFor(ownMapping(own)), { ...change, id: '7' }))).toEqual([])
    expect(await readWhole(changeStatement(await layoutFor(mappingOf(foreign)), { ...change, id: '7' }))).toEqual([])
  })
})
