import { Secret, type PolicyFailure, type Principal, type SetPassword } from '@rekey/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LdapDirectory } from '../../../../src/adapters/directory/ldap/ldap-directory.js'
import type { LdapSettings } from '../../../../src/adapters/directory/ldap/settings.js'
import { commonPasswords } from '../../../../src/adapters/passwords/common-passwords.js'
import { RulePolicy } from '../../../../src/adapters/passwords/rule-policy.js'
import { cheapHasher } from '../cheap-hasher.js'
import {
  addPeople,
  addPolicy,
  asAdmin,
  dnOf,
  LOCKED_SINCE,
  makeBranch,
  removeBranch,
  replaceValues,
  settings,
  type Branch,
} from './with-ldap.js'

let branch: Branch
let directory: LdapDirectory
const others: LdapDirectory[] = []

beforeAll(async () => {
  branch = await makeBranch()
  directory = await open()
})
afterAll(async () => {
  await Promise.all([directory, ...others].map((one) => one.close()))
  await removeBranch(branch)
})

async function open(given: Partial<LdapSettings> = {}, now?: () => number): Promise<LdapDirectory> {
  const one = await LdapDirectory.open({ settings: settings(branch, given), hasher: cheapHasher(), ...(now && { now }) })
  others.push(one)
  return one
}

async function person(userName: string, from = directory): Promise<Principal> {
  const [found] = await from.find({ is: 'equals', field: 'userName', value: userName })
  if (found === undefined) throw new Error(`nobody is called ${userName}`)
  return found
}

async function set(userName: string, secret: string, given: Partial<SetPassword> = {}, by = directory) {
  const { id, credentialVersion } = await person(userName, by)
  return by.setPassword({
    id,
    expect: credentialVersion,
    secret: new Secret(secret),
    act: `act ${secret}`,
    deadline: Date.now() + 60_000,
    ...given,
  })
}

async function verifies(userName: string, secret: string, by = directory): Promise<boolean> {
  return by.verifyPassword((await person(userName, by)).id, new Secret(secret))
}

describe('what the server refuses becomes a rule', () => {
  beforeAll(async () => {
    const strict = await addPolicy(branch, 'strict', { pwdCheckQuality: '2', pwdMinLength: '8', pwdMaxLength: '40', pwdInHistory: '3' })
    const young = await addPolicy(branch, 'young', { pwdMinAge: '3600' })
    await addPeople(branch, [{ userName: 'strict', password: 'the first one' }], new Map(), { pwdPolicySubentry: strict })
    await addPeople(branch, [{ userName: 'young', password: 'the first one' }], new Map(), { pwdPolicySubentry: young })
    await set('strict', 'the second one')
  })

  test.for<readonly [what: string, who: string, secret: string, failure: PolicyFailure]>([
    ['too short', 'strict', 'short', { rule: 'MIN_LENGTH' }],
    ['too long', 'strict', 'x'.repeat(41), { rule: 'MAX_LENGTH' }],
    ['the present one', 'strict', 'the second one', { rule: 'HISTORY' }],
    ['an earlier one', 'strict', 'the first one', { rule: 'HISTORY' }],
    ['too soon', 'young', 'the second one', { rule: 'MIN_AGE' }],
    ['nothing', 'strict', '', { rule: 'MIN_LENGTH', params: { minLength: 1 } }],
  ])('%s', async ([, who, secret, failure]) => {
    const before = await person(who)
    expect(await set(who, secret)).toEqual({ is: 'refused', failures: [failure] })
    expect(await person(who)).toEqual(before)
  })

  test('by another name, where the configuration gives one', async () => {
    const renamed = await open({ refusals: { passwordTooYoung: 'WAIT_A_DAY' } })
    expect(await set('young', 'the second one', {}, renamed)).toEqual({ is: 'refused', failures: [{ rule: 'WAIT_A_DAY' }] })
  })

  test.for(['{CLEARTEXT}x', '{SSHA}MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw', '{SASL}admin', '{CRYPT}x', '{}x'])(
    'a password that the server would take for a hash of another one: `%s`',
    async (secret) => {
      await addPeople(branch, [{ userName: secret, password: 'the first one' }])
      expect(await set(secret, secret)).toEqual({ is: 'refused', failures: [{ rule: 'QUALITY' }] })
      expect(await verifies(secret, 'the first one')).toBe(true)
    },
  )
})

test('SEC-67: what is stored is a hash', async () => {
  await addPeople(branch, [{ userName: 'hashed', password: 'the first one' }])
  await set('hashed', 'the second one')
  const stored = await asAdmin(branch.server, (client) =>
    client.search(dnOf(branch, 'hashed'), { scope: 'base', attributes: ['userPassword'] }),
  )
  expect(stored.searchEntries[0]?.['userPassword']).toMatch(/^\{SSHA\}/)
})

describe('a lock', () => {
  beforeAll(async () => {
    const strict = await addPolicy(branch, 'locking', { pwdLockout: 'TRUE', pwdMaxFailure: '2', pwdLockoutDuration: '60' })
    const names = ['tries', 'meanwhile', 'over', 'nearly']
    for (const userName of names) await addPeople(branch, [{ userName, password: 'Passw0rd1' }], new Map(), { pwdPolicySubentry: strict })
  })

  test('of the server after wrong passwords is seen, and ended by a change that may', async () => {
    for (let at = 0; at < 2; at += 1) expect(await verifies('tries', 'wrong')).toBe(false)
    expect(await person('tries')).toMatchObject({ state: 'locked' })
    expect(await verifies('tries', 'Passw0rd1')).toBe(false)
    expect(await set('tries', 'the next one', { clearLockout: true })).toMatchObject({ is: 'done' })
    expect(await person('tries')).toMatchObject({ state: 'active' })
    expect(await verifies('tries', 'the next one')).toBe(true)
  })

  test('is not counted as a change of the password, so that nobody ends a conversation by wrong guesses', async () => {
    const before = await person('meanwhile')
    await verifies('meanwhile', 'wrong')
    expect(await person('meanwhile')).toEqual(before)
  })

  test('SEC-31: comes no nearer by a new password that is compared with the present one', async () => {
    expect(await verifies('nearly', 'wrong')).toBe(false)
    const policy = new RulePolicy({ minLength: 8, maxLength: 64, history: true }, { directory, commonPasswords: commonPasswords('') })
    for (const secret of ['a new one', 'another new one'])
      expect(await policy.check(new Secret(secret), await person('nearly'))).toEqual([])
    expect(await set('nearly', 'another new one')).toMatchObject({ is: 'done' })
    expect(await person('nearly')).toMatchObject({ state: 'active' })
    expect(await verifies('nearly', 'another new one')).toBe(true)
  })

  test('SEC-2: may not come over the decoy: its policy is looked at, and a lock from elsewhere is told', async () => {
    const opened = async (userName: string) => {
      const told: string[] = []
      const onLockedDecoy = () => void told.push('locked')
      const decoy = dnOf(branch, userName)
      const opening = LdapDirectory.open({ settings: settings(branch, { decoy }), hasher: cheapHasher(), onLockedDecoy })
      const fault = await opening.then(
        (one) => one.close(),
        (error: Error) => error.message,
      )
      return [fault, ...told]
    }
    const lax = await addPolicy(branch, 'lax', { pwdLockout: 'FALSE', pwdMaxFailure: '2' })
    await addPeople(branch, [{ userName: 'never', password: 'only-for-nobody' }], new Map(), { pwdPolicySubentry: lax })
    await addPeople(branch, [{ userName: 'plain', password: 'only-for-nobody' }])
    expect(await opened('over')).toEqual([
      'may lock the entry that `directory.ldap.decoy` names: put it under a policy of passwords without `pwdLockout`',
    ])
    expect(await opened('never')).toEqual([undefined])
    expect(await opened('plain')).toEqual([undefined])
    await replaceValues(branch, dnOf(branch, 'plain'), { pwdAccountLockedTime: [LOCKED_SINCE] })
    expect(await opened('plain')).toEqual([undefined, 'locked'])
  })

  test('that has come to its end is none', async () => {
    const clock = { now: Date.UTC(2020, 0, 2, 3, 5, 4) }
    const timed = await open({ lockoutMs: 60_000 }, () => clock.now)
    await replaceValues(branch, dnOf(branch, 'over'), { pwdAccountLockedTime: [LOCKED_SINCE] })
    expect(await person('over', timed)).toMatchObject({ state: 'locked' })
    clock.now += 1_000
    expect(await person('over', timed)).toMatchObject({ state: 'active' })
    expect(await person('over')).toMatchObject({ state: 'locked' })
  })
})

test('a password that has run out or must be changed is right all the same', async () => {
  const old = await addPolicy(branch, 'old', { pwdMaxAge: '60', pwdMustChange: 'TRUE' })
  await addPeople(branch, [{ userName: 'late', password: 'Passw0rd1' }], new Map(), { pwdPolicySubentry: old })
  await addPeople(branch, [{ userName: 'reset', password: 'Passw0rd1' }], new Map(), { pwdPolicySubentry: old })
  await set('reset', 'a generated one', { mustChange: true })
  // The time of a change is the server's to write; only with this it lets somebody else do it.
  const { Attribute, Change, Control } = await import('ldapts')
  await asAdmin(branch.server, (client) =>
    client.modify(
      dnOf(branch, 'late'),
      new Change({ operation: 'replace', modification: new Attribute({ type: 'pwdChangedTime', values: ['20200102030405Z'] }) }),
      new Control('1.3.6.1.4.1.4203.666.5.12', { critical: true }),
    ),
  )
  expect([await verifies('late', 'Passw0rd1'), await verifies('late', 'wrong')]).toEqual([true, false])
  expect([await verifies('reset', 'a generated one'), await verifies('reset', 'wrong')]).toEqual([true, false])
  expect(await person('reset')).toMatchObject({ mustChange: true })
})

test('a change by somebody else moves the version', async () => {
  await addPeople(branch, [{ userName: 'shared', password: 'Passw0rd1' }])
  const before = await person('shared')
  await replaceValues(branch, dnOf(branch, 'shared'), { userPassword: ['by the help desk'] })
  expect((await person('shared')).credentialVersion).not.toBe(before.credentialVersion)
  expect(await set('shared', 'by ourselves', { expect: before.credentialVersion })).toEqual({ is: 'changed-meanwhile' })
  expect(await verifies('shared', 'by the help desk')).toBe(true)
})

test('a status of their own is read, and opened where a change may', async () => {
  const status = { attribute: 'testStatus', active: ['on'], locked: ['paused'] }
  const { people } = settings(branch)
  const own = await open({ people: { ...people, status } })
  for (const value of ['on', 'paused', 'gone'])
    await addPeople(branch, [{ userName: value, password: 'x' }], new Map(), { testStatus: value })
  const states = async () => Promise.all(['on', 'paused', 'gone', 'shared'].map(async (name) => (await person(name, own)).state))
  expect(await states()).toEqual(['active', 'locked', 'disabled', 'active'])
  for (const name of ['on', 'paused', 'gone']) await set(name, 'another one', {}, own)
  expect(await states()).toEqual(['active', 'locked', 'disabled', 'active'])
  for (const name of ['on', 'paused', 'gone']) await set(name, 'yet another one', { clearLockout: true }, own)
  expect(await states()).toEqual(['active', 'active', 'disabled', 'active'])
})

test('answers may be JSON or `id:hash`, and what is neither is nobody’s', async () => {
  const hash = await cheapHasher().hash(new Secret('blue'))
  await addPeople(branch, [{ userName: 'asked', password: 'x' }])
  await replaceValues(branch, dnOf(branch, 'asked'), {
    testAnswer: [`1:${hash}`, JSON.stringify({ id: 'mine', own: 'Cat?', hash }), 'broken', '{"id":1}', '{', `:${hash}`, '2:plain text'],
  })
  const { id, kba } = await person('asked')
  expect(kba).toEqual([{ id: '1' }, { id: 'mine', own: 'Cat?' }])
  const right = (question: string, answer: string) => directory.verifyAnswers(id, [{ question, answer: new Secret(answer) }])
  expect(await Promise.all([right('1', ' BLUE '), right('mine', 'blue'), right('2', 'plain text'), right('1', 'red')])).toEqual([
    true,
    true,
    false,
    false,
  ])
})
