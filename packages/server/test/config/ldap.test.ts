import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Secret } from '@rekey/core'
import { goesInClear, protectionOf, readLdapUrl } from '../../src/adapters/directory/ldap/address.js'
import { treeFault } from '../../src/compose/tree-fault.js'
import { weaknesses } from '../../src/config/weaknesses.js'
import { loadText } from './load-text.js'

const GIVEN = {
  kind: 'openldap',
  urls: ['ldaps://ldap.example.com'],
  bindDn: 'cn=rekey,dc=example,dc=com',
  password: '${LDAP_PASSWORD}',
  base: 'ou=people,dc=example,dc=com',
}

const DECOY = { decoy: 'cn=decoy,dc=example,dc=com' }

async function load(ldap: object, more: object = {}) {
  const text = JSON.stringify({ directory: { ldap: { ...GIVEN, ...ldap } }, ...more })
  return loadText(text, { env: { LDAP_PASSWORD: 'hunter2' }, beside: ['ca.pem'] })
}

test('a server and an account are enough: the rest is what is usual for the kind, and nobody is put into the tree', async () => {
  const { config } = await load({})
  expect(config.directory).toMatchObject({ isDemo: false })
  expect(config.directory.seed).toBeUndefined()
  expect(config.directory.ldap).toEqual({
    kind: 'openldap',
    urls: ['ldaps://ldap.example.com'],
    bindDn: 'cn=rekey,dc=example,dc=com',
    password: expect.any(Secret),
    base: 'ou=people,dc=example,dc=com',
    filter: '(objectClass=inetOrgPerson)',
    connections: 10,
    connectTimeoutMs: 3_000,
    queryTimeoutMs: 5_000,
    people: {
      id: 'entryUUID',
      userName: 'uid',
      mail: 'mail',
      phone: 'mobile',
      givenName: 'givenName',
      surname: 'sn',
      locale: 'preferredLanguage',
      distinguishedName: 'entryDN',
      version: 'pwdChangedTime',
      attributes: {},
    },
    questions: [],
    refusals: {},
  })
  expect(config.directory.ldap?.password.reveal()).toBe('hunter2')
})

test('what is written comes before what is usual', async () => {
  const { config, folder } = await load(
    {
      kind: 'activeDirectory',
      ca: 'ca.pem',
      lockout: '30m',
      people: { mail: 'proxyMail', lastAct: 'extensionAttribute15', attributes: { department: 'department' } },
      groups: { levels: 0 },
      questions: [{ id: '2', text: { en: 'Who?' } }],
    },
    { attributes: { department: { type: 'string' } } },
  )
  expect(config.directory.ldap).toMatchObject({
    caFile: join(folder, 'ca.pem'),
    filter: '(&(objectCategory=person)(objectClass=user))',
    lockoutMs: 1_800_000,
    people: {
      id: 'objectGUID',
      userName: 'sAMAccountName',
      mail: 'proxyMail',
      lastAct: 'extensionAttribute15',
      attributes: { department: 'department' },
    },
    groups: { base: GIVEN.base, objectClass: 'group', member: 'member', name: 'cn', levels: 0 },
    questions: [{ id: '2', text: { en: 'Who?' } }],
  })
})

test.for<readonly [what: string, given: object, told: readonly RegExp[]]>([
  ['nothing', { ...DECOY, people: { lastAct: 'x' } }, []],
  [
    'passwords that cross a network in clear',
    { ...DECOY, urls: ['ldap://h'], tls: 'off', people: { lastAct: 'x' } },
    [/spoken to without TLS/],
  ],
  ['no decoy', { people: { lastAct: 'x' } }, [/less time than others/]],
  ['no attribute for the last act', DECOY, [/two changes of one password within a second/]],
  ['Active Directory', { ...DECOY, kind: 'activeDirectory', people: { lastAct: 'x' } }, [/compares our own changes of a password only/]],
  ['Active Directory without that attribute', { ...DECOY, kind: 'activeDirectory' }, [/makes two changes of one password at once/]],
])('told as a weakness: %s', async ([, given, told]) => {
  const { config } = await load(given)
  const found = weaknesses(config, []).filter((sentence) => /LDAP|ldap|Active Directory/.test(sentence))
  expect(found).toEqual(told.map((sentence) => expect.stringMatching(sentence)))
})

describe('an address', () => {
  test.for<readonly [address: string, read: object | undefined]>([
    ['ldap://h', { host: 'h', port: 389, isTls: false }],
    ['ldaps://h', { host: 'h', port: 636, isTls: true }],
    ['ldap://h:3890/', { host: 'h', port: 3890, isTls: false }],
    ['ldap://[::1]:1', { host: '::1', port: 1, isTls: false }],
    ['ldap://u:p@h', undefined],
    ['ldap://h/dc=com', undefined],
    ['ldap://h?x', undefined],
    ['ldap://h#x', undefined],
    ['ldap://', undefined],
    ['ldapi:///run/ldapi', undefined],
    ['http://h', undefined],
    ['h', undefined],
  ])('`%s`', ([address, read]) => {
    expect(readLdapUrl(address)).toEqual(read)
  })

  test.for([
    ['ldaps://h', undefined, 'tls'],
    ['ldaps://localhost', 'off', 'tls'],
    ['ldap://h', undefined, 'startTls'],
    ['ldap://h', 'off', 'none'],
    ['ldap://127.0.0.1', undefined, 'none'],
    ['ldap://127.0.0.1', 'verify', 'startTls'],
  ] as const)('`%s` with `tls: %s` is spoken by %s', ([url, tls, protection]) => {
    const host = readLdapUrl(url)
    expect(host && protectionOf(host, tls)).toBe(protection)
    expect(goesInClear({ urls: ['ldaps://h', url], ...(tls && { tls }) })).toBe(protection === 'none' && !url.includes('127'))
  })
})

test.for([
  ['LDAP_49', /refuses the log-in: mend `directory\.ldap\.bindDn`/],
  ['LDAP_13', /wants TLS/],
  ['ECONNREFUSED', /cannot be reached \(ECONNREFUSED\)/],
  ['SELF_SIGNED_CERT_IN_CHAIN', /cannot be verified.*directory\.ldap\.ca/],
  ['NO_TLS', /does not begin TLS/],
  ['LDAP_80', /answers with a fault/],
] as const)('why a directory does not open is told for `%s`', ([code, told]) => {
  const fault = Object.assign(new Error(`the directory's LDAP server: ${code}`), { name: 'LdapFault', code })
  const { message } = treeFault({ urls: ['ldap://h', 'ldaps://[::1]'] }, fault) ?? {}
  expect(message).toMatch(told)
  expect(message).toMatch(/^the directory's LDAP server at h:389, \[::1\]:636 /)
  expect(treeFault({ urls: [] }, new Error('else'))).toBeUndefined()
})
