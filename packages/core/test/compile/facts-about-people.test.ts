import { expect, test } from 'vitest'
import { compileFlows, createRegistry, definePlugin, defineStep, done, SourceFile } from '../../src/index.js'
import { registry as base } from './registry.js'

const writes = { level: { type: 'string', enum: ['low', 'high'] } } as const
const about = { version: 1, description: 'Writes a fact', writes, prepare: () => done({ facts: { level: 'low' } }) } as const
const risk = defineStep({ ...about, type: 'risk', needs: ['mail'] })
const weather = defineStep({ ...about, type: 'weather' })
const registry = createRegistry(
  [definePlugin({ name: 'all', steps: [...base.steps.values(), risk, weather] })],
  [...base.dialects.values()],
)

test.for([
  ['SEC-1 a fact that a step writes who sees the person', ['risk'], '', 1],
  ['a fact that a step writes who sees nobody', ['weather'], '', 0],
  ['a fact about the person, once something is proved', ['emailValidation', 'risk'], '', 0],
  ['a fact about the person, where accounts are revealed anyway', ['risk'], 'unknownAccount: reveal\n', 0],
] as const)('a visible condition on %s', ([, before, head, warnings]) => {
  const [writer = ''] = before.slice(-1)
  const steps = ['userQuery', ...before, `kba:\n    when: facts.${writer}.level == 'high'`, 'emailValidation:\n    id: mailed', 'reset']
  const text = `flow: f\n${head}steps:\n${steps.map((step) => `  - ${step}\n`).join('')}`
  const { diagnostics } = compileFlows([new SourceFile('flow.yaml', text)], registry)
  const found = diagnostics.filter(({ code }) => code === 'visible-branch-before-proof')
  expect(found).toHaveLength(warnings)
  for (const { message } of found) expect(message).toContain('depends on `facts.risk.level` before anything is proved')
})
