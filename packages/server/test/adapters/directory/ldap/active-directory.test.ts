import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createServer, type TLSSocket } from 'node:tls'
import { inspect } from 'node:util'
import { Secret, type SetPassword } from '@rekey/core'
import { Ber, BerReader, BerWriter, BindRequest, FilterParser, ModifyRequest, ProtocolOperation, SearchRequest, type Change } from 'ldapts'
import { expect, onTestFinished, test } from 'vitest'
import { guidBytes } from '../../../../src/adapters/directory/ldap/guid.js'
import { LdapDirectory } from '../../../../src/adapters/directory/ldap/ldap-directory.js'
import { LDAP_PRESETS } from '../../../../src/adapters/directory/ldap/presets.js'
import type { LdapSettings } from '../../../../src/adapters/directory/ldap/settings.js'
import { cheapHasher } from '../cheap-hasher.js'

// No Active Directory runs in tests. What it would be sent is read off the wire instead, and what it would answer is what its documentation prints.

const TLS = join(import.meta.dirname, '..', 'postgres', 'tls')
const GUID = '00112233-4455-6677-8899-aabbccddeeff'
const BASE = 'DC=mydomain,DC=com'
const DN = 'CN=One\\, Jon,CN=Users,DC=mydomain,DC=com'
const NOW = Date.UTC(2026, 0, 2)

type Entry = { readonly [attribute: string]: readonly (string | Buffer)[] }

const JON: Entry = {
  objectGUID: [guidBytes(GUID) ?? ''],
  sAMAccountName: ['Jon.One'],
  userPrincipalName: ['Jon.One@mydomain.com'],
  mail: ['jon@mydomain.com'],
  distinguishedName: [DN],
  userAccountControl: ['512'],
  'msDS-User-Account-Control-Computed': ['0'],
  accountExpires: ['9223372036854775807'],
  pwdLastSet: ['133801632000000000'],
  extensionAttribute1: ['act-1'],
}

interface Answer {
  readonly code: number
  readonly text?: string
}

/** A server that holds one entry, notes what it is sent, and answers what it is told to. */
class Recorder {
  entry: Entry = JON
  controls: readonly string[] = ['1.2.840.113556.1.4.2239']
  readonly searches: SearchRequest[] = []
  readonly binds: BindRequest[] = []
  readonly modifies: { readonly request: ModifyRequest; readonly controls: readonly string[] }[] = []
  answerTo: (request: BindRequest | ModifyRequest) => Answer = () => ({ code: 0 })
  url = ''

  async start(): Promise<this> {
    const server = createServer({ cert: readFileSync(join(TLS, 'server.pem')), key: readFileSync(join(TLS, 'server.key')) }, (socket) => {
      let rest = Buffer.alloc(0)
      socket.on('error', () => undefined)
      socket.on('data', (chunk: Buffer) => {
        rest = Buffer.concat([rest, chunk])
        for (let taken = this.#take(rest, socket); taken > 0; taken = this.#take(rest, socket)) rest = rest.subarray(taken)
      })
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void server.close())
    // The address of a server that listens on TCP is never a text.
    this.url = `ldaps://localhost:${(server.address() as AddressInfo).port}`
    return this
  }

  /** Reads one message. @returns the bytes that it took. */
  #take(bytes: Buffer, socket: TLSSocket): number {
    const reader = new BerReader(bytes)
    if (reader.readSequence() === null || reader.remain < reader.length) return 0
    const end = reader.offset + reader.length
    const messageId = reader.readInt() ?? 0
    const operation = reader.readSequence()
    const rest = new BerReader(bytes.subarray(0, end))
    rest.offset = reader.offset
    if (operation === ProtocolOperation.LDAP_REQ_BIND) {
      const request = new BindRequest({ messageId })
      request.parse(rest, [])
      this.binds.push(request)
      socket.write(result(messageId, ProtocolOperation.LDAP_RES_BIND, this.answerTo(request)))
    } else if (operation === ProtocolOperation.LDAP_REQ_SEARCH) {
      const request = new SearchRequest({ messageId, filter: FilterParser.parseString('(objectClass=*)') })
      request.parse(rest, [])
      this.searches.push(request)
      const isRoot = request.baseDN === ''
      const isGroups = request.attributes.length === 1 && request.attributes[0] === 'cn'
      const found: Entry = isRoot ? { supportedControl: this.controls } : isGroups ? { cn: ['Staff'] } : this.entry
      const dn = isRoot ? '' : isGroups ? `CN=Staff,${BASE}` : DN
      socket.write(Buffer.concat([entryMessage(messageId, dn, found), result(messageId, ProtocolOperation.LDAP_RES_SEARCH, { code: 0 })]))
    } else if (operation === ProtocolOperation.LDAP_REQ_MODIFY) {
      const request = new ModifyRequest({ messageId })
      request.parseMessage(rest)
      this.modifies.push({ request, controls: controlTypes(rest) })
      socket.write(result(messageId, ProtocolOperation.LDAP_RES_MODIFY, this.answerTo(request)))
    }
    return end
  }
}

async function open(recorder: Recorder, given: Partial<LdapSettings> = {}): Promise<LdapDirectory> {
  const preset = LDAP_PRESETS.activeDirectory
  const directory = await LdapDirectory.open({
    settings: {
      kind: 'activeDirectory',
      urls: [recorder.url],
      caFile: join(TLS, 'ca.pem'),
      bindDn: 'CN=rekey,DC=mydomain,DC=com',
      password: new Secret('service'),
      base: BASE,
      filter: preset.filter,
      connections: 2,
      connectTimeoutMs: 3_000,
      queryTimeoutMs: 3_000,
      people: { ...preset.people, lastAct: 'extensionAttribute1' },
      questions: [],
      refusals: {},
      ...given,
    },
    hasher: cheapHasher(),
    now: () => NOW,
  })
  onTestFinished(() => directory.close())
  return directory
}

async function change(directory: LdapDirectory, given: Partial<SetPassword> = {}) {
  const jon = await directory.read(GUID)
  return directory.setPassword({
    id: GUID,
    expect: jon?.credentialVersion ?? '',
    secret: new Secret('Zoé "1" 😀'),
    act: 'act-2',
    deadline: NOW + 1_000,
    ...given,
  })
}

/** A change as it stood in the request: what is done, to what, with which bytes. */
function shown({ operation, modification }: Change): readonly unknown[] {
  return [
    operation,
    modification.type,
    ...modification.parsedBuffers.map((bytes) => (modification.type === 'unicodePwd' ? bytes.toString('utf16le') : bytes.toString('utf8'))),
  ]
}

test('a person is read as Active Directory keeps them', async () => {
  const recorder = await new Recorder().start()
  const directory = await open(recorder, { groups: { ...LDAP_PRESETS.activeDirectory.groups, base: BASE } })
  const [jon] = await directory.find({
    is: 'and',
    of: [
      { is: 'equals', field: 'domain', value: 'MyDomain' },
      { is: 'equals', field: 'login', value: 'jon.one' },
    ],
  })
  expect(jon).toEqual({
    id: GUID,
    userName: 'Jon.One',
    mail: 'jon@mydomain.com',
    state: 'active',
    groups: ['Staff'],
    kba: [],
    hasPassword: true,
    credentialVersion: expect.any(String),
    principalName: 'Jon.One@mydomain.com',
    distinguishedName: DN,
  })
  // The library's reader writes names of attributes small, and mistakes the name in a test of presence.
  const filters = recorder.searches.map(({ filter }) => filter.toString())
  expect(filters).toContainEqual(
    expect.stringMatching(/^\(&\(&\(objectcategory=person\)\(objectclass=user\)\)\(&\([^)]*=\*\)\(samaccountname=jon\.one\)\)\)$/),
  )
  expect(filters.find((filter) => filter.includes(':1.2.840.113556.1.4.1941:='))).toContain('CN=One\\5c, Jon,CN=Users,DC=mydomain,DC=com')
})

test('an id is asked for by its bytes, and a name as it is held', async () => {
  const recorder = await new Recorder().start()
  const directory = await open(recorder)
  expect(await directory.read(GUID)).toMatchObject({ userName: 'Jon.One' })
  expect(await directory.read(GUID.toUpperCase().replace('0', '1'))).toBeUndefined()
  const found = await directory.find({ is: 'equals', field: 'distinguishedName', value: 'cn=one\\2c jon, cn=users,dc=mydomain,dc=com' })
  expect(found).toHaveLength(1)
})

test.for<readonly [what: string, given: Entry, state: string]>([
  ['nothing', {}, 'active'],
  ['a disabled account', { userAccountControl: ['514'] }, 'disabled'],
  ['no number', { userAccountControl: ['x'] }, 'disabled'],
  ['an account that has run out', { accountExpires: ['133000000000000000'] }, 'disabled'],
  ['an account that will run out', { accountExpires: ['134500000000000000'] }, 'active'],
  ['a lock', { 'msDS-User-Account-Control-Computed': ['16'] }, 'locked'],
  [
    'a lock that is over, as the server says',
    { 'msDS-User-Account-Control-Computed': ['0'], lockoutTime: ['133801632000000000'] },
    'active',
  ],
  ['a lock of which the server says no more', { 'msDS-User-Account-Control-Computed': [], lockoutTime: ['133801632000000000'] }, 'locked'],
])('the state of an account follows from %s', async ([, given, state]) => {
  const recorder = await new Recorder().start()
  recorder.entry = { ...JON, ...given }
  const directory = await open(recorder)
  expect(await directory.read(GUID)).toMatchObject({ state })
})

test('a password is set as Active Directory wants it: in quotes, UTF-16, and only while the last act is the one that was read', async () => {
  const recorder = await new Recorder().start()
  const directory = await open(recorder)
  recorder.answerTo = (request) => {
    if (request instanceof ModifyRequest) recorder.entry = { ...JON, extensionAttribute1: ['act-2'], pwdLastSet: ['133801632000000001'] }
    return { code: 0 }
  }
  const before = await directory.read(GUID)
  const done = await change(directory)
  expect(done).toEqual({ is: 'done', credentialVersion: (await directory.read(GUID))?.credentialVersion })
  expect(done).not.toMatchObject({ credentialVersion: before?.credentialVersion })
  expect(recorder.modifies.map(({ request, controls }) => ({ dn: request.dn, changes: request.changes.map(shown), controls }))).toEqual([
    {
      dn: DN,
      changes: [
        ['replace', 'unicodePwd', '"Zoé "1" 😀"'],
        ['delete', 'extensionAttribute1', 'act-1'],
        ['add', 'extensionAttribute1', 'act-2'],
      ],
      controls: ['1.2.840.113556.1.4.2239'],
    },
  ])
  const bytes = recorder.modifies[0]?.request.changes[0]?.modification.parsedBuffers[0]
  expect(bytes?.toString('hex')).toBe('22005a006f00e900200022003100220020003dd800de2200')
})

test.for<readonly [what: string, entry: Entry, given: Partial<SetPassword>, changes: readonly (readonly string[])[]]>([
  [
    'a generated password',
    {},
    { mustChange: true },
    [
      ['replace', 'pwdLastSet', '0'],
      ['delete', 'extensionAttribute1', 'act-1'],
    ],
  ],
  [
    'an end of a lock',
    { 'msDS-User-Account-Control-Computed': ['16'] },
    { clearLockout: true },
    [
      ['replace', 'lockoutTime', '0'],
      ['delete', 'extensionAttribute1', 'act-1'],
    ],
  ],
  ['a lock that stays', { 'msDS-User-Account-Control-Computed': ['16'] }, {}, [['delete', 'extensionAttribute1', 'act-1']]],
  ['nobody who is locked', {}, { clearLockout: true }, [['delete', 'extensionAttribute1', 'act-1']]],
  ['a first act', { extensionAttribute1: [] }, {}, []],
])('one request carries %s', async ([, entry, given, changes]) => {
  const recorder = await new Recorder().start()
  recorder.entry = { ...JON, ...entry }
  recorder.controls = []
  const directory = await open(recorder)
  expect(await change(directory, given)).toMatchObject({ is: 'done' })
  const [made] = recorder.modifies
  expect(made?.request.changes.slice(1).map(shown)).toEqual([...changes, ['add', 'extensionAttribute1', 'act-2']])
  expect(made?.controls).toEqual([])
})

test.for<readonly [what: string, answer: Answer, result: object]>([
  [
    'a password against its rules',
    { code: 53, text: '0000052D: SvcErr: DSID-031A1254, problem 5003 (WILL_NOT_PERFORM), data 0\n\0' },
    { is: 'refused', failures: [{ rule: 'QUALITY' }] },
  ],
  [
    'the same as a constraint',
    {
      code: 19,
      text: '0000052D: AtrErr: DSID-03191083, #1:\n\t0: 0000052D: DSID-03191083, problem 1005 (CONSTRAINT_ATT_TYPE), data 0, Att 9005a (unicodePwd)',
    },
    { is: 'refused', failures: [{ rule: 'QUALITY' }] },
  ],
  ['an act that somebody else has replaced', { code: 16, text: '00000057: LdapErr: DSID-0C090D8A, data 0' }, { is: 'changed-meanwhile' }],
  ['a first act that somebody else has added', { code: 20, text: '00002083: AtrErr' }, { is: 'changed-meanwhile' }],
])('what Active Directory refuses: %s', async ([, answer, result]) => {
  const recorder = await new Recorder().start()
  const directory = await open(recorder)
  recorder.answerTo = (request) => (request instanceof ModifyRequest ? answer : { code: 0 })
  expect(await change(directory)).toEqual(result)
})

test.for<readonly [what: string, answer: Answer, code: string]>([
  [
    'a connection it does not trust',
    { code: 53, text: '0000001F: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0' },
    'LDAP_53',
  ],
  ['a right that is missing', { code: 50, text: `00000005: SecErr: DSID-031A1256, ${DN}` }, 'LDAP_50'],
  ['a rule elsewhere in its words', { code: 19, text: 'see 0000052D: or not' }, 'LDAP_19'],
])('SEC-74: %s is a fault without its words', async ([, answer, code]) => {
  const recorder = await new Recorder().start()
  const directory = await open(recorder)
  recorder.answerTo = (request) => (request instanceof ModifyRequest ? answer : { code: 0 })
  const fault = await change(directory).catch((error: unknown) => error)
  expect(fault).toMatchObject({ name: 'LdapFault', code })
  expect(inspect(fault, { depth: 9, showHidden: true })).not.toMatch(/SvcErr|SecErr|CN=|0000/)
})

test.for<readonly [what: string, answer: Answer, right: boolean | string]>([
  ['the right one', { code: 0 }, true],
  ['a wrong one', { code: 49, text: '80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 52e, v4563' }, false],
  [
    'one that must be changed',
    { code: 49, text: '80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 773, v4563' },
    true,
  ],
  [
    'one that has run out',
    { code: 49, text: '80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 532, v4563' },
    true,
  ],
  [
    'of a locked account',
    { code: 49, text: '80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 775, v4563' },
    false,
  ],
  [
    'of a disabled account',
    { code: 49, text: '80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 533, v4563' },
    false,
  ],
  ['of a busy server', { code: 51 }, 'LDAP_51'],
])('a password is judged by what a bind is told: %s', async ([, answer, right]) => {
  const recorder = await new Recorder().start()
  const directory = await open(recorder)
  recorder.answerTo = (request) => (request instanceof BindRequest && request.dn === DN ? answer : { code: 0 })
  const judged = await directory.verifyPassword(GUID, new Secret('Zoe\u0301')).catch((error: unknown) => Object(error).code)
  expect(judged).toBe(right)
  expect(recorder.binds.at(-1)).toMatchObject({ dn: DN, password: 'Zoé' })
})

test('no bind is made without a password, which a server would let pass as nobody’s', async () => {
  const recorder = await new Recorder().start()
  const directory = await open(recorder)
  const binds = recorder.binds.length
  for (const id of [GUID, 'nobody']) expect(await directory.verifyPassword(id, new Secret(''))).toBe(false)
  expect(recorder.binds).toHaveLength(binds)
})

function result(messageId: number, operation: number, { code, text = '' }: Answer): Buffer {
  return message(messageId, operation, (writer) => {
    writer.writeEnumeration(code)
    writer.writeString('')
    writer.writeString(text)
  })
}

function entryMessage(messageId: number, dn: string, entry: Entry): Buffer {
  return message(messageId, ProtocolOperation.LDAP_RES_SEARCH_ENTRY, (writer) => {
    writer.writeString(dn)
    writer.startSequence()
    for (const [type, values] of Object.entries(entry)) {
      writer.startSequence()
      writer.writeString(type)
      writer.startSequence(ProtocolOperation.LBER_SET)
      for (const value of values) writer.writeBuffer(Buffer.from(value), Ber.OctetString)
      writer.endSequence()
      writer.endSequence()
    }
    writer.endSequence()
  })
}

function message(messageId: number, operation: number, write: (writer: BerWriter) => void): Buffer {
  const writer = new BerWriter()
  writer.startSequence()
  writer.writeInt(messageId)
  writer.startSequence(operation)
  write(writer)
  writer.endSequence()
  writer.endSequence()
  return writer.buffer
}

/** The types of the controls behind a request. */
function controlTypes(reader: BerReader): readonly string[] {
  if (reader.peek() !== ProtocolOperation.LDAP_CONTROLS) return []
  reader.readSequence()
  const end = reader.offset + reader.length
  const types: string[] = []
  while (reader.offset < end) {
    reader.readSequence()
    const next = reader.offset + reader.length
    types.push(reader.readString() ?? '')
    reader.offset = next
  }
  return types
}
