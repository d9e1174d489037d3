import { expect, test } from 'vitest'
import { backoffMs } from '../../src/ports/outbox.js'

test.for([
  [1, 0, 1_000],
  [1, 0.999, 500.5],
  [4, 0, 8_000],
  [10, 0, 60_000],
  [10, 0.5, 45_000],
  [1_000, 0, 60_000],
] as const)('after throw %d, and drawing %d, a try waits %d ms', ([delivery, drawn, expected]) => {
  expect(backoffMs(delivery, { firstBackoffMs: 1_000, mostBackoffMs: 60_000, random: () => drawn })).toBeCloseTo(expected)
})
