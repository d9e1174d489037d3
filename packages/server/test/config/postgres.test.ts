import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Secret } from '@rekey/core'
import { goesInClear, poolConfig, readAddress } from '../../src/adapters/directory/postgres/connection.js'
import { run } from '../../src/cli/run.js'
import { SHIPPED_FLOWS } from '../../src/config/resolve-config.js'
import { unusableStep, unusableSteps } from '../../src/config/unusable-steps.js'
import { weaknesses } from '../../src/config/weaknesses.js'
import { capturedIo } from '../cli/captured-io.js'
import { flowOf } from '../types/modules.js'
import { loadText } from './load-text.js'

async function load(postgres: object) {
  const env = { DATABASE_URL: 'postgres://rekey:pass%20word@db.example.com/people' }
  return loadText(JSON.stringify({ directory: { postgres } }), { env, beside: ['ca.pem'] })
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

test.for([
  ['no column that says that a password must be changed', {}, 'generatePassword', 'its step `generatePassword` makes passwords'],
  ['such a column', { mustChange: 'must_reset' }, 'generatePassword', undefined],
  ['no such column, and no generated password', {}, 'reset', undefined],
] as const)('beside a table of others with %s', async ([, more, last, why]) => {
  const people = { table: 'app.users', id: 'id', userName: 'login', password: 'hash', ...more }
  const { config } = await load({ url: '${DATABASE_URL}', people })
  const flow = flowOf(`flow: a\nspeaks: [forgerock]\nsteps: [userQuery, emailValidation, ${last}]\n`)
  const [fault] = unusableSteps(config, [flow], process.cwd())
  expect(fault && [fault.code, fault.file.text.slice(fault.span.start, fault.span.end)]).toEqual(why && ['config-unusable-step', last])
  const step = unusableStep(config, flow)
  expect(step && `its step \`${step.id}\` ${step.why}`.slice(0, why?.length)).toBe(why)
})

test('a shipped flow that cannot be used is no error of an operator who chose none', async () => {
  const people = '{ table: app.users, id: id, userName: login, password: hash }'
  const directory = `directory: { postgres: { url: postgres://u@localhost/d, people: ${people} } }\n`
  const cwd = await mkdtemp(join(tmpdir(), 'rekey-shipped-'))
  onTestFinished(() => rm(cwd, { recursive: true }))
  const check = async (flows: string, ...argv: readonly string[]) => {
    await writeFile(join(cwd, 'rekey.yaml'), `${directory}${flows}`)
    const io = capturedIo(cwd)
    const code = await run(['check', ...argv], io)
    return { code, found: io.written.out.match(/\w+(?=\[config-unusable-step\])/g), sum: io.written.out.split('\n').at(-2) }
  }
  const sum = (text: string): unknown => expect.stringMatching(text)
  expect(await check('')).toEqual({ code: 0, found: ['warning'], sum: sum('no errors, 1 warning$') })
  expect(await check('', '--dry')).toMatchObject({ code: 0, found: ['warning'] })
  // Chosen, though by the same path.
  expect(await check(`flows: ${SHIPPED_FLOWS}\n`)).toEqual({ code: 1, found: ['error'], sum: sum('1 error, no warnings$') })
  await writeFile(join(cwd, 'own.yaml'), await readFile(join(SHIPPED_FLOWS, 'bright-pattern/generate.yaml'), 'utf8'))
  expect(await check('', 'own.yaml')).toMatchObject({ code: 1, found: ['error'] })
})
