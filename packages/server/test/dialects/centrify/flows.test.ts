import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compileFlows, createRegistry, printText, SourceFile } from '@rekey/core'
import { builtInSteps } from '@rekey/steps'
import { centrify } from '../../../src/dialects/centrify/index.js'

const folder = new URL('../../../../../flows/centrify/', import.meta.url)

test.for([
  ['login', ['userQuery', 'currentPassword', 'issueSession']],
  ['forgot', ['userQuery', 'emailValidation', 'reset']],
  ['change', ['signedIn', 'currentPassword', 'reset']],
] as const)('the flow that ships for the slot %s compiles without a word', ([slot, steps]) => {
  const file = new SourceFile(`${slot}.yaml`, readFileSync(new URL(`${slot}.yaml`, folder), 'utf8'))
  const { flows, diagnostics } = compileFlows([file], createRegistry([builtInSteps], [centrify]))
  expect(printText(diagnostics)).toBe('')
  expect(flows.map(({ machine, speaks }) => ({ speaks: [...speaks], steps: machine.nodes.map(({ id }) => id) }))).toEqual([
    { speaks: [['centrify', { as: slot }]], steps },
  ])
})
