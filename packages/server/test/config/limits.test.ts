import { SourceFile, compileFlows, createRegistry } from '@rekey/core'
import { builtInSteps } from '@rekey/steps'
import { expect, test } from 'vitest'
import { dialects } from '../../src/dialects/index.js'

const registry = createRegistry([builtInSteps], dialects)
const limits = {
  failures: { principal: { count: 3, seconds: 60 } },
  starts: { address: { count: 10, seconds: 60 } },
  messages: { conversation: 2, destination: { count: 2, seconds: 60 } },
} as const

test.for([
  ['no limits of its own', '', limits],
  ['one of its own', 'limits: { messages: { conversation: 1 } }\n', { ...limits, messages: { ...limits.messages, conversation: 1 } }],
] as const)('a flow with %s takes the configured ones for the rest', ([, own, expected]) => {
  const file = new SourceFile('a.yaml', `flow: a\n${own}steps: [userQuery, emailValidation, reset]\n`)
  const { flows } = compileFlows([file], registry, { limits })
  expect(flows.map(({ machine }) => machine.limits)).toEqual([expected])
})
