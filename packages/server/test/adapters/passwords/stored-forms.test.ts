import { Secret } from '@rekey/core'
import { describe, expect, test } from 'vitest'
import type { HashFinding } from '../../../src/adapters/passwords/password-form.js'
import { isKnownFront, PasswordHasher } from '../../../src/adapters/passwords/password-hasher.js'
import { knownForms } from '../../../src/adapters/passwords/forms/known-forms.js'

const CHEAP = { memoryKiB: 8, passes: 1, lanes: 1 }
const hasher = new PasswordHasher({ cost: CHEAP })
const right = async (stored: string, password: string) => hasher.matches(stored, new Secret(password))

// Made by other programs: libxcrypt, OpenSSL, Python, or printed in the standard that is named.
const HELLO = 'Hello world!'
const UMLAUT = 'pässword'
const MADE: readonly (readonly [what: string, stored: string, password: string])[] = [
  ['bcrypt', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U'],
  ['bcrypt of nothing', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy', ''],
  ['bcrypt of PHP', '$2y$05$abcdefghijklmnopqrstuucZGbUxuMlEqps0qcu2pjhO7vaatQZIC', UMLAUT],
  ['bcrypt of OpenBSD', '$2b$04$abcdefghijklmnopqrstuum174eFeoTj0DHmtuueFaS3Wde4P7wHG', UMLAUT],
  ['bcrypt with stray bits behind its salt', '$2b$04$abcdefghijklmnopqrstuvm174eFeoTj0DHmtuueFaS3Wde4P7wHG', UMLAUT],
  ['sha512crypt', '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1', HELLO],
  ['sha256crypt', '$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5', HELLO],
  [
    'sha512crypt with rounds',
    '$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.',
    HELLO,
  ],
  ['sha256crypt with rounds', '$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA', HELLO],
  [
    'sha512crypt without salt',
    '$6$rounds=1000$$.iDmP65p8twH4xRklgLM6b3KeMLRiE5OWGUiqIhHf/NGBlIiq.8G4dF5pUKl4NZyp6LUp47BEfZtAmJZfmV07/',
    HELLO,
  ],
  [
    'sha512crypt of 130 characters',
    '$6$rounds=1000$abc$dENps5UOWRfLYBe8otmm5nXQ3Ubvt4RMTI8o91NCe7vbQ23d0eoqaHsS.jWywAxjcrVp0pF.K7obec3V5RYkt1',
    'x'.repeat(130),
  ],
  ['sha256crypt of 200 characters', '$5$rounds=1000$abc$ybjDwHMHrLnfY8dOuaB.CmxAJMrv6gykhdeBCYjQxu9', 'y'.repeat(200)],
  [
    'sha512crypt of nothing',
    '$6$rounds=1000$abc$noBronbzNMcAtG61/dMHzc1H.fuLjHArF9.wCx8LbkVDMMEuChQCPee28tiPcXHL/CMNpCqo6OPTyoEpoCMsY/',
    '',
  ],
  ['pbkdf2 of passlib', '$pbkdf2-sha256$6400$.6UI/S.nXIk8jcbdHx3Fhg$98jZicV16ODfEsEZeYPGHU3kbrUrvUEXOPimVSQDD44', 'password'],
  [
    'pbkdf2 of passlib with SHA-512',
    '$pbkdf2-sha512$25000$c2FsdHNhbHRzYWx0c2FsdA$6AZSD/S6Hrgm49vYnj0P0AbjW0iNn.8UbzPdmfBB25fAhIc7w1YdYR50H08yabGkdrj92xjW9FD33eQ/cMj51g',
    UMLAUT,
  ],
  ['pbkdf2 of passlib with SHA-1', '$pbkdf2$12000$c2FsdHNhbHRzYWx0c2FsdA$gMgNnskjY2kBELTg7Fd2cwBpYa8', UMLAUT],
  ['pbkdf2 as a PHC string', '$pbkdf2-sha256$i=1000,l=32$c2FsdHNhbHRzYWx0c2FsdA$YgPLu3n8vPEiiKZxKq7umwDgcOMwRYIX1FKxRWvKd3o', UMLAUT],
  ['pbkdf2 of Django with SHA-1', 'pbkdf2_sha1$1000$salt$qGQU4oLbpuhDMZk6x40KUgoaOGE=', UMLAUT],
  [
    'pbkdf2 of Werkzeug',
    'pbkdf2:sha512:1000$salt$ea16ba2819d400ff127f7b10dc214fd22835c1c5a4c420b5571c8348c78832b118e4b89e6e9854d0351941bf26a962bc1dad3454e56d735bc202fb11d438abea',
    UMLAUT,
  ],
  ['pbkdf2 of RFC 6070', 'pbkdf2:sha1:4096$salt$4b007901b765489abead49d926f721d065a429c1', 'password'],
  ['scrypt of passlib', '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E', 'password'],
  [
    'scrypt of Werkzeug, by RFC 7914',
    'scrypt:16384:8:1$SodiumChloride$7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
    'pleaseletmein',
  ],
  ['argon2id', '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4', 'password'],
  ['argon2i', '$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8', 'password'],
  ['argon2i of the first version', '$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ', 'password'],
]

test.for(MADE)('compares with %s', async ([, stored, password]) => {
  expect(await right(stored, password)).toBe(true)
  expect(await right(stored, `${password}.`.slice(-250))).toBe(false)
  // SEC-66: the present form differs from all of them, and the new hash is made of what was typed.
  expect(hasher.isOutdated(stored, new Secret(password))).toBe(true)
})

test('takes NFD for NFC with every form', async () => {
  for (const [, stored, password] of MADE.filter(([, , password]) => password === UMLAUT))
    expect([await right(stored, UMLAUT.normalize('NFD')), await right(stored, password.toUpperCase())]).toEqual([true, false])
})

describe('SEC-66: where an older form cuts', () => {
  const LONG = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
  const BCRYPT = '$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui'

  test.for([
    ['72 bytes', LONG, true, true],
    ['what stands behind them', `${LONG}chars after 72 are ignored`, true, false],
    ['71 bytes', LONG.slice(0, 71), false, true],
    ['another 72nd byte', `${LONG.slice(0, 71)}8`, false, true],
    ['a NUL behind them', `${LONG}\0`, false, false],
  ] as const)('bcrypt is compared as it was made, and is made again only of what counts: %s', async ([, password, isRight, counts]) => {
    expect(await right(BCRYPT, password)).toBe(isRight)
    expect(hasher.isOutdated(BCRYPT, new Secret(password))).toBe(counts)
  })

  test('a NUL ends no password of bcrypt or of crypt', async () => {
    const ofNothing = (what: string) => MADE.find(([name]) => name === `${what} of nothing`)?.[1] ?? ''
    const [bcrypt, shaCrypt] = [ofNothing('bcrypt'), ofNothing('sha512crypt')]
    expect([await right(bcrypt, ''), await right(bcrypt, '\0'), await right(bcrypt, '\0x')]).toEqual([true, false, false])
    expect([await right(shaCrypt, ''), await right(shaCrypt, '\0'), await right(shaCrypt, '\0x')]).toEqual([true, false, false])
  })

  test.for([
    ['72 letters', 'x'.repeat(72), undefined],
    ['73 letters', 'x'.repeat(73), { rule: 'MAX_LENGTH', params: { maxLength: 72 } }],
    ['37 letters of two bytes', 'ä'.repeat(37), { rule: 'MAX_LENGTH', params: { maxLength: 72 } }],
    ['36 of them that are more before they are composed', 'a\u0308'.repeat(36), undefined],
    ['a NUL', 'abc\0def', { rule: 'CANNOT_CONTAIN_CHARACTERS', params: { forbiddenChars: '\0' } }],
    ['257 letters', 'x'.repeat(257), { rule: 'MAX_LENGTH', params: { maxLength: 256 } }],
  ] as const)('bcrypt is never made of a part of a password: %s', async ([, password, refusal]) => {
    const bcrypt = hasher.writing({ is: 'bcrypt', cost: 4 })
    const secret = new Secret(password)
    expect(bcrypt.refusal(secret)).toEqual(refusal)
    if (refusal === undefined) expect(await bcrypt.verify(await bcrypt.hash(secret), secret)).toBe(true)
    else await expect(bcrypt.hash(secret)).rejects.toThrow(RangeError)
  })
})

test.for([
  [{ is: 'argon2id', cost: CHEAP }, /^\$argon2id\$v=19\$m=8,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/],
  [{ is: 'bcrypt', cost: 4 }, /^\$2b\$04\$[./A-Za-z0-9]{53}$/],
  [{ is: 'django-pbkdf2', iterations: 1_000 }, /^pbkdf2_sha256\$1000\$[A-Za-z0-9]{22}\$[A-Za-z0-9+/]{43}=$/],
] as const)('SEC-67: makes %j, each with a salt of its own', async ([form, shape]) => {
  const made = hasher.writing(form)
  const secret = new Secret('Passw0rd1')
  const [one, other] = [await made.hash(secret), await made.hash(secret)]
  expect(one).toMatch(shape)
  expect(other).toMatch(shape)
  expect(one).not.toBe(other)
  expect([await made.verify(one, secret), await made.verify(one, new Secret('passw0rd1'))]).toEqual([true, false])
  expect(made.isOutdated(one, secret)).toBe(false)
})

const B53 = 'abcdefghijklmnopqrstuum174eFeoTj0DHmtuueFaS3Wde4P7wHG'
const SHA512 = 'svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1'

/** Longer than any of these would take if they were worked off: the costliest, weeks. */
test.for([
  ['bcrypt', `$2b$31$${B53}`],
  ['bcrypt', `$2b$16$${B53}`],
  ['bcrypt', `$2b$03$${B53}`],
  ['bcrypt', `$2x$05$${B53}`],
  ['bcrypt', `$2b$05$${B53.slice(1)}`],
  ['bcrypt', `$2b$05$${B53.slice(0, -1)}H`],
  ['sha-crypt', `$6$rounds=999999999$salt$${SHA512}`],
  ['sha-crypt', `$6$rounds=999$salt$${SHA512}`],
  ['sha-crypt', `$6$seventeen letters$${SHA512}`],
  ['sha-crypt', `$5$salt$${SHA512}`],
  ['scrypt', '$scrypt$ln=30,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E'],
  ['scrypt', '$scrypt$ln=10,r=8,p=999$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E'],
  ['scrypt', `scrypt:16383:8:1$salt$${'ab'.repeat(64)}`],
  ['scrypt', `scrypt:16384:0:1$salt$${'ab'.repeat(64)}`],
  ['pbkdf2', '$pbkdf2-sha256$99999999$0ZrzXitFSGltTQnBWOsdeA$Y11AchqV4b0sUisdZd0Xr97KWoymNE0LNNrnEgY4H9M'],
  ['pbkdf2', '$pbkdf2-sha256$0$0ZrzXitFSGltTQnBWOsdeA$Y11AchqV4b0sUisdZd0Xr97KWoymNE0LNNrnEgY4H9M'],
  ['pbkdf2', `pbkdf2:sha1:1000$salt$${'ab'.repeat(64)}`],
  ['pbkdf2', 'pbkdf2_md5$1000$salt$AAAA'],
  ['argon2', '$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'],
  ['argon2', '$argon2id$v=19$m=1048576,t=5,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'],
  ['argon2', '$argon2id$v=19$m=8,t=1,p=2$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'],
  ['argon2', '$argon2id$v=19$m=8,t=0,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'],
  ['argon2', '$argon2id$v=19$broken'],
  ['unknown', '{SSHA}AAAA'],
  ['unknown', 'Passw0rd1'],
  ['unknown', 'x'.repeat(100_000)],
] as const)('SEC-33: refuses to work off %s `%s`, and says so once without the hash', async ([form, stored]) => {
  const findings: HashFinding[] = []
  const told = new PasswordHasher({ cost: CHEAP, report: (finding) => findings.push(finding) })
  for (const password of ['Passw0rd1', stored.slice(0, 200)]) {
    expect(await told.verify(stored, new Secret(password))).toBe(false)
    expect(await told.matches(stored, new Secret(password))).toBe(false)
    expect(told.isOutdated(stored, new Secret(password))).toBe(false)
  }
  expect(findings).toEqual([{ is: 'unreadable', form }])
})

test.for(['', '!', '*', '!unusable'])('`%s` is no password, and nobody is told of it', async (stored) => {
  const findings: HashFinding[] = []
  const told = new PasswordHasher({ cost: CHEAP, report: (finding) => findings.push(finding) })
  expect(await told.verify(stored, new Secret(stored))).toBe(false)
  expect(findings).toEqual([])
})

test('what is remembered of hashes that are not ours has an end', async () => {
  const findings: HashFinding[] = []
  const told = new PasswordHasher({ cost: CHEAP, report: (finding) => findings.push(finding) })
  for (let iterations = 1; iterations <= 200; iterations += 1)
    await told.verify(`pbkdf2_sha1$${iterations}$salt$qGQU4oLbpuhDMZk6x40KUgoaOGE=`, new Secret('x'))
  expect(findings).toHaveLength(64)
})

describe('a hash of nobody', () => {
  const FRONTS = [
    ['$2b$04$', 'bcrypt 4'],
    ['$2y$10$', 'bcrypt 10'],
    ['$6$', 'sha512crypt 5000'],
    ['$6$rounds=1000$', 'sha512crypt 1000'],
    ['$5$rounds=1000$', 'sha256crypt 1000'],
    ['$pbkdf2-sha256$1000$', 'pbkdf2-sha256 1000'],
    ['$pbkdf2-sha512$i=1000,l=64$', 'pbkdf2-sha512 1000'],
    ['$pbkdf2$1000$', 'pbkdf2-sha1 1000'],
    ['pbkdf2_sha256$1000$', 'pbkdf2-sha256 1000'],
    ['pbkdf2_sha1$1000$', 'pbkdf2-sha1 1000'],
    ['pbkdf2:sha512:1000$', 'pbkdf2-sha512 1000'],
    ['$scrypt$ln=4,r=8,p=1$', 'scrypt N=16,r=8,p=1'],
    ['scrypt:16:8:1$', 'scrypt N=16,r=8,p=1'],
    ['$argon2i$v=19$m=16,t=1,p=1$', 'argon2i m=16,t=1,p=1'],
  ] as const

  test.for(FRONTS)('that begins with `%s` is read, costs %s, and is never right', async ([front, cost]) => {
    expect(isKnownFront(front)).toBe(true)
    const made = knownForms(CHEAP).flatMap((form) => form.complete(front) ?? [])
    expect(made).toHaveLength(1)
    const [read, ...others] = knownForms(CHEAP).flatMap((form) => form.read(made[0] ?? '') ?? [])
    expect(others).toEqual([])
    expect(read?.cost).toBe(cost)
    expect(await read?.matches('')).toBe(false)
  })

  test.for([
    '',
    '$',
    '$2b$',
    '$2b$12',
    '$2b$31$',
    '$2b$12$x',
    '$1$',
    '$6$rounds=99999999$',
    '$argon2id$',
    'md5$',
    '$scrypt$ln=30,r=8,p=1$',
  ])('cannot begin with `%s`', (front) => {
    expect(isKnownFront(front)).toBe(false)
    expect(() => new PasswordHasher({ cost: CHEAP, older: [front] })).toThrow(RangeError)
  })
})
