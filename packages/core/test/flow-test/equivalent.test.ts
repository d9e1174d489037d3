import { expect, test } from 'vitest'
import { compileFlows, DEFAULT_IN_ROW, SourceFile, type Machine } from '../../src/index.js'
import { equivalence } from '../../src/flow-test/equivalent.js'
import { registry } from '../compile/registry.js'

const BY_MAIL = `flow: one
steps: [userQuery, emailValidation, reset]
`
const BY_QUESTIONS = `flow: one
allow: [{ code: questions-alone, reason: a test }]
steps: [userQuery, kba, reset]
`

function machineOf(text: string): Machine {
  const [flow] = compileFlows([new SourceFile('flow.yaml', text)], registry).flows
  if (!flow) throw new Error('the flow does not compile')
  return flow.machine
}

function limited(machine: Machine, limits: Partial<Machine['limits']>): Machine {
  return { ...machine, limits: { ...machine.limits, ...limits } }
}

const rate = { count: 99, seconds: 60 }
const messages = { conversation: 30, destination: rate }
const failures = { principal: rate, inRow: DEFAULT_IN_ROW }

test.for([
  [
    'sessions that are not ended by name',
    BY_MAIL,
    (machine: Machine) => ({ ...machine, ensure: ['notify'] as const }),
    'sessions end with every change of the password',
  ],
  ['a notice that is not sent', BY_MAIL, (machine: Machine) => ({ ...machine, ensure: ['revokeSessions'] as const }), undefined],
  ['more messages where codes are mailed', BY_MAIL, (machine: Machine) => limited(machine, { messages }), undefined],
  ['more messages where none is sent', BY_QUESTIONS, (machine: Machine) => limited(machine, { messages }), 'no step sends a message'],
  ['more failures where proofs are judged', BY_MAIL, (machine: Machine) => limited(machine, { failures }), undefined],
  ['more starts', BY_MAIL, (machine: Machine) => limited(machine, { starts: { address: rate } }), undefined],
  ['strangers told apart by a search', BY_MAIL, (machine: Machine) => ({ ...machine, unknownAccount: 'reveal' as const }), undefined],
  ['a longer life where answers are waited for', BY_MAIL, (machine: Machine) => ({ ...machine, expiresSeconds: 1_800 }), undefined],
  [
    'less that is required, where more is proved',
    BY_MAIL,
    (machine: Machine) => ({ ...machine, require: { factors: 1, distinctChannels: false } }),
    'every way to a change proves what was required before, which the compiler has seen to',
  ],
  [
    'two changes at once, of which each alone would do nothing',
    BY_QUESTIONS,
    (machine: Machine) => ({ ...limited(machine, { messages }), ensure: ['notify'] as const }),
    undefined,
  ],
  [
    'one that does nothing beside one that does',
    BY_MAIL,
    (machine: Machine) => ({ ...limited(machine, { failures }), ensure: ['notify'] as const }),
    undefined,
  ],
  ['a step that is gone', BY_MAIL, (machine: Machine) => ({ ...machine, nodes: machine.nodes.slice(1) }), undefined],
] as const)('%s', ([, text, change, reason]) => {
  const machine = machineOf(text)
  expect(equivalence(machine, change(machine), registry)).toBe(reason)
})
