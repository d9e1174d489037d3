import { Secret } from '@rekey/core'
import type { PolicyFailure, Principal } from '@rekey/core'
import { MemoryDirectory } from '@rekey/core/testing'
import { expect, test } from 'vitest'
import { commonPasswords, loadCommonPasswords } from '../../../src/adapters/passwords/common-passwords.js'
import { POLICY_PROFILES } from '../../../src/adapters/passwords/policy-profiles.js'
import type { PolicyOptions } from '../../../src/adapters/passwords/policy-profiles.js'
import { RulePolicy } from '../../../src/adapters/passwords/rule-policy.js'

const JDOE = {
  userName: 'jdoe',
  mail: 'johnny.doe@example.com',
  givenName: 'Zoë',
  surname: 'Li',
  password: 'The Present Password',
  id: 'p1',
}
const ALL: PolicyOptions = { minLength: 8, maxLength: 64, capitals: 2, numbers: 1, ownData: true, common: true, history: true }

test.for<readonly [what: string, options: PolicyOptions, password: string, failures: readonly PolicyFailure[]]>([
  ['a good password, by the standard', POLICY_PROFILES.standard, 'a good long one', []],
  ['14 characters', POLICY_PROFILES.standard, 'x1y2z3a4b5c6d7', [{ rule: 'MIN_LENGTH', params: { minLength: 15 } }]],
  ['15 characters', POLICY_PROFILES.standard, 'x1y2z3a4b5c6d7e', []],
  ['15 characters of two units', POLICY_PROFILES.standard, '😀😁😂🤣😃😄😅😆😉😊😋😎😍😘🥰', []],
  [
    '14 characters that are more before they are composed',
    POLICY_PROFILES.standard,
    'e\u0301a\u0300o\u0302u\u0308x1y2z3a4b5',
    [{ rule: 'MIN_LENGTH', params: { minLength: 15 } }],
  ],
  ['256 characters', POLICY_PROFILES.standard, 'ab1'.repeat(85) + 'c', []],
  ['257 characters', POLICY_PROFILES.standard, 'ab1'.repeat(85) + 'cd', [{ rule: 'MAX_LENGTH', params: { maxLength: 256 } }]],
  ['60 KB', POLICY_PROFILES.standard, 'x'.repeat(60 * 1024), [{ rule: 'MAX_LENGTH', params: { maxLength: 256 } }]],
  ['nothing', POLICY_PROFILES.standard, '', [{ rule: 'REQUIRED' }, { rule: 'MIN_LENGTH', params: { minLength: 15 } }]],
  ['a common one', POLICY_PROFILES.standard, 'CorrectHorseBatteryStaple', [{ rule: 'COMMON' }]],
  ['a common one repeated', POLICY_PROFILES.standard, 'dragonDRAGONdragon', [{ rule: 'COMMON' }]],
  ['one character repeated', POLICY_PROFILES.standard, 'ϡ'.repeat(20), [{ rule: 'COMMON' }]],
  [
    'the user name inside',
    POLICY_PROFILES.standard,
    'what a JDOE password',
    [{ rule: 'CANNOT_CONTAIN_OTHERS', params: { disallowedFields: 'userName,mail,givenName,surname' } }],
  ],
  [
    'the local part of the address',
    POLICY_PROFILES.standard,
    'mine: Johnny.Doe!!!',
    [{ rule: 'CANNOT_CONTAIN_OTHERS', params: { disallowedFields: 'userName,mail,givenName,surname' } }],
  ],
  ['the domain of the address', POLICY_PROFILES.standard, 'only example.com here', []],
  [
    'a given name, composed otherwise',
    POLICY_PROFILES.standard,
    'my name is ZOE\u0308, hello',
    [{ rule: 'CANNOT_CONTAIN_OTHERS', params: { disallowedFields: 'userName,mail,givenName,surname' } }],
  ],
  ['a surname of two letters', POLICY_PROFILES.standard, 'li is short enough', []],
  ['the present password', POLICY_PROFILES.standard, 'The Present Password', [{ rule: 'HISTORY' }]],
  ['the printed password, for the demonstration', POLICY_PROFILES.demo, 'Passw0rd', []],
  ['seven characters, for the demonstration', POLICY_PROFILES.demo, 'Passw0r', [{ rule: 'MIN_LENGTH', params: { minLength: 8 } }]],
  ['own data and history, for the demonstration', POLICY_PROFILES.demo, 'jdoejdoe', []],
  [
    'too few classes',
    ALL,
    'qbcdeFgx',
    [
      { rule: 'AT_LEAST_X_CAPITAL_LETTERS', params: { numCaps: 2 } },
      { rule: 'AT_LEAST_X_NUMBERS', params: { numNums: 1 } },
    ],
  ],
  ['classes of other scripts', ALL, 'ÄÖabcde٣', []],
  ['more than it allows but not than is hashed', ALL, 'ABcdefghij1'.repeat(6), [{ rule: 'MAX_LENGTH', params: { maxLength: 64 } }]],
])('SEC-65 judges %s', async ([, options, password, failures]) => {
  const directory = new MemoryDirectory([JDOE])
  const policy = new RulePolicy(options, { directory, commonPasswords: loadCommonPasswords() })
  expect(await policy.check(new Secret(password), await jdoe(directory))).toEqual(failures)
})

test('leaves out of the static rules what is about the person', () => {
  const policy = new RulePolicy(ALL, { directory: new MemoryDirectory([JDOE]), commonPasswords: commonPasswords('JD0EJD0E\n') })
  expect(policy.checkStatic(new Secret('JDoeJDoe1'))).toEqual([])
  expect(policy.checkStatic(new Secret('jd0ejd0e'))).toEqual([
    { rule: 'AT_LEAST_X_CAPITAL_LETTERS', params: { numCaps: 2 } },
    { rule: 'COMMON' },
  ])
})

test('SEC-71 asks for the history only when all else is well', async () => {
  const directory = new MemoryDirectory([JDOE])
  const policy = new RulePolicy(ALL, { directory, commonPasswords: commonPasswords('') })
  const person = await jdoe(directory)
  await policy.check(new Secret('short'), person)
  expect(directory.calls).not.toContain('remembersPassword')
  await policy.check(new Secret('Good ENOUGH 1'), person)
  expect(directory.calls).toContain('remembersPassword')
})

test('prints its rules in the order they are checked', () => {
  const sources = { directory: new MemoryDirectory([]), commonPasswords: commonPasswords('') }
  expect(new RulePolicy(ALL, sources).rules()).toEqual([
    { id: 'required', rule: 'REQUIRED', params: {} },
    { id: 'minimum-length', rule: 'MIN_LENGTH', params: { minLength: 8 } },
    { id: 'maximum-length', rule: 'MAX_LENGTH', params: { maxLength: 64 } },
    { id: 'at-least-X-capitals', rule: 'AT_LEAST_X_CAPITAL_LETTERS', params: { numCaps: 2 } },
    { id: 'at-least-X-numbers', rule: 'AT_LEAST_X_NUMBERS', params: { numNums: 1 } },
    { id: 'cannot-contain-others', rule: 'CANNOT_CONTAIN_OTHERS', params: { disallowedFields: 'userName,mail,givenName,surname' } },
    { id: 'not-common', rule: 'COMMON', params: {} },
    { id: 'not-used-before', rule: 'HISTORY', params: {} },
  ])
  expect(new RulePolicy(POLICY_PROFILES.demo, sources).rules().map((rule) => rule.rule)).toEqual(['REQUIRED', 'MIN_LENGTH', 'MAX_LENGTH'])
})

test('never allows more than is hashed', () => {
  const sources = { directory: new MemoryDirectory([]), commonPasswords: commonPasswords('') }
  const policy = new RulePolicy({ minLength: 1, maxLength: 9999 }, sources)
  expect(policy.checkStatic(new Secret('x'.repeat(257)))).toEqual([{ rule: 'MAX_LENGTH', params: { maxLength: 256 } }])
})

async function jdoe(directory: MemoryDirectory): Promise<Principal> {
  const person = await directory.read('p1')
  if (person === undefined) throw new Error('there is no p1')
  return person
}
