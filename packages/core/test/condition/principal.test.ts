import { expect, test } from 'vitest'
import { PRINCIPAL_PROFILE, principalForConditions } from '../../src/condition/principal.js'
import type { Principal } from '../../src/ports/directory.js'

const BARE: Principal = { id: '1', userName: 'jon', state: 'active', groups: [], kba: [], hasPassword: false, credentialVersion: 'v1' }

test('shows the core profile, what there is of it', () => {
  expect({ ...principalForConditions(BARE) }).toEqual({ id: '1', userName: 'jon', state: 'active', groups: [], factors: [], kba: [] })
  const full: Principal = {
    ...BARE,
    mail: 'jon@example.org',
    phone: '+41',
    locale: 'de',
    groups: ['staff'],
    kba: [{ id: 'pet' }, { id: 'own-1', own: 'Where?' }],
    hasPassword: true,
    totp: true,
    attributes: { department: 'it', age: 30, vip: true, roles: ['a'] },
  }
  expect({ ...principalForConditions(full) }).toEqual({
    id: '1',
    userName: 'jon',
    mail: 'jon@example.org',
    phone: '+41',
    locale: 'de',
    state: 'active',
    groups: ['staff'],
    factors: ['password', 'email', 'sms', 'totp', 'questions'],
    kba: ['pet', 'own-1'],
    department: 'it',
    age: 30,
    vip: true,
    roles: ['a'],
  })
})

test('no declared attribute stands in for a part of the profile', () => {
  const posing = Object.fromEntries(Object.keys(PRINCIPAL_PROFILE).map((name) => [name, 'posed']))
  expect({ ...principalForConditions({ ...BARE, attributes: posing }) }).toEqual({ ...principalForConditions(BARE) })
})

test('never shows what belongs to the credential', () => {
  const seen = principalForConditions({ ...BARE, hasPassword: true, mustChange: true })
  expect(Object.keys(seen).filter((name) => /password|credential|must/i.test(name))).toEqual([])
})
