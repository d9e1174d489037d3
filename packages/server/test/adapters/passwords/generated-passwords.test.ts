import { createHash } from 'node:crypto'
import { Secret, type Principal } from '@rekey/core'
import { MemoryDirectory } from '@rekey/core/testing'
import { generatePassword } from '@rekey/steps'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runStep } from '../../../../steps/test/run-step.js'
import { breachedPasswords } from '../../../src/adapters/passwords/breached/breached-passwords.js'
import { loadCommonPasswords } from '../../../src/adapters/passwords/common-passwords.js'
import { RandomPasswords } from '../../../src/adapters/passwords/password-generator.js'
import { RulePolicy } from '../../../src/adapters/passwords/rule-policy.js'
import type { PolicyOptions } from '../../../src/adapters/passwords/policy-profiles.js'

const few = fc.integer({ min: 0, max: 16 })
const directory = new MemoryDirectory([
  { id: 'p1', userName: 'jdoe', mail: 'johnny@example.com', givenName: 'John', surname: 'Doering', password: 'The Present Password' },
])

async function jdoe(): Promise<Principal> {
  const person = await directory.read('p1')
  if (person === undefined) throw new Error('there is no p1')
  return person
}

const policies: fc.Arbitrary<PolicyOptions> = fc.record({
  minLength: fc.integer({ min: 1, max: 64 }),
  maxLength: fc.integer({ min: 64, max: 256 }),
  capitals: few,
  numbers: few,
  ownData: fc.boolean(),
  common: fc.boolean(),
  history: fc.boolean(),
})
const recipes = fc.record({
  length: fc.integer({ min: 8, max: 64 }),
  minUpper: few,
  minLower: few,
  minDigits: few,
  minSymbols: few,
  excludeAmbiguous: fc.boolean(),
})

test('SEC-68: a generated password keeps the policy in force, whatever policy and recipe are', async () => {
  const principal = await jdoe()
  const commonWords = loadCommonPasswords()
  const breached = breachedPasswords({ countOf: async () => 0 }, { minCount: 1, onFault: 'refuse' })
  await fc.assert(
    fc.asyncProperty(policies, recipes, async (options, settings) => {
      const policy = new RulePolicy(options, { directory, commonPasswords: commonWords, breached })
      const verdict = await runStep(generatePassword, { settings, principal, deps: { policy, generator: new RandomPasswords() } }).prepare()
      const secret = verdict.is === 'done' ? verdict.change?.secret : undefined
      expect(secret).toBeInstanceOf(Secret)
      expect(await policy.check(secret ?? new Secret(''), principal)).toEqual([])
    }),
    { numRuns: 200, seed: 68 },
  )
})

test('SEC-68: one that was seen in a breach is made anew, and at last given up', async () => {
  const principal = await jdoe()
  const asked: string[] = []
  const policyWith = (isSeen: (nth: number) => boolean) => {
    const countOf = async (digest: string) => (isSeen(asked.push(digest)) ? 1 : 0)
    const breached = breachedPasswords({ countOf }, { minCount: 1, onFault: 'refuse' })
    return new RulePolicy({ minLength: 8, maxLength: 64 }, { directory, commonPasswords: loadCommonPasswords(), breached })
  }
  const prepare = async (isSeen: (nth: number) => boolean) =>
    runStep(generatePassword, { principal, deps: { policy: policyWith(isSeen), generator: new RandomPasswords() } }).prepare()
  const verdict = await prepare((nth) => nth < 3)
  const password = verdict.is === 'done' ? (verdict.change?.secret.reveal() ?? '') : ''
  expect([asked.length, asked[2]]).toEqual([3, createHash('sha1').update(password).digest('hex').toUpperCase()])
  expect(await prepare(() => true)).toEqual({ is: 'failed', reason: 'password-not-complex' })
  expect(asked).toHaveLength(6)
})
