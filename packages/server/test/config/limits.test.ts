import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SourceFile, compileFlows, createRegistry, printText } from '@rekey/core'
import { builtInSteps } from '@rekey/steps'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../src/config/load-config.js'
import { dialects } from '../../src/dialects/index.js'

const registry = createRegistry([builtInSteps], dialects)
const limits = {
  failures: { principal: { count: 3, seconds: 60 }, inRow: { free: 10, waitSeconds: 60, longestSeconds: 86_400, most: 100 } },
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

test('what is free in a row is never more than there can be, and the first wait no longer than the longest', async () => {
  const inRow = { free: 20, most: 5, wait: '2h', longest: '1h' }
  const cwd = await mkdtemp(join(tmpdir(), 'rekey-limits-'))
  onTestFinished(() => rm(cwd, { recursive: true }))
  await writeFile(join(cwd, 'rekey.yaml'), JSON.stringify({ limits: { failures: { inRow } } }))
  const loaded = await loadConfig({ env: {}, cwd, dialects })
  if (loaded.is === 'faults') throw new Error(printText(loaded.faults))
  const { limits: read } = loaded.config
  expect(read.failures.inRow).toEqual({ free: 5, most: 5, waitSeconds: 3600, longestSeconds: 3600 })
})
