import { printText } from '@rekey/core'
import { expect, test } from 'vitest'
import { shippedFlows } from './rig.js'

test('the shipped flows compile and have nothing to report', async () => {
  const { flows, diagnostics } = await shippedFlows()
  expect(printText(diagnostics, { color: false })).toBe('')
  expect(flows.map(({ speaks, unaccepted }) => [speaks.get('airlock'), unaccepted])).toEqual([
    [{ as: 'password-change', area: 'protected' }, []],
    [{ as: 'password-reset-questions', area: 'public' }, []],
    [{ as: 'password-reset-selection', area: 'public' }, []],
    [{ as: 'password-reset', area: 'public' }, []],
  ])
})
