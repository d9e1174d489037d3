import { once } from 'node:events'
import { chownSync, copyFileSync, chmodSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { join } from 'node:path'
import { Secret, type Directory, type Filter } from '@rekey/core'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startPostgres, type PrivatePostgres } from '../../../../../../scripts/postgres-server.mjs'
import { PostgresDirectory } from '../../../../src/adapters/directory/postgres/postgres-directory.js'
import type { PostgresSettings } from '../../../../src/adapters/directory/postgres/settings.js'
import { intent, named, password, short, tokenOf, typed } from '../../../engine/acts.js'
import { closeRigs, openRig } from '../../../engine/rig.js'
import { PEOPLE, QUESTIONS } from '../../../engine/people.js'
import { cheapHasher } from '../cheap-hasher.js'
import { administer, dropSchema, freshSchema, settings } from './with-postgres.js'

const JDOE: Filter = { is: 'equals', field: 'userName', value: 'jdoe' }
const TLS = join(import.meta.dirname, 'tls')

afterEach(closeRigs)

async function open(given: Partial<Omit<PostgresSettings, 'url'>> & { readonly url?: string }): Promise<PostgresDirectory> {
  const directory = await PostgresDirectory.open({ settings: settings(given), hasher: cheapHasher() })
  onTestFinished(() => directory.close())
  return directory
}

describe('a pool of one connection', () => {
  const schema = freshSchema()
  afterAll(() => dropSchema(schema))

  test('serves many callers one after the other', async () => {
    const directory = await open({ schema, connections: 1 })
    await directory.sow('seed', [{ userName: 'jdoe' }], new Map())
    const found = await Promise.all(Array.from({ length: 50 }, () => directory.find(JDOE)))
    expect(found.flat().map(({ userName }) => userName)).toEqual(Array(50).fill('jdoe'))
  })

  test('that somebody holds up tells the callers behind that it took too long, and serves again afterwards', async () => {
    const directory = await open({ schema, connections: 1, connectTimeoutMs: 200, queryTimeoutMs: 1_000 })
    const [jdoe] = await directory.find(JDOE)
    const other = await locking(schema)
    const held = directory.setPassword({
      id: jdoe?.id ?? '',
      expect: jdoe?.credentialVersion ?? '',
      secret: new Secret('a new one'),
      act: 'act',
      deadline: Date.now() + 60_000,
    })
    const refused = held.catch((error: unknown) => error)
    await untilWaiting(schema)
    const behind = directory.find(JDOE)
    await expect(behind).rejects.toMatchObject({ name: 'PostgresFault', code: 'TIMEOUT' })
    // The lock ends the wait of the one in front: a statement has an end as well.
    expect(await refused).toMatchObject({ name: 'PostgresFault', code: expect.stringMatching(/^PG_(?:57014|55P03)$/) })
    await other.query('ROLLBACK')
    expect(await directory.find(JDOE)).toEqual([jdoe])
  })

  test('writes nothing when it has waited for a lock until after the deadline', async () => {
    const directory = await open({ schema, connections: 2 })
    const [jdoe] = await directory.find(JDOE)
    const other = await locking(schema)
    const [clock] = await administer('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now')
    const late = directory.setPassword({
      id: jdoe?.id ?? '',
      expect: jdoe?.credentialVersion ?? '',
      secret: new Secret('too late'),
      act: 'act',
      deadline: Number(clock?.['now']) + 150,
    })
    const refused = late.catch((error: unknown) => error)
    await administer(`SELECT pg_sleep_until(to_timestamp(${Number(clock?.['now']) + 200} / 1000.0))`)
    await other.query('COMMIT')
    expect(await refused).toMatchObject({ name: 'DeadlinePassed' })
    expect(await directory.find(JDOE)).toEqual([jdoe])
  })
})

describe('a server that goes away', () => {
  let server: PrivatePostgres
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.stop())

  test('in the middle of a conversation leaves it as it was; the same request goes through once the server is back', async () => {
    const directory = await open({ url: server.url })
    await directory.sow('rig', PEOPLE, QUESTIONS)
    const { engine, code, delivered, faults } = await openRig({ directory: () => directory })
    const asked = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    await delivered()
    const proved = await engine.handle(intent('submit', { carried: tokenOf(asked), answers: [typed(code())] }))
    expect(short(proved)).toMatchObject({ problem: undefined })
    const change = () => engine.handle(intent('submit', { carried: tokenOf(proved), answers: [password('a wholly new password')] }))

    await server.kill()
    expect(short(await change()).problem).toMatch(/^unavailable/)
    expect(faults).toContainEqual(expect.objectContaining({ name: 'PostgresFault' }))
    server = await startPostgres({ home: server.home, port: server.port })
    expect(short(await change())).toEqual({ view: 'ended', problem: undefined })
    const [jdoe] = await directory.find(JDOE)
    expect(await directory.verifyPassword(jdoe?.id ?? '', new Secret('a wholly new password'))).toBe(true)
  })

  test('with idle connections does not end the process, and every call afterwards is answered', async () => {
    const directory = await open({ url: server.url })
    await Promise.all(Array.from({ length: 4 }, () => directory.find(JDOE)))
    await server.kill()
    const away = await Promise.all(
      everyCall(directory).map((call) =>
        call().then(
          () => 'answered',
          (error: unknown) => nameOf(error),
        ),
      ),
    )
    expect(away).toEqual(Array(everyCall(directory).length).fill('PostgresFault'))
    server = await startPostgres({ home: server.home, port: server.port })
    expect(await directory.find(JDOE)).toHaveLength(1)
  })

  test('while statements run answers each of them with a fault that holds nothing of what was asked', async () => {
    const directory = await open({ url: server.url })
    const [jdoe] = await directory.find(JDOE)
    await locking('rekey', server.url)
    const change = directory.setPassword({
      id: jdoe?.id ?? '',
      expect: jdoe?.credentialVersion ?? '',
      secret: new Secret('canary-secret'),
      act: 'canary-act',
      deadline: Date.now() + 60_000,
    })
    const fault = change.catch((error: unknown) => error)
    await untilWaiting('rekey', server.url)
    await server.kill()
    const caught = await fault
    expect(nameOf(caught)).toBe('PostgresFault')
    expect(JSON.stringify([caught, String(caught), caught instanceof Error && caught.cause])).not.toMatch(/canary|argon2|jdoe/)
    server = await startPostgres({ home: server.home, port: server.port })
    expect(await directory.find(JDOE)).toEqual([jdoe])
  })
})

test('a server that takes the connection and never says anything is given up', async () => {
  const silent = createServer((socket) => void socket.on('error', () => undefined))
  const port = await listening(silent)
  const opened = PostgresDirectory.open({
    settings: settings({ url: `postgres://rekey:canary@127.0.0.1:${port}/x`, connectTimeoutMs: 200 }),
    hasher: cheapHasher(),
  })
  await expect(opened).rejects.toMatchObject({ name: 'PostgresFault', code: 'TIMEOUT' })
})

describe('TLS', () => {
  let server: PrivatePostgres
  beforeAll(async () => {
    // The server wants a key that nobody else can read, and that is its own.
    const plain = await startPostgres()
    await plain.kill()
    for (const name of ['server.key', 'server.pem']) {
      const copy = join(plain.home, name)
      copyFileSync(join(TLS, name), copy)
      chmodSync(copy, 0o600)
      if (process.getuid?.() === 0) chownSync(copy, 65_534, 65_534)
    }
    const files = ['-c', `ssl_cert_file=${plain.home}/server.pem`, '-c', `ssl_key_file=${plain.home}/server.key`]
    server = await startPostgres({ home: plain.home, args: ['-c', 'ssl=on', ...files] })
  })
  afterAll(() => server.stop())
  const by = (host: string) => server.url.replace('127.0.0.1', host)

  test('is spoken where the certificate is right', async () => {
    const directory = await open({ url: by('localhost'), tls: 'verify', caFile: join(TLS, 'ca.pem') })
    expect(await directory.find(JDOE)).toEqual([])
    const [row] = await administer(
      `SELECT count(*)::int AS count FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl AND application_name = 'rekey'`,
      { url: server.url },
    )
    expect(row).toEqual({ count: 1 })
  })

  test.for<readonly [what: string, host: string, given: Partial<Omit<PostgresSettings, 'url'>>, code: RegExp]>([
    ['of an authority nobody knows', 'localhost', { tls: 'verify' }, /^(?:SELF_SIGNED|UNABLE_TO)/],
    ['of another host', '127.0.0.1', { tls: 'verify', caFile: join(TLS, 'ca.pem') }, /^ERR_TLS_CERT_ALTNAME_INVALID$/],
  ])('SEC-81 with a certificate %s is refused', async ([, host, given, code]) => {
    const opened = PostgresDirectory.open({ settings: settings({ url: by(host), ...given }), hasher: cheapHasher() })
    await expect(opened).rejects.toMatchObject({ name: 'PostgresFault', code: expect.stringMatching(code) })
  })

  test('is demanded of a server that has none, not given up', async () => {
    const opened = PostgresDirectory.open({ settings: settings({ tls: 'verify' }), hasher: cheapHasher() })
    await expect(opened).rejects.toMatchObject({ name: 'PostgresFault', code: 'NO_TLS' })
  })
})

function everyCall(directory: Directory): readonly (() => Promise<unknown>)[] {
  return [
    () => directory.find(JDOE),
    () => directory.read('x'),
    () => directory.verifyPassword('x', new Secret('x')),
    () => directory.verifyAnswers('x', [{ question: '1', answer: new Secret('x') }]),
    () => directory.remembersPassword('x', new Secret('x')),
    () => directory.totpSecret('x'),
    () => directory.lastAct('x'),
    () => directory.setPassword({ id: 'x', expect: 'x', secret: new Secret('x'), act: 'x', deadline: Date.now() + 60_000 }),
  ]
}

/** Somebody who holds the row of jdoe. */
async function locking(schema: string, url = settings().url.reveal()): Promise<Client> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  onTestFinished(() => client.end().catch(() => undefined))
  await client.query('BEGIN')
  await client.query(`SELECT 1 FROM ${schema}.people FOR UPDATE`)
  return client
}

/** Resolves once a change of ours waits for a lock. */
async function untilWaiting(schema: string, url = settings().url.reveal()): Promise<void> {
  const waiting = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'rekey' AND wait_event_type = 'Lock' AND query LIKE '%${schema}%'`
  for (let seen = 0; seen === 0;) seen = (await administer(waiting, { url })).length
}

async function listening(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  // The address of a server that listens on TCP is never a text.
  return (server.address() as AddressInfo).port
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
