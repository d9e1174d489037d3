import { createSecretKey } from 'node:crypto'
import { expect, test } from 'vitest'
import { Digests } from '../../src/engine/digests.js'
import type { Intent } from '../../src/engine/intent.js'
import { isRepeatable, repeatIds } from '../../src/engine/repeats.js'
import type { Snapshot } from '../../src/machine/snapshot.js'

const digests = new Digests(createSecretKey(new Uint8Array(32).fill(7)))
const intent: Intent = {
  act: 'start',
  dialect: 'wire',
  flow: 'forgot',
  answers: [],
  request: { languages: [], address: '192.0.2.1', requestId: 'r' },
}
const ids = (now: number, over: Partial<Intent> = {}, key = 'key') => repeatIds(digests, { ...intent, ...over }, { key, seconds: 120 }, now)

test('an equal start finds the first within its window and from the next one', () => {
  const [first] = ids(1200)
  expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(ids(1319)[0]).toBe(first)
  expect(ids(1320)[1]).toBe(first)
  expect(ids(1440)).not.toContain(first)
})

test('another key, flow or dialect has other ids', () => {
  const all = [ids(1200), ids(1200, {}, 'other'), ids(1200, { flow: 'login' }), ids(1200, { dialect: 'other' })].flat()
  expect(new Set(all).size).toBe(all.length)
})

const snapshot: Snapshot = {
  id: 'c',
  dialect: 'wire',
  address: 'forgot',
  machine: 'm',
  at: 1,
  opened: true,
  round: 1,
  attempts: {},
  messages: 1,
  facts: {},
  outputs: {},
  evidence: [],
  languages: [],
  startedAt: 1000,
  movedAt: 1000,
}

test.for<readonly [what: string, over: Partial<Snapshot>, now: number, repeatable: boolean]>([
  ['at once', {}, 1000, true],
  ['at the last second', {}, 1120, true],
  ['too late', {}, 1121, false],
  ['after something was proved', { evidence: [{ step: 's', class: 'possession', channel: 'email' }] }, 1000, false],
  ['after the end', { ended: { as: 'failed', step: 's' } }, 1000, false],
])('%s', ([, over, now, repeatable]) => {
  expect(isRepeatable({ ...snapshot, ...over }, { key: 'key', seconds: 120 }, now)).toBe(repeatable)
})
