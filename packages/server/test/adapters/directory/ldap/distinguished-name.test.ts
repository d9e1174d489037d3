import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { domainOf, foldName, readName, writeName } from '../../../../src/adapters/directory/ldap/distinguished-name.js'
import { guidBytes, guidText } from '../../../../src/adapters/directory/ldap/guid.js'

test.for<readonly [what: string, text: string, written: string | undefined]>([
  ['as Active Directory has it', 'CN=Jon.One,CN=Users,DC=mydomain,DC=com', 'CN=Jon.One,CN=Users,DC=mydomain,DC=com'],
  ['types in small letters', 'cn=Jon.One,dc=com', 'CN=Jon.One,DC=com'],
  ['an escaped comma', 'CN=Doe\\, John,DC=com', 'CN=Doe\\, John,DC=com'],
  ['a comma in hexadecimal', 'cn=Doe\\2C John,dc=com', 'CN=Doe\\, John,DC=com'],
  ['blanks around separators', '  cn = Doe\\, John , dc=com ', 'CN=Doe\\, John,DC=com'],
  ['blanks that belong to the value', 'cn=\\ a b\\ ,dc=com', 'CN=\\ a b\\ ,DC=com'],
  ['letters beyond ASCII', 'cn=Zoé 😀,dc=com', 'CN=Zoé 😀,DC=com'],
  ['such letters in hexadecimal', 'cn=Zo\\c3\\a9 \\F0\\9F\\98\\80,dc=com', 'CN=Zoé 😀,DC=com'],
  ['a value as BER', 'cn=#0403416E6E ,dc=com', 'CN=Ann,DC=com'],
  ['all that must be escaped', 'cn=\\"\\#\\+\\,\\;\\<\\=\\>\\\\,dc=com', 'CN=\\"#\\+\\,\\;\\<=\\>\\\\,DC=com'],
  ['a number sign in front', 'cn=\\#1,dc=com', 'CN=\\#1,DC=com'],
  ['two values in one part', 'cn=Ann+ou=Staff,dc=com', 'CN=Ann+OU=Staff,DC=com'],
  ['an equals sign in a value', 'cn=a=b,dc=com', 'CN=a=b,DC=com'],
  ['an identifier for a type', '2.5.4.3=Ann', '2.5.4.3=Ann'],
  ['a comma that is not escaped', 'CN=Doe, John,DC=com', undefined],
  ['half an escape', 'cn=a\\', undefined],
  ['an escape of a letter', 'cn=\\x', undefined],
  ['bytes that are no UTF-8', 'cn=\\ff,dc=com', undefined],
  ['an old quoted value', 'cn="Doe, John",dc=com', undefined],
  ['an old semicolon', 'cn=a;dc=com', undefined],
  ['a value that is empty', 'cn=,dc=com', undefined],
  ['BER that is cut', 'cn=#04034', undefined],
  ['BER of a number', 'cn=#020101', undefined],
  ['a comma behind', 'cn=a,', undefined],
  ['a comma in front', ',cn=a', undefined],
  ['NUL', 'cn=a\0', undefined],
  ['nothing', ' ', undefined],
  ['a name', 'jdoe', undefined],
])('reads %s', ([, text, written]) => {
  const name = readName(text)
  expect(name && writeName(name)).toBe(written)
})

test('a written name reads as the same name, whatever is in it', () => {
  const value = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).filter((text) => !/\p{Surrogate}/u.test(text))
  const part = fc.array(fc.record({ type: fc.constantFrom('CN', 'OU', 'DC', '2.5.4.3'), value }), { minLength: 1, maxLength: 2 })
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (name) => {
      expect(readName(writeName(name))).toEqual(name)
    }),
    { seed: 7, numRuns: 200 },
  )
})

test('reading never throws', () => {
  const piece = fc.constantFrom('CN', '=', ',', '+', '\\', '#', '04', ' ', 'é', '"', '\\2', 'ff', '\ud800')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const name = readName(pieces.join(''))
      expect(name && readName(writeName(name))).toEqual(name)
    }),
    { seed: 7, numRuns: 200 },
  )
})

describe('what is compared', () => {
  const folded = (text: string) => {
    const name = readName(text)
    return name && foldName(name)
  }
  test.for([
    ['CN=Doe\\, John,DC=Corp', 'cn=doe\\2c john , dc=corp', true],
    ['CN=Kai,DC=corp', 'CN=\u212aai,DC=corp', false],
    ['CN=a b,DC=corp', 'CN=a  b,DC=corp', false],
    ['CN=a,DC=corp', 'CN=a,CN=a,DC=corp', false],
  ] as const)('%s and %s', ([one, other, same]) => {
    expect(folded(one) === folded(other)).toBe(same)
  })

  test('the domain follows from the name', () => {
    expect(domainOf(readName('CN=a,OU=b,DC=Corp,dc=example,DC=com') ?? [])).toBe('Corp.example.com')
    expect(domainOf(readName('CN=a,O=b') ?? [])).toBeUndefined()
  })
})

describe('an id of Active Directory', () => {
  const text = '00112233-4455-6677-8899-aabbccddeeff'
  const bytes = Buffer.from('33221100554477668899aabbccddeeff', 'hex')
  test('is written as Microsoft writes it', () => {
    expect(guidText(bytes)).toBe(text)
    expect(guidBytes(text)).toEqual(bytes)
  })
  test.for(['', text.toUpperCase(), `{${text}}`, `${text} `, text.replaceAll('-', ''), '*'])('is not `%s`', (other) => {
    expect(guidBytes(other)).toBeUndefined()
  })
  test('has 16 bytes', () => {
    expect([undefined, bytes.subarray(1), Buffer.alloc(17)].map(guidText)).toEqual([undefined, undefined, undefined])
  })
})
