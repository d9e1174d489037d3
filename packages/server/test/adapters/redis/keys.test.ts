import { expect, test } from 'vitest'
import { BUCKETS, keyLayout } from '../../../src/adapters/redis/keys.js'

test.for([
  ['', '{b25}'],
  ['a', '{b32}'],
  ['6f9619ff-8b86-4d01-b42d-00cf4fc964ff', '{b61}'],
] as const)('the bucket of %o stays what it was in the first version', ([id, tag]) => {
  expect(keyLayout().conversation(id)).toBe(`rekey:${tag}:c:${id}`)
})

test('conversations are spread evenly over the buckets', () => {
  const { bucketOf } = keyLayout()
  const counts = new Map<string, number>()
  for (let index = 0; index < 64_000; index++) {
    const { outbox } = bucketOf(crypto.randomUUID())
    counts.set(outbox, (counts.get(outbox) ?? 0) + 1)
  }
  expect(counts.size).toBe(BUCKETS)
  expect(Math.min(...counts.values())).toBeGreaterThan(800)
  expect(Math.max(...counts.values())).toBeLessThan(1_200)
})

test('names are escaped, so that none can leave its place', () => {
  const layout = keyLayout('test:')
  expect([layout.budget('{b00}:outbox'), layout.machine('a:b\r\n')]).toEqual(['test:budget:%7Bb00%7D%3Aoutbox', 'test:machine:a%3Ab%0D%0A'])
})
