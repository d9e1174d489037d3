import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from '../../src/index.js'

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<never>
const key = fc.oneof(fc.string(), fc.constantFrom('10', '9', 'a', 'A', '__proto__'))

test('is one text, whatever order the members were written in', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(key, json), { selector: ([name]) => name, maxLength: 6 }), (members) => {
      const text = canonicalJson(Object.fromEntries(members))
      expect(canonicalJson(Object.fromEntries(members.toReversed()))).toBe(text)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(Object.fromEntries(members))))
    }),
    { numRuns: 1_000, seed: 1 },
  )
})

test('members stand in the order of code units, numbers too, and what is undefined is left out', () => {
  expect(canonicalJson({ b: 1, 10: [{ d: 1, c: undefined, a: null }], 9: 'x' })).toBe('{"10":[{"a":null,"d":1}],"9":"x","b":1}')
  expect(canonicalJson({ a: 1, b: [2, { c: 3 }] })).toBe('{"a":1,"b":[2,{"c":3}]}')
})
