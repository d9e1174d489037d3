import { expect, test } from 'vitest'
import { defineStep, done, type Snapshot } from '../../src/index.js'
import { link } from '../../src/engine/program.js'
import { withoutSecrets } from '../../src/engine/secret-outputs.js'

const generate = defineStep({
  type: 'generate',
  version: 1,
  description: 'brings out a secret',
  outputs: { password: { type: 'string', secret: true }, userName: { type: 'string' } },
  prepare: () => done(),
})
const program = link(
  {
    hash: 'h',
    machine: {
      format: 1,
      flow: 'f',
      expiresSeconds: 900,
      unknownAccount: 'hide',
      require: { factors: 1, distinctChannels: true },
      limits: {
        failures: { principal: { count: 1, seconds: 1 }, inRow: { free: 10, waitSeconds: 60, longestSeconds: 86_400, most: 100 } },
        starts: { address: { count: 1, seconds: 1 } },
        messages: { conversation: 1, destination: { count: 1, seconds: 1 } },
      },
      ensure: [],
      nodes: [{ is: 'step', id: 'generate', type: 'generate', version: 1, settings: {}, attempts: 1, next: 1 }],
    },
  },
  { steps: new Map([['generate', generate]]), services: new Map(), secrets: () => undefined },
)

test('secret outputs are left out of a snapshot and of what it keeps to go back to', () => {
  const known = { facts: {}, evidence: [], outputs: { password: 'N3w-passw0rd', userName: 'jdoe' } }
  const snapshot: Snapshot = {
    id: 'c',
    dialect: 'd',
    address: 'a',
    machine: 'h',
    at: 1,
    opened: false,
    round: 0,
    attempts: {},
    messages: 0,
    languages: [],
    startedAt: 1,
    movedAt: 1,
    ...known,
    bookmarks: { 1: known },
  }
  const left = { ...known, outputs: { userName: 'jdoe' } }
  expect(withoutSecrets(program, snapshot)).toEqual({ ...snapshot, ...left, bookmarks: { 1: left } })
})
