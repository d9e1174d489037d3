import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { Secret, type Directory, type Filter, type FilterField } from '@rekey/core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startLdap, type PrivateLdap } from '../../../../../../scripts/ldap-server.mjs'
import { modification } from '../../../../src/adapters/directory/ldap/change.js'
import { LdapDirectory } from '../../../../src/adapters/directory/ldap/ldap-directory.js'
import { LdapEntry } from '../../../../src/adapters/directory/ldap/ldap-entry.js'
import type { LdapSettings } from '../../../../src/adapters/directory/ldap/settings.js'
import { cheapHasher } from '../cheap-hasher.js'
import { addPeople, asAdmin, dnOf, makeBranch, removeBranch, replaceValues, settings, type Branch } from './with-ldap.js'

const JDOE: Filter = { is: 'equals', field: 'userName', value: 'jdoe' }
/** Until a condition holds, on a machine with other things to do. */
const PATIENTLY = { timeout: 20_000 }
const TLS = join(import.meta.dirname, '..', 'postgres', 'tls')

let shared: Branch
beforeAll(async () => {
  shared = await makeBranch()
  await addPeople(shared, [
    { userName: 'jdoe', mail: 'jdoe@example.com', password: 'Passw0rd1', groups: ['staff'], distinguishedName: 'CN=Doe,DC=corp' },
    { userName: 'other', password: 'Passw0rd1' },
  ])
})
afterAll(() => removeBranch(shared))

async function open(branch: Branch, given: Partial<LdapSettings> = {}): Promise<LdapDirectory> {
  const directory = await LdapDirectory.open({ settings: settings(branch, given), hasher: cheapHasher() })
  onTestFinished(() => directory.close())
  return directory
}

describe('SEC-51: what is typed is a value and nothing else', () => {
  const hostile = [
    '*',
    '*)(uid=*',
    'jdoe)(|(uid=*',
    '\\2a',
    '\\00',
    'jdoe\0',
    'x)(!(uid=x',
    '(uid=jdoe)',
    '&',
    'jd*',
    '#04',
    'jdoe\\',
    'dc=com',
    '(',
    '|',
  ]
  const fields: readonly FilterField[] = [
    'userName',
    'mail',
    'phone',
    'givenName',
    'surname',
    'login',
    'domain',
    'principalName',
    'distinguishedName',
    'id',
  ]

  test.for(fields)('in %s', async (field) => {
    const directory = await open(shared)
    await Promise.all(
      hostile.map(async (value) => {
        const filter: Filter = { is: 'equals', field, value }
        expect(await directory.find(filter)).toEqual([])
        expect(await directory.find({ is: 'and', of: [JDOE, filter] })).toEqual([])
        expect((await directory.find({ is: 'or', of: [JDOE, filter] })).map(({ userName }) => userName)).toEqual(['jdoe'])
      }),
    )
  })

  test('as an id', async () => {
    const directory = await open(shared)
    for (const id of hostile) {
      expect(await directory.read(id)).toBeUndefined()
      expect(await directory.verifyPassword(id, new Secret('Passw0rd1'))).toBe(false)
    }
  })

  test('as a name of its own, a value is found as it is', async () => {
    const names = ['*', 'a)(uid=*', 'back\\slash', '(uid=jdoe)', '  inner  blanks', 'quote"s', 'x'.repeat(200)]
    await addPeople(
      shared,
      names.map((userName) => ({ userName: userName.trim(), surname: 'Odd', givenName: userName.trim() })),
    )
    const directory = await open(shared)
    for (const name of names.map((one) => one.trim())) {
      for (const field of ['userName', 'givenName', 'login'] as const)
        expect((await directory.find({ is: 'equals', field, value: name })).map(({ userName }) => userName)).toEqual([name])
    }
  })
})

test('SEC-36: the server finds more than was typed, and what it finds besides is nobody', async () => {
  await addPeople(shared, [{ userName: 'Jörg  Two', mail: 'folded@example.com', surname: 'Straße', phone: '+1 555 0100' }])
  const { searchEntries } = await asAdmin(shared.server, (client) =>
    client.search(shared.base, { filter: '(|(uid=JÖRG two)(sn=STRASSE)(mobile=+15550100))', attributes: ['1.1'] }),
  )
  expect(searchEntries).toHaveLength(1)
  const directory = await open(shared)
  const found = async (field: FilterField, value: string) => directory.find({ is: 'equals', field, value })
  expect(await found('userName', 'Jörg two')).toEqual([])
  expect(await found('userName', 'jÖrg  two')).toEqual([])
  expect(await found('phone', '+15550100')).toEqual([])
  expect(await found('userName', 'jörg  TWO')).toHaveLength(1)
})

test('SEC-7: where the server finds more than is looked at, nobody is taken for the one', async () => {
  const crowd = await makeBranch()
  onTestFinished(() => removeBranch(crowd))
  // To the server all of these are one name, and to us each its own.
  const names = Array.from({ length: 30 }, (_, at) => `same${' '.repeat(at + 1)}name`)
  await addPeople(
    crowd,
    names.map((userName, at) => ({ userName: `u${at}`, givenName: userName, surname: 'x' })),
  )
  const directory = await open(crowd)
  expect(await directory.find({ is: 'equals', field: 'givenName', value: names[0] ?? '' })).toEqual([])
})

test('a name of an entry is found however it is spelt, and by nothing less', async () => {
  const { people } = settings(shared)
  const directory = await open(shared, { people: { ...people, distinguishedName: 'entryDN' } })
  await addPeople(shared, [{ userName: 'Müller, "Zoé" #1', surname: 'x' }])
  const rest = shared.base
  const found = async (value: string) =>
    (await directory.find({ is: 'equals', field: 'distinguishedName', value })).map(({ userName }) => userName)
  const name = 'Müller, "Zoé" #1'
  for (const spelt of [
    `CN=Müller\\, \\"Zoé\\" #1,${rest}`,
    `cn=M\\C3\\BCller\\2c \\22Zo\\c3\\a9\\22 \\#1,${rest}`,
    `  CN = Müller\\, \\"Zoé\\" \\#1 , ${rest.toUpperCase()}  `,
    `cn=#${Buffer.concat([Buffer.from([0x0c, Buffer.byteLength(name)]), Buffer.from(name)]).toString('hex')},${rest}`,
  ])
    expect(await found(spelt)).toEqual([name])
  for (const other of [`CN=Müller,${rest}`, `CN=Müller, \\"Zoé\\" #1,${rest}`, `CN=M*,${rest}`, rest, `CN=MÜLLER\\, \\"Zoé\\" #1,${rest}`])
    expect(await found(other)).toEqual([])
  const [person] = await directory.find({ is: 'equals', field: 'userName', value: name })
  expect(person?.distinguishedName).toBe(`CN=Müller\\, \\"Zoé\\" #1,${rest.replace('ou=', 'OU=').replaceAll('dc=', 'DC=')}`)
})

describe('a server that goes away', () => {
  let server: PrivateLdap
  let branch: Branch
  beforeAll(async () => {
    server = await startLdap()
    branch = await makeBranch(server)
    await addPeople(branch, [{ userName: 'jdoe', password: 'Passw0rd1' }])
  })
  afterAll(() => server.stop())

  test('is a fault for every call, without a name or a value, and is found again when it is back', async () => {
    const directory = await open(branch)
    const [jdoe] = await directory.find(JDOE)
    await Promise.all(Array.from({ length: 4 }, () => directory.find(JDOE)))
    await server.kill()
    for (const call of everyCall(directory, jdoe?.id ?? '')) {
      const fault = await call().catch((error: unknown) => error)
      expect(fault).toMatchObject({ name: 'LdapFault', code: expect.stringMatching(/^(?:ECONNREFUSED|CLOSED)$/) })
      expect(written(fault)).not.toMatch(/canary|jdoe|dc=|manager/i)
    }
    server = await startLdap({ home: server.home, port: server.port })
    expect(await directory.find(JDOE)).toEqual([jdoe])
    expect(await directory.verifyPassword(jdoe?.id ?? '', new Secret('Passw0rd1'))).toBe(true)
  })

  test('is left for another one that holds the same tree', async () => {
    const gone = createServer()
    const port = await listening(gone)
    await new Promise((resolve) => gone.close(resolve))
    const directory = await open(branch, { urls: [`ldap://127.0.0.1:${port}`, server.url] })
    expect(await directory.find(JDOE)).toHaveLength(1)
  })

  test('and says no to the account that asks is not asked a second time elsewhere', async () => {
    const fault = await open(branch, { password: new Secret('canary'), urls: [server.url, 'ldap://127.0.0.1:1'] }).catch(
      (error: unknown) => error,
    )
    expect(fault).toMatchObject({ name: 'LdapFault', code: 'LDAP_49' })
    expect(written(fault)).not.toMatch(/canary|dc=/)
  })

  test('never answers anybody as somebody else: a broken connection is not opened again as nobody', async () => {
    const proxy = createServer((inner) => {
      const outer = connect(server.port, '127.0.0.1')
      for (const [from, to] of [
        [inner, outer],
        [outer, inner],
      ] as const) {
        from.on('error', () => to.destroy()).on('close', () => to.destroy())
        from.pipe(to)
      }
      links.push(inner)
    })
    const links: Socket[] = []
    const port = await listening(proxy)
    const directory = await open(branch, { urls: [`ldap://127.0.0.1:${port}`], connections: 1 })
    await replaceValues(branch, dnOf(branch, 'jdoe'), { pwdAccountLockedTime: ['000001010000Z'] })
    expect(await directory.find(JDOE)).toMatchObject([{ state: 'disabled' }])
    const before = readFileSync(server.log, 'utf8').length
    for (let times = 0; times < 5; times += 1) {
      for (const link of links.splice(0)) link.destroy()
      const found = await directory.find(JDOE).catch((error: unknown) => error)
      // Whether the break was noticed in time is a matter of luck; that a person is never seen with less than all is not.
      if (!(found instanceof Error)) expect(found).toMatchObject([{ state: 'disabled' }])
    }
    await expect.poll(() => directory.find(JDOE).catch(() => []), PATIENTLY).toMatchObject([{ state: 'disabled' }])
    const operations = readFileSync(server.log, 'utf8').slice(before).split('\n')
    const bound = new Set(operations.flatMap((line) => /conn=(\d+) op=0 BIND dn="cn=manager/.exec(line)?.[1] ?? []))
    const asking = operations.flatMap((line) => /conn=(\d+) op=0 SRCH/.exec(line)?.[1] ?? [])
    expect(bound.size).toBeGreaterThan(0)
    expect(asking).toEqual([])
  })
})

describe('a server that takes the connection and never says anything', () => {
  test('is given up at start', async () => {
    const port = await listening(silentServer())
    const opened = open(shared, { urls: [`ldap://127.0.0.1:${port}`], connectTimeoutMs: 200 })
    await expect(opened).rejects.toMatchObject({ name: 'LdapFault', code: 'TIMEOUT' })
  })

  test.for(['ldaps', 'ldap'])('is given up in the midst of TLS by %s', async (scheme) => {
    const port = await listening(silentServer(scheme === 'ldap' ? START_TLS_ACCEPTED : undefined))
    const opened = open(shared, { urls: [`${scheme}://127.0.0.1:${port}`], tls: 'verify', connectTimeoutMs: 200 })
    await expect(opened).rejects.toMatchObject({ name: 'LdapFault', code: 'TIMEOUT' })
  })

  test('is left for another one', async () => {
    const port = await listening(silentServer())
    const directory = await open(shared, { urls: [`ldap://127.0.0.1:${port}`, shared.server.url], connectTimeoutMs: 1_500 })
    expect(await directory.find(JDOE)).toHaveLength(1)
  })

  test('holds nobody up for longer than the limits, and callers behind it neither', async () => {
    const relay = await stoppableRelay(shared)
    const directory = await open(shared, { urls: [relay.url], connections: 1, connectTimeoutMs: 1_500, queryTimeoutMs: 1_000 })
    relay.stopAnswering()
    const calls = [...everyCall(directory, 'x').slice(0, 2), ...everyCall(directory, 'x').slice(0, 2)]
    const ends = await Promise.all(calls.map((call) => call().catch((error: unknown) => error)))
    expect(ends).toEqual(Array(4).fill(expect.objectContaining({ name: 'LdapFault', code: 'TIMEOUT' })))
    relay.answerAgain()
    await expect.poll(() => directory.find(JDOE).catch(() => []), PATIENTLY).toHaveLength(1)
  })
})

test('a pool of one connection serves many callers one after the other', async () => {
  const directory = await open(shared, { connections: 1 })
  const found = await Promise.all(Array.from({ length: 50 }, () => directory.find(JDOE)))
  expect(found.flat().map(({ userName }) => userName)).toEqual(Array(50).fill('jdoe'))
})

test('a change of which nobody knows whether it was made is a fault, and holds nothing of it', async () => {
  const relay = await stoppableRelay(shared)
  const directory = await open(shared, { urls: [relay.url], connections: 1, connectTimeoutMs: 3_000, queryTimeoutMs: 1_500 })
  const [other] = await directory.find({ is: 'equals', field: 'userName', value: 'other' })
  relay.stopAnswering('after a change')
  const fault = await directory
    .setPassword({
      id: other?.id ?? '',
      expect: other?.credentialVersion ?? '',
      secret: new Secret('canary-secret'),
      act: 'canary-act',
      deadline: Date.now() + 60_000,
    })
    .catch((error: unknown) => error)
  expect(fault).toMatchObject({ name: 'LdapFault', code: 'TIMEOUT' })
  expect(written(fault)).not.toMatch(/canary|dc=/)
  relay.answerAgain()
  // It was: the server had it before the line went dead, and the act tells.
  await expect.poll(() => directory.lastAct(other?.id ?? '').catch(() => 'none'), PATIENTLY).toBe('canary-act')
  expect(await directory.verifyPassword(other?.id ?? '', new Secret('canary-secret'))).toBe(true)
})

test('SEC-74: the debug log of the library shows no new password', () => {
  const entry = new LdapEntry({ dn: 'cn=x', pwdAccountLockedTime: '20200102030405Z' })
  const wanted = { text: 'canary-secret', act: 'canary-act', now: 0 }
  for (const kind of ['openldap', 'activeDirectory'] as const) {
    const { changes } = modification(entry, wanted, { ...settings(shared), kind }, false)
    expect(changes.map(({ modification: { type } }) => type)).toContain(kind === 'openldap' ? 'userPassword' : 'unicodePwd')
    expect(JSON.stringify(changes)).not.toMatch(/canary|"data"/)
  }
})

describe('SEC-81: TLS', () => {
  let server: PrivateLdap
  let branch: Branch
  beforeAll(async () => {
    server = await startLdap({ tls: { ca: join(TLS, 'ca.pem'), cert: join(TLS, 'server.pem'), key: join(TLS, 'server.key') } })
    branch = await makeBranch(server)
    await addPeople(branch, [{ userName: 'jdoe', password: 'Passw0rd1' }])
  })
  afterAll(() => server.stop())
  const tlsUrl = (host: string) => (server.tlsUrl ?? '').replace('127.0.0.1', host)
  const url = (host: string) => server.url.replace('127.0.0.1', host)

  test.for<readonly [what: string, given: () => Partial<LdapSettings>]>([
    ['from the first byte', () => ({ urls: [tlsUrl('localhost')] })],
    ['by StartTLS', () => ({ urls: [url('localhost')], tls: 'verify' })],
  ])('is spoken %s where the certificate is right', async ([, given]) => {
    const before = readFileSync(server.log, 'utf8').length
    const directory = await open(branch, { caFile: join(TLS, 'ca.pem'), ...given() })
    const [jdoe] = await directory.find(JDOE)
    expect(await directory.verifyPassword(jdoe?.id ?? '', new Secret('Passw0rd1'))).toBe(true)
    const log = readFileSync(server.log, 'utf8').slice(before)
    expect(log).toMatch(/TLS established/)
    const strengths = [...log.matchAll(/ BIND dn=.* mech=SIMPLE .*\bssf=(\d+)$/gm)].map(([, strength]) => Number(strength))
    expect(strengths).toHaveLength(2)
    expect(Math.min(...strengths)).toBeGreaterThanOrEqual(128)
  })

  test.for<readonly [what: string, given: () => Partial<LdapSettings>, code: RegExp]>([
    ['of an authority nobody knows', () => ({ urls: [tlsUrl('localhost')] }), /^(?:SELF_SIGNED|UNABLE_TO)/],
    ['of such an authority, by StartTLS', () => ({ urls: [url('localhost')], tls: 'verify' }), /^(?:SELF_SIGNED|UNABLE_TO)/],
    ['of another host', () => ({ urls: [tlsUrl('127.0.0.1')], caFile: join(TLS, 'ca.pem') }), /^ERR_TLS_CERT_ALTNAME_INVALID$/],
    [
      'of another host, by StartTLS',
      () => ({ urls: [url('127.0.0.1')], tls: 'verify', caFile: join(TLS, 'ca.pem') }),
      /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    ],
  ])('with a certificate %s is refused before any password is sent', async ([, given, code]) => {
    const before = readFileSync(server.log, 'utf8').length
    await expect(open(branch, given())).rejects.toMatchObject({ name: 'LdapFault', code: expect.stringMatching(code) })
    expect(readFileSync(server.log, 'utf8').slice(before)).not.toMatch(/ BIND /)
  })

  test('is demanded of a server that has none, not given up', async () => {
    await expect(open(shared, { tls: 'verify' })).rejects.toMatchObject({ name: 'LdapFault', code: 'NO_TLS' })
  })

  test('does not begin where somebody on the way has put an answer of their own behind the server’s', async () => {
    const forged = Buffer.from('300c02010261070a010004000400', 'hex')
    const port = await listening(silentServer(Buffer.concat([START_TLS_ACCEPTED, forged])))
    const opened = open(shared, { urls: [`ldap://127.0.0.1:${port}`], tls: 'verify' })
    await expect(opened).rejects.toMatchObject({ name: 'LdapFault', code: 'NO_TLS' })
  })
})

describe('a tree that is not as configured', () => {
  test.for<readonly [what: string, given: () => Partial<LdapSettings>, said: RegExp]>([
    ['without the base', () => ({ base: `ou=none,${shared.base}` }), /directory\.ldap\.base/],
    [
      'without the base of groups',
      () => ({ groups: { base: 'ou=none,dc=example,dc=com', objectClass: 'x', member: 'member', name: 'cn', levels: 0 } }),
      /directory\.ldap\.groups\.base/,
    ],
    ['without the decoy', () => ({ decoy: `cn=none,${shared.base}` }), /directory\.ldap\.decoy/],
    ['whose decoy has no password', () => ({ decoy: shared.base }), /directory\.ldap\.decoy/],
    [
      'without an attribute',
      () => ({ people: { ...settings(shared).people, mail: 'mial' } }),
      /no attribute `mial`.*people\.mail.*did you mean `mail`/,
    ],
    ['with a filter that is none', () => ({ filter: '(uid=' }), /directory\.ldap\.filter/],
  ])('%s is told at start', async ([, given, said]) => {
    await expect(open(shared, given())).rejects.toMatchObject({ name: 'NotOurTree', message: expect.stringMatching(said) })
  })

  test('without a password policy is not used: it would keep passwords as they are written', async () => {
    const server = await startLdap({ ppolicy: false })
    onTestFinished(() => server.stop())
    const branch = await makeBranch(server)
    await expect(open(branch)).rejects.toMatchObject({ name: 'NotOurTree', message: expect.stringMatching(/ppolicy_hash_cleartext/) })
  })
})

/** A yes to StartTLS, the first message of a connection. */
const START_TLS_ACCEPTED = Buffer.from('300c02010178070a010004000400', 'hex')

/** Takes connections, perhaps says one thing, and is silent from then on. */
function silentServer(first?: Buffer): TcpServer {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
    if (first !== undefined) socket.once('data', () => socket.write(first))
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
  })
  return server
}

/** Stands between a directory and its server, and can hold back what the server answers. */
async function stoppableRelay(branch: Branch) {
  let holds: 'nothing' | 'everything' | 'after a change' = 'nothing'
  const sockets = new Set<Socket>()
  const relay = createServer((inner) => {
    const outer = connect(Number(new URL(branch.server.url).port), '127.0.0.1')
    for (const socket of [inner, outer]) sockets.add(socket.on('error', () => undefined))
    inner.on('data', (chunk: Buffer) => {
      outer.write(chunk)
      // The tag of a modify request, behind a message and its number: what comes from now on is the answer to it.
      if (holds === 'after a change' && chunk.includes(Buffer.from('userPassword')) && !chunk.includes(Buffer.from('objectClass')))
        holds = 'everything'
    })
    outer.on('data', (chunk: Buffer) => {
      if (holds !== 'everything') inner.write(chunk)
    })
    inner.on('close', () => outer.destroy())
    outer.on('close', () => inner.destroy())
  })
  const port = await listening(relay)
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
  })
  return {
    url: `ldap://127.0.0.1:${port}`,
    stopAnswering: (what: 'everything' | 'after a change' = 'everything') => void (holds = what),
    answerAgain: () => void (holds = 'nothing'),
  }
}

function everyCall(directory: Directory, id: string): readonly (() => Promise<unknown>)[] {
  const secret = new Secret('canary-secret')
  return [
    () => directory.find({ is: 'equals', field: 'mail', value: 'canary@example.com' }),
    () => directory.read(id),
    () => directory.verifyPassword(id, secret),
    () => directory.verifyAnswers(id, [{ question: '1', answer: secret }]),
    () => directory.totpSecret(id),
    () => directory.lastAct(id),
    () => directory.setPassword({ id, expect: 'x', secret, act: 'canary-act', deadline: Date.now() + 60_000 }),
  ]
}

/** All that a log might show of an error, causes and stack included. */
function written(error: unknown): string {
  return inspect(error, { depth: 9, showHidden: true })
}

async function listening(server: TcpServer): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  // The address of a server that listens on TCP is never a text.
  return (server.address() as AddressInfo).port
}
