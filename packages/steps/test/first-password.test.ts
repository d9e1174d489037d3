import { Secret, type Bearer, type PolicyFailure } from '@rekey/core'
import { firstPassword, signedIn } from '@rekey/steps'
import { describe, expect, test } from 'vitest'
import { JDOE, runStep } from './run-step.js'

const NEWBIE = { ...JDOE, hasPassword: false }
const SECRET = new Secret('F1rst-passw0rd')

describe('firstPassword', () => {
  const failures: readonly PolicyFailure[] = [{ rule: 'MIN_LENGTH' }]
  const policy = { rules: () => [], checkStatic: () => [], check: async (secret: Secret) => (secret.reveal() === 'short' ? failures : []) }

  test.for([
    ['asks somebody without a password', NEWBIE, { is: 'ask', requirement: { tag: 'initial' }, owes: [] }],
    ['ends for somebody with one', JDOE, { is: 'failed', reason: 'has-password' }],
  ] as const)('%s', async ([, principal, verdict]) => {
    expect(await runStep(firstPassword, { principal, deps: { policy } }).prepare()).toEqual(verdict)
  })

  test.for([
    ['a good one', NEWBIE, SECRET, { is: 'done', owes: [], change: { is: 'password', secret: SECRET } }],
    ['none', NEWBIE, new Secret(''), { is: 'rejected', reason: 'password-missing', at: '/password' }],
    ['a weak one', NEWBIE, new Secret('short'), { is: 'rejected', reason: 'policy', at: '/password', details: failures }],
    ['one that came after another', JDOE, SECRET, { is: 'failed', reason: 'has-password' }],
  ] as const)('judges %s', async ([, principal, password, verdict]) => {
    expect(await runStep(firstPassword, { principal, deps: { policy } }).submit({ password })).toEqual(verdict)
  })
})

describe('signedIn compares whom the request says it is about', () => {
  const bearer: Bearer = { principal: 'p-jdoe', scopes: [], subjects: ['sub-1', 'isub-1'] }
  const deps = { bearers: { verify: async () => bearer }, directory: { read: async () => JDOE } }
  test.for([
    ['nobody', undefined, true],
    ['the id', ['p-jdoe'], true],
    ['both names of the token', ['sub-1', 'isub-1'], true],
    ['somebody else', ['p-other'], false],
    ['somebody else beside the right one', ['sub-1', 'p-other'], false],
    ['a part of a name', ['sub'], false],
  ] as const)('%s', async ([, subjects, good]) => {
    const request = { bearer: new Secret('token'), ...(subjects && { subjects }) }
    const verdict = await runStep(signedIn, { deps, request }).prepare()
    expect(verdict).toEqual(
      good ? { is: 'done', owes: [], names: { principal: JDOE, identifier: 'jdoe' } } : { is: 'failed', reason: 'caller-refused' },
    )
  })
})
