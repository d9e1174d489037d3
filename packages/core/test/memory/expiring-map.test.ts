import { expect, test } from 'vitest'
import { ExpiringMap } from '../../src/memory/expiring-map.js'

test('an entry is seen until its end and not at it', () => {
  let now = 100
  const map = new ExpiringMap<string>(() => now)
  map.set('a', 'value', 200)
  now = 199
  expect(map.get('a')).toBe('value')
  now = 200
  expect(map.get('a')).toBeUndefined()
  expect(map.size).toBe(0)
})

test('a replaced value keeps its end, and an unknown one is not made', () => {
  let now = 100
  const map = new ExpiringMap<string>(() => now)
  map.set('a', 'old', 200)
  map.replace('a', 'new')
  map.replace('b', 'new')
  expect([map.get('a'), map.expiresAt('a'), map.get('b')]).toEqual(['new', 200, undefined])
  now = 200
  expect(map.get('a')).toBeUndefined()
})

test('writes alone keep the map from growing: what nobody asks for again goes too', () => {
  let now = 0
  const map = new ExpiringMap<number>(() => now)
  let most = 0
  for (; now < 20_000; now++) {
    map.set(`entry ${now}`, now, now + 100)
    most = Math.max(most, map.size)
  }
  expect(most).toBeLessThan(300)
})
