import { Secret } from '@rekey/core'
import { expect, test } from 'vitest'
import type { HashFinding } from '../../../src/adapters/passwords/password-form.js'
import { PasswordHasher } from '../../../src/adapters/passwords/password-hasher.js'

const COST = { memoryKiB: 4_096, passes: 1, lanes: 1 }
const wrong = new Secret('wrong')
const right = new Secret('Passw0rd1')

/** Somebody with today's hash, somebody with one of bcrypt, and nobody. */
async function people() {
  const today = new PasswordHasher({ cost: COST })
  return {
    today: await today.hash(right),
    bcrypt: await today.writing({ is: 'bcrypt', cost: 8 }).hash(right),
    nobody: undefined,
  }
}

test('SEC-6: with the older cost named, everybody costs the same work, and only the right password of somebody is right', async () => {
  const hashes = await people()
  const hasher = new PasswordHasher({ cost: COST, older: ['$2b$08$'] })
  const work = await workOf(hasher, hashes)
  for (const one of Object.values(work)) for (const other of Object.values(work)) expect(one / other).toBeGreaterThan(0.6)
  const answers = async (secret: Secret) => [
    await hasher.verify(hashes.today, secret),
    await hasher.verify(hashes.bcrypt, secret),
    await hasher.verify(hashes.nobody, secret),
  ]
  expect([await answers(right), await answers(wrong)]).toEqual([
    [true, true, false],
    [false, false, false],
  ])
})

test('SEC-6: with it not named, the work tells who has an older hash, and the log says so once', async () => {
  const findings: HashFinding[] = []
  const hasher = new PasswordHasher({ cost: COST, report: (finding) => findings.push(finding) })
  const work = await workOf(hasher, await people())
  expect(work.nobody / work.today).toBeGreaterThan(0.6)
  expect(work.nobody / work.bcrypt).toBeLessThan(0.6)
  expect(findings).toEqual([{ is: 'unlisted', cost: 'bcrypt 8' }])
})

test('SEC-6: where a table of others is written, nobody costs what is written there', async () => {
  const { bcrypt } = await people()
  const hasher = new PasswordHasher({ cost: { memoryKiB: 8, passes: 1, lanes: 1 } }).writing({ is: 'bcrypt', cost: 8 })
  const work = await workOf(hasher, { bcrypt, nobody: undefined })
  expect(work.nobody / work.bcrypt).toBeGreaterThan(0.6)
  expect(work.bcrypt / work.nobody).toBeGreaterThan(0.6)
})

/** Microseconds of this process, the hashing threads included, in which a wrong password is compared with each: the least of several rounds. */
async function workOf<Who extends string>(hasher: PasswordHasher, hashes: Readonly<Record<Who, string | undefined>>) {
  const who = Object.keys(hashes) as Who[]
  const least = Object.fromEntries(who.map((one) => [one, Infinity])) as Record<Who, number>
  for (let round = 0; round < 4; round += 1) {
    for (const one of who) {
      const start = process.cpuUsage()
      await hasher.verify(hashes[one], wrong)
      const { user, system } = process.cpuUsage(start)
      least[one] = Math.min(least[one], user + system)
    }
  }
  return least
}
