import type { Filter } from '@rekey/core'
import { describe, expect, test } from 'vitest'
import { printDistinguishedName, readDistinguishedName } from '../../../src/dialects/bright-pattern/distinguished-name.js'
import { filterOf } from '../../../src/dialects/bright-pattern/name-form.js'

const login = (value: string): Filter => ({ is: 'equals', field: 'login', value })
const inDomain = (user: string, domain: string): Filter => ({
  is: 'and',
  of: [login(user), { is: 'equals', field: 'domain', value: domain }],
})
const principal = (value: string, user: string, domain: string): Filter => ({
  is: 'or',
  of: [{ is: 'equals', field: 'principalName', value }, inDomain(user, domain)],
})
const entry = (value: string): Filter => ({ is: 'equals', field: 'distinguishedName', value })

describe('a user name', () => {
  test.for<readonly [string, Filter]>([
    // The four forms of the page.
    ['Jon.One', login('Jon.One')],
    ['mydomain\\Jon.One', inDomain('Jon.One', 'mydomain')],
    ['Jon.One@mydomain.com', principal('Jon.One@mydomain.com', 'Jon.One', 'mydomain.com')],
    ['LDAP://CN=Jon.One,CN=Users,DC=mydomain,DC=com', entry('CN=Jon.One,CN=Users,DC=mydomain,DC=com')],
    // Spellings of them.
    ['ldap://cn = Jon.One , dc=com', entry('cn=Jon.One,dc=com')],
    ['mydomain.com\\Jon.One', inDomain('Jon.One', 'mydomain.com')],
    ['mydomain\\odd@name', inDomain('odd@name', 'mydomain')],
    ['a@b@mydomain.com', principal('a@b@mydomain.com', 'a@b', 'mydomain.com')],
    ['Jürgen', login('Jürgen')],
    // Signs of filters are characters as any other: the value is compared as a whole.
    ['*', login('*')],
    ['*)(objectClass=*', login('*)(objectClass=*')],
    ['LDAP', login('LDAP')],
    ['LDAP:/CN=x', login('LDAP:/CN=x')],
    ['LDAP://CN=*', entry('CN=*')],
    ["Jon' OR '1'='1", login("Jon' OR '1'='1")],
  ])('%s', ([user, filter]) => {
    expect(filterOf(user)).toEqual(filter)
  })

  test.for([
    '',
    ' ',
    '\\x',
    'x\\',
    '\\',
    'a\\b\\c',
    '@',
    'x@',
    '@x',
    ' @x',
    'LDAP://',
    'LDAP://server/CN=Jon.One,DC=com',
    'LDAP://server:389/CN=Jon.One',
    'LDAP://Jon.One',
    'LDAP://CN=',
    'LDAP://CN=a,',
    'LDAP://,CN=a',
    'LDAP://CN=a;DC=b',
    'LDAP://CN=#04024869',
    'LDAP://CN=a\\',
    'LDAP://CN=a\\zz',
    'LDAP://CN=\\00',
    'LDAP://CN=\\ff',
    'Jon\0One',
    'Jon\r\nOne',
    'x'.repeat(1025),
    `LDAP://${Array.from({ length: 200 }, () => 'DC=a').join(',')}`,
  ])('%j is none', (user) => {
    expect(filterOf(user)).toBeUndefined()
  })
})

describe('a distinguished name', () => {
  test.for([
    ['CN=Jon.One,DC=com', 'CN=Jon.One,DC=com'],
    ['CN=Sue\\, Grabbit and Runn,O=x', 'CN=Sue\\, Grabbit and Runn,O=x'],
    ['CN=Sue\\2C Grabbit and Runn,O=x', 'CN=Sue\\, Grabbit and Runn,O=x'],
    ['OU=Sales+CN=J. Smith,DC=com', 'OU=Sales+CN=J. Smith,DC=com'],
    ['CN=Lu\\C4\\8Di\\C4\\87', 'CN=Lučić'],
    ['CN=a\\ ,O=x', 'CN=a\\ ,O=x'],
    ['CN=\\#a', 'CN=\\#a'],
    ['1.3.6.1=x', '1.3.6.1=x'],
  ] as const)('%s is printed as %s', ([text, printed]) => {
    const name = readDistinguishedName(text)
    expect(name && printDistinguishedName(name)).toBe(printed)
  })
})
