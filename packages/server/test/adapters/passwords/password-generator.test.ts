import { expect, test } from 'vitest'
import { RandomPasswords } from '../../../src/adapters/passwords/password-generator.js'

const RECIPE = { length: 12, minUpper: 1, minLower: 1, minDigits: 1, minSymbols: 1, symbols: '!#$%*+-=?@_', excludeAmbiguous: true }

test('keeps the recipe, a thousand times', () => {
  const passwords = Array.from({ length: 1_000 }, () => new RandomPasswords().generate(RECIPE).reveal())
  for (const password of passwords)
    expect(password).toMatch(/^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)(?=.*[!#$%*+=?@_-])[A-HJ-NP-Za-km-np-z2-9!#$%*+=?@_-]{12}$/)
  expect(new Set(passwords).size).toBe(1_000)
})

test('takes the least of each class that is asked for', () => {
  const password = new RandomPasswords().generate({ ...RECIPE, length: 8, minUpper: 2, minLower: 2, minDigits: 3, minSymbols: 1 }).reveal()
  expect(['A-Z', 'a-z', '0-9'].map((range) => password.replace(new RegExp(`[^${range}]`, 'g'), '').length)).toEqual([2, 2, 3])
})

test('takes no symbols where there are none', () => {
  expect(new RandomPasswords().generate({ ...RECIPE, length: 64, minSymbols: 0, symbols: '' }).reveal()).toMatch(/^[A-Za-z0-9]{64}$/)
})

test.for([
  ['more than it has room for', { length: 3 }],
  ['symbols, and names none', { symbols: '' }],
] as const)('refuses a recipe that asks for %s', ([, more]) => {
  expect(() => new RandomPasswords().generate({ ...RECIPE, ...more })).toThrow(RangeError)
})

test('chooses every character of a class alike, and every place', () => {
  const rounds = 20_000
  const recipe = { ...RECIPE, length: 4, minUpper: 0, minLower: 0, minDigits: 1, minSymbols: 0, symbols: '', excludeAmbiguous: false }
  const digits = new Map<string, number>()
  const places = [0, 0, 0, 0]
  for (let round = 0; round < rounds; round += 1) {
    const password = new RandomPasswords().generate(recipe).reveal()
    for (const [place, character] of password.split('').entries()) {
      if (!/\d/.test(character)) continue
      digits.set(character, (digits.get(character) ?? 0) + 1)
      places[place] = (places[place] ?? 0) + 1
    }
  }
  // Chi-squared with 9 and 3 degrees of freedom; a fair generator is beyond these once in a million runs.
  expect(chiSquared([...digits.values()])).toBeLessThan(47)
  expect(chiSquared(places)).toBeLessThan(31)
  expect(digits.size).toBe(10)
})

function chiSquared(counts: readonly number[]): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
  return counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0)
}
