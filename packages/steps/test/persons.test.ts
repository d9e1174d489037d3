import { Secret } from '@rekey/core'
import { MemoryDirectory } from '@rekey/core/testing'
import { generatePassword, notify, restriction, userQuery, validator } from '@rekey/steps'
import { describe, expect, test } from 'vitest'
import { JDOE, runStep } from './run-step.js'

const DONE = { is: 'done', owes: [] }

describe('restriction', () => {
  test.for([
    ['nothing', {}, DONE],
    ['a group the person is in', { allowedGroups: ['guests', 'STAFF'] }, DONE],
    ['groups the person is in none of', { allowedGroups: ['guests', 'staf'] }, { is: 'hidden', reason: 'group-not-allowed' }],
    ['a disallowed group', { disallowedGroups: ['Staff'] }, { is: 'hidden', reason: 'group-disallowed' }],
    ['a group on both lists', { allowedGroups: ['staff'], disallowedGroups: ['staff'] }, { is: 'hidden', reason: 'group-disallowed' }],
    ['another state', { states: ['locked'], disallowedGroups: ['staff'] }, { is: 'hidden', reason: 'state-active' }],
  ] as const)('with %s', async ([, settings, verdict]) => {
    expect(await runStep(restriction, { settings }).prepare()).toEqual(verdict)
  })
})

describe('validator', () => {
  const asked: string[][] = []
  const service = {
    validate: async (name: string, input: string) => {
      asked.push([name, input])
      return { agrees: input === '{"a":1}', reason: 'refused' }
    },
  }
  test.for([
    ['the body as it came', '{"a":1}', DONE],
    ['another body', '{ "a":1}', { is: 'hidden', reason: 'validator-refused' }],
    ['none', undefined, { is: 'hidden', reason: 'validator-refused' }],
  ] as const)('hands over %s', async ([, rawBody, verdict]) => {
    const request = rawBody === undefined ? {} : { rawBody }
    expect(await runStep(validator, { settings: { name: 'employee' }, deps: { validator: service }, request }).prepare()).toEqual(verdict)
    expect(asked.pop()).toEqual(['employee', rawBody ?? ''])
  })
})

describe('generatePassword', () => {
  const recipes: unknown[] = []
  const world = (...passwords: readonly string[]) => {
    const left = [...passwords]
    return {
      generator: {
        generate: (recipe: unknown) => {
          recipes.push(recipe)
          return new Secret(left.shift() ?? 'weak')
        },
      },
      policy: {
        rules: () => [],
        checkStatic: () => [],
        check: async (secret: Secret) => (secret.reveal().startsWith('weak') ? [{ rule: 'COMMON' }] : []),
      },
    }
  }

  test('sets what it made, to be changed at the first log-in, and gives it to the client', async () => {
    const principal = { ...JDOE, distinguishedName: 'CN=Jon.One,CN=Users,DC=mydomain,DC=com' }
    const verdict = await runStep(generatePassword, { principal, deps: world('weak-1', 'Str0ng-one!') }).prepare()
    expect(verdict).toEqual({
      is: 'done',
      owes: [],
      change: { is: 'password', secret: expect.any(Secret), mustChange: true },
      outputs: { password: 'Str0ng-one!', userName: 'jdoe', distinguishedName: 'CN=Jon.One,CN=Users,DC=mydomain,DC=com' },
    })
    expect(verdict.is === 'done' && verdict.change?.secret.reveal()).toBe('Str0ng-one!')
    expect(recipes.at(-1)).toMatchObject({ length: 12, minUpper: 1, minLower: 1, minDigits: 1, minSymbols: 1, excludeAmbiguous: true })
  })

  test.for([
    ['the flow wants more', 10, 12],
    ['the policy wants more', 15, 15],
  ] as const)('takes the greater of two lengths: %s', async ([, minLength, length]) => {
    const { generator, policy } = world('Str0ng-one!')
    const rules = () => [
      { id: 'required', rule: 'REQUIRED', params: {} },
      { id: 'minimum-length', rule: 'MIN_LENGTH', params: { minLength } },
    ]
    await runStep(generatePassword, { deps: { generator, policy: { ...policy, rules } } }).prepare()
    expect(recipes.at(-1)).toMatchObject({ length })
  })

  test('gives up when none keeps the policy', async () => {
    recipes.length = 0
    expect(await runStep(generatePassword, { deps: world() }).prepare()).toEqual({ is: 'failed', reason: 'password-not-complex' })
    expect(recipes).toHaveLength(3)
  })
})

test('notify mails a notice, and passes over who has no address', async () => {
  const { mail: _mail, ...bare } = JDOE
  expect(await runStep(notify).prepare()).toEqual({
    is: 'done',
    owes: [{ channel: 'email', template: 'password-changed', to: 'jdoe@example.com', values: { name: 'John' } }],
  })
  expect(await runStep(notify, { principal: bare }).prepare()).toEqual(DONE)
})

describe('userQuery', () => {
  const directory = new MemoryDirectory([
    { id: 'p-one', userName: 'one', login: 'Jon.One', domain: 'mydomain.com', distinguishedName: 'CN=Jon.One,CN=Users,DC=mydomain,DC=com' },
  ])
  const fields = ['login', 'domain', 'principalName', 'distinguishedName'] as const
  const equals = (field: string, value: string) => ({ is: 'equals', field, value })
  const search = (filter: object, settings: object = { fields }) =>
    runStep(userQuery, { settings: { ...settings }, deps: { directory } }).submit({ filter })

  test.for([
    ['a login', equals('login', 'jon.one'), 'jon.one'],
    [
      'a login in its domain',
      { is: 'and', of: [equals('domain', 'MYDOMAIN'), equals('login', 'Jon.One')] },
      'domain=MYDOMAIN&login=Jon.One',
    ],
    [
      'a distinguished name',
      equals('distinguishedName', 'cn=jon.one, cn=users, dc=mydomain, dc=com'),
      'cn=jon.one, cn=users, dc=mydomain, dc=com',
    ],
  ] as const)('finds somebody by %s', async ([, filter, identifier]) => {
    expect(await search(filter)).toMatchObject({ is: 'done', names: { principal: { id: 'p-one' }, identifier } })
  })

  test('refuses a field that the flow does not list', async () => {
    expect(await search(equals('login', 'jon.one'), {})).toEqual({ is: 'rejected', reason: 'filter-field', at: '/filter' })
  })
})
