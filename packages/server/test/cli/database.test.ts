import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { makeFolder } from '../adapters/directory/folder.js'
import { administer, dropSchema, freshSchema, postgresUrl } from '../adapters/directory/postgres/with-postgres.js'
import { capturedIo } from './captured-io.js'

async function rekey(directory: object, ...argv: readonly string[]) {
  const folder = await makeFolder()
  onTestFinished(() => folder.remove())
  await writeFile(join(folder.path, 'rekey.yaml'), JSON.stringify({ port: 0, log: { level: 'silent' }, directory }))
  const io = capturedIo(folder.path)
  const code = await run(argv, io)
  return { code, ...io.written }
}

async function urlOfNothing(): Promise<URL> {
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const address = closed.address()
  closed.close()
  const url = new URL(postgresUrl())
  url.port = String(typeof address === 'object' ? address?.port : '')
  return url
}

const changed = (change: (url: URL) => void): URL => {
  const url = new URL(postgresUrl())
  change(url)
  return url
}

test.for<readonly [what: string, url: () => URL | Promise<URL>, more: object, said: string]>([
  ['is not there', urlOfNothing, {}, 'cannot be reached (ECONNREFUSED): start it, or mend the address in `directory.postgres.url`'],
  [
    'refuses the password',
    () => changed((url) => (url.password = 'canary-word')),
    {},
    'refuses the log-in: mend user and password in `directory.postgres.url`, or its `pg_hba.conf`',
  ],
  [
    'holds no such database',
    () => changed((url) => (url.pathname = '/nowhere')),
    {},
    'has no database of that name: make it, or mend `directory.postgres.url`',
  ],
  [
    'speaks no TLS',
    () => changed(() => undefined),
    { tls: 'verify' },
    'does not speak TLS: switch it on there, or say `tls: off` where the network between is your own',
  ],
  [
    'has no such table',
    () => changed(() => undefined),
    { people: { table: 'nowhere.users', id: 'id', userName: 'name', password: 'hash' } },
    'has no table `nowhere.users`, which `directory.postgres.people.table` names',
  ],
])('a database that %s is told in one sentence', async ([, address, more, said]) => {
  const url = await address()
  expect(await rekey({ postgres: { url: url.href, ...more } }, 'serve')).toEqual({
    code: 1,
    out: '',
    err: `rekey: the directory's database at ${url.host} ${said}\n`,
  })
})

test('only tables of our own are migrated', async () => {
  const people = { table: 'users', id: 'id', userName: 'name', password: 'hash' }
  expect(await rekey({ postgres: { url: postgresUrl(), people } }, 'migrate')).toEqual({
    code: 1,
    out: '',
    err: 'rekey: `directory.postgres.people` names a table of others, which is used as it stands\n',
  })
})

test('the people of the demonstration are put into a database only where that is said', async () => {
  const schema = freshSchema()
  onTestFinished(() => dropSchema(schema))
  const postgres = { url: postgresUrl(), schema }
  const count = () => administer(`SELECT count(*)::int AS people FROM ${schema}.people`)
  await rekey({ postgres }, 'migrate')
  expect((await rekey({ postgres }, 'token', 'jdoe')).code).toBe(1)
  expect(await count()).toEqual([{ people: 0 }])
  const made = await rekey({ postgres, seed: 'demo' }, 'token', 'jdoe')
  expect({ ...made, out: made.out.split('.').length }).toEqual({ code: 0, out: 3, err: '' })
  const seeded = await count()
  await rekey({ postgres, seed: 'demo' }, 'token', 'jdoe')
  expect(await count()).toEqual(seeded)
})
