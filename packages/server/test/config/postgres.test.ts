import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Secret } from '@rekey/core'
import { goesInClear, poolConfig, readAddress } from '../../src/adapters/directory/postgres/connection.js'
import { loadConfig } from '../../src/config/load-config.js'
import { weaknesses } from '../../src/config/weaknesses.js'
import { dialects } from '../../src/dialects/index.js'
import { makeFolder } from '../adapters/directory/folder.js'

async function load(postgres: object) {
  const folder = await makeFolder()
  await writeFile(join(folder.path, 'rekey.yaml'), JSON.stringify({ directory: { postgres } }))
  await writeFile(join(folder.path, 'ca.pem'), '')
  const loaded = await loadConfig({
    env: { DATABASE_URL: 'postgres://rekey:pass%20word@db.example.com/people' },
    cwd: folder.path,
    dialects,
  })
  await folder.remove()
  if (loaded.is === 'faults') throw new Error(loaded.faults[0]?.message)
  return { config: loaded.config, folder: folder.path }
}

test('an address is enough: the rest has defaults, and nobody of the demonstration gets into the database', async () => {
  const { config } = await load({ url: '${DATABASE_URL}' })
  expect(config.directory).toMatchObject({ isDemo: false, historySize: 5 })
  expect(config.directory.seed).toBeUndefined()
  expect(config.directory.postgres).toEqual({
    url: expect.any(Secret),
    connections: 10,
    connectTimeoutMs: 3_000,
    queryTimeoutMs: 5_000,
    schema: 'rekey',
    migrate: 'start',
    refusals: {},
  })
  expect(config.directory.postgres?.url.reveal()).toBe('postgres://rekey:pass%20word@db.example.com/people')
})

test('paths count from the file, and a mapping gets its defaults', async () => {
  const people = { table: 'app.users', id: 'id', userName: 'login', password: 'hash', state: { column: 'status', active: ['on'] } }
  const { config, folder } = await load({ url: '${DATABASE_URL}', ca: 'ca.pem', people })
  expect(config.directory.postgres).toMatchObject({
    caFile: join(folder, 'ca.pem'),
    people: {
      ...people,
      lowerCase: [],
      attributes: {},
      passwordFormat: 'argon2',
      passwordCost: 12,
      passwordIterations: 1_000_000,
      rehash: false,
      state: { ...people.state, locked: [] },
    },
  })
})

test.for([
  ['across a network in clear', { tls: 'off' }, 1],
  ['across a network', {}, 0],
  ['on this machine', { tls: 'off', url: 'postgres://a:b@127.0.0.1/c' }, 0],
] as const)('a database %s: is it told as a weakness?', async ([, given, told]) => {
  const { config } = await load({ url: '${DATABASE_URL}', ...given })
  const found = weaknesses(config, []).filter((sentence) => sentence.startsWith('the database of people is spoken to without TLS'))
  expect(found).toHaveLength(told)
})

describe('an address', () => {
  test.for<readonly [address: string, read: object | undefined]>([
    ['postgres://u:p@h/d', { host: 'h', port: 5432, user: 'u', password: 'p', database: 'd', tls: 'verify' }],
    ['postgresql://u@h:1/d', { host: 'h', port: 1, user: 'u', password: '', database: 'd', tls: 'verify' }],
    ['postgres://u:p%40%2F@[::1]/d', { host: '::1', port: 5432, user: 'u', password: 'p@/', database: 'd', tls: 'off' }],
    ['postgres://u:p@localhost/d', { host: 'localhost', port: 5432, user: 'u', password: 'p', database: 'd', tls: 'off' }],
    [
      'postgres://u:p@localhost/d?sslmode=require',
      { host: 'localhost', port: 5432, user: 'u', password: 'p', database: 'd', tls: 'verify' },
    ],
    ['postgres://u:p@h/d?sslmode=prefer', { host: 'h', port: 5432, user: 'u', password: 'p', database: 'd', tls: 'verify' }],
    ['postgres://u:p@h/d?sslmode=disable', { host: 'h', port: 5432, user: 'u', password: 'p', database: 'd', tls: 'off' }],
    [
      'postgres://u:p@h/d?host=/run/postgresql',
      { host: '/run/postgresql', port: 5432, user: 'u', password: 'p', database: 'd', tls: 'off' },
    ],
    ['postgres://u:p@h/d?host=elsewhere', undefined],
    ['postgres://u:p@h/d?options=-c%20x', undefined],
    ['postgres://u:p@h/d?sslrootcert=/etc/passwd', undefined],
    ['postgres://u:p@h/', undefined],
    ['postgres://h/d', undefined],
    ['postgres://u:%ff@h/d', undefined],
    ['mysql://u:p@h/d', undefined],
    ['h/d', undefined],
  ])('`%s`', ([address, read]) => {
    expect(readAddress(address)).toEqual(read)
  })

  test('is all that counts: the driver reads nothing from the environment', () => {
    const address = { connections: 2, connectTimeoutMs: 1_000, queryTimeoutMs: 2_000 }
    const config = poolConfig({ ...address, url: new Secret('postgres://u@127.0.0.1/d') })
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 5432,
      user: 'u',
      password: '',
      database: 'd',
      ssl: false,
      query_timeout: 3_000,
      statement_timeout: 2_000,
    })
    expect(poolConfig({ ...address, url: new Secret('postgres://u@h/d'), ca: 'PEM' }).ssl).toEqual({ rejectUnauthorized: true, ca: 'PEM' })
    expect(goesInClear({ url: new Secret('postgres://u@h/d') })).toBe(false)
  })
})
