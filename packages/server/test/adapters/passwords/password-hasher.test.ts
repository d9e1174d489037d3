import { Secret } from '@rekey/core'
import { expect, test } from 'vitest'
import { Overloaded } from '../../../src/line/overloaded.js'
import { PasswordHasher } from '../../../src/adapters/passwords/password-hasher.js'

const CHEAP = { memoryKiB: 8, passes: 1, lanes: 1 }
const cheap = new PasswordHasher({ cost: CHEAP })

test('SEC-67 hashes at the cost that OWASP names unless told otherwise, each time with a salt of its own', async () => {
  const hasher = new PasswordHasher()
  const [one, other] = await Promise.all([hasher.hash(new Secret('Passw0rd1')), hasher.hash(new Secret('Passw0rd1'))])
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(one).not.toBe(other)
  expect(await hasher.verify(one, new Secret('Passw0rd1'))).toBe(true)
})

// A password is taken as it is; NFC is the one exception and the same for set and verify.
test.for([
  ['itself', 'Passw0rd1', 'Passw0rd1', true],
  ['another case', 'Passw0rd1', 'passw0rd1', false],
  ['a blank around it', 'Passw0rd1', ' Passw0rd1', false],
  ['blanks that belong to it', ' pass word ', ' pass word ', true],
  ['those blanks left out', ' pass word ', 'pass word', false],
  ['NFD for NFC', 'café', 'cafe\u0301', true],
  ['NFC for NFD', 'cafe\u0301', 'café', true],
  ['a compatibility letter', 'ﬁne', 'fine', false],
  ['what stands behind NUL', 'abc\0def', 'abc\0deg', false],
  ['NUL and all', 'abc\0def', 'abc\0def', true],
  ['80 characters that differ in the last', `${'x'.repeat(79)}a`, `${'x'.repeat(79)}b`, false],
  ['256 characters', 'y'.repeat(256), 'y'.repeat(256), true],
  ['nothing', '', '', true],
] as const)('SEC-66 compares with %s', async ([, set, given, same]) => {
  expect(await cheap.verify(await cheap.hash(new Secret(set)), new Secret(given))).toBe(same)
})

test.for([
  ['257 letters', 'x'.repeat(257)],
  ['257 letters of two units', '😀'.repeat(257)],
  ['60 KB', 'x'.repeat(60 * 1024)],
] as const)('SEC-33 SEC-67 refuses %s before hashing', async ([, text]) => {
  const idle = new PasswordHasher({ cost: CHEAP, concurrency: 0, maxWaiting: 0 })
  await expect(idle.hash(new Secret(text))).rejects.toThrow(RangeError)
  expect(await idle.verify(undefined, new Secret(text))).toBe(false)
})

test('hashes 256 characters that are more before they are composed', async () => {
  const decomposed = 'e\u0301'.repeat(256)
  expect(await cheap.verify(await cheap.hash(new Secret(decomposed)), new Secret('é'.repeat(256)))).toBe(true)
})

test('does the same work for nobody and says no', async () => {
  const hasher = new PasswordHasher({ cost: { memoryKiB: 19_456, passes: 4, lanes: 1 }, concurrency: 1 })
  const known = await hasher.hash(new Secret('Passw0rd1'))
  const times = { known: [] as number[], nobody: [] as number[] }
  for (let round = 0; round < 7; round += 1) {
    times.known.push(await worked(() => hasher.verify(known, new Secret('wrong'))))
    times.nobody.push(await worked(() => hasher.verify(undefined, new Secret('wrong'))))
  }
  expect(await hasher.verify(undefined, new Secret('Passw0rd1'))).toBe(false)
  const ratio = sum(times.nobody) / sum(times.known)
  expect(ratio).toBeGreaterThan(0.5)
  expect(ratio).toBeLessThan(2)
})

test('SEC-33 turns work away when too much is waiting, and takes it again afterwards', async () => {
  const hasher = new PasswordHasher({ cost: CHEAP, concurrency: 2, maxWaiting: 3 })
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => hasher.hash(new Secret('x'))))
  expect(results.map((result) => result.status)).toEqual([
    ...Array.from({ length: 5 }, () => 'fulfilled'),
    ...Array.from({ length: 3 }, () => 'rejected'),
  ])
  expect(results.flatMap((result) => (result.status === 'rejected' ? [result.reason instanceof Overloaded] : []))).toEqual([
    true,
    true,
    true,
  ])
  expect(await hasher.hash(new Secret('x'))).toMatch(/^\$argon2id\$/)
})

test('leaves the event loop free while it hashes', async () => {
  const hasher = new PasswordHasher()
  const state = { over: false }
  const work = Promise.all(Array.from({ length: 20 }, () => hasher.hash(new Secret('x')))).finally(() => (state.over = true))
  let turns = 0
  for (; !state.over; turns += 1) await new Promise((resolve) => setImmediate(resolve))
  await work
  // A loop that hashed itself would turn once for each.
  expect(turns).toBeGreaterThan(1_000)
})

test('knows a hash of another cost', async () => {
  const x = new Secret('x')
  const hash = await cheap.hash(x)
  expect(cheap.isOutdated(hash, x)).toBe(false)
  for (const change of [{ memoryKiB: 16 }, { passes: 2 }, { lanes: 2, memoryKiB: 16 }]) {
    expect(new PasswordHasher({ cost: { ...CHEAP, ...change } }).isOutdated(hash, x)).toBe(true)
  }
})

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)

/** Microseconds of this process, the hashing threads included. */
async function worked(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(start)
  return user + system
}
