import { createRegistry } from '@rekey/core'
import { builtInSteps } from '@rekey/steps'
import { expect, test } from 'vitest'
import { dialects } from '../../src/dialects/index.js'
import { compare } from '../../../core/test/oracle/compare.js'
import { JUDGED } from '../../../core/test/oracle/reported.js'
import type { Flow } from '../../../core/test/oracle/flow.js'
import { grown, mutantsOf } from './flow-mutants.js'
import { readShipped } from './read-shipped.js'

// The compiler against a walk that shares no code with it, on the flows that ship and on what they could be mistaken for.

const registry = createRegistry([builtInSteps], dialects)
const judges = (code: string): boolean => JUDGED.includes(code)

test('SEC-21 compiler and oracle find the same in every mutant of the flows that ship', async () => {
  const shipped = await readShipped()
  expect(shipped.length).toBeGreaterThan(10)
  const seeds = shipped.flatMap(({ flow }) => [flow, ...grown(flow)])
  const flows = new Map([...seeds, ...seeds.flatMap(mutantsOf)].map((flow) => [JSON.stringify(flow), flow]))
  const codes = new Set<string>()
  let compiled = 0
  for (const flow of flows.values()) {
    const { found, wanted, text, shortAtRunTime, compilation } = compare(flow, registry, flows.size, judges)
    expect({ found, text }).toEqual({ found: wanted, text })
    expect(shortAtRunTime).toEqual([])
    compiled += compilation.flows.length
    for (const { code } of compilation.diagnostics) codes.add(code)
  }
  expect(compiled).toBeGreaterThan(100)
  expect([...codes]).toEqual(expect.arrayContaining(MET))
  // oxlint-disable-next-line no-console -- the figures are wanted in every log
  console.log(`oracle: ${flows.size} mutants of ${shipped.length} shipped flows agree, ${compiled} compile`)
}, 120_000)

/** What mutants of real flows do come to. */
const MET = [
  'unproven-change',
  'session-alone',
  'weak-proof',
  'needs-principal',
  'bad-jump',
  'jump-over-change',
  'visible-branch-before-proof',
  'questions-alone',
  'questions-first',
  'caller-not-first',
]

test('a shipped flow is found as good by the oracle as by the compiler', async () => {
  const judged = (await readShipped()).map(({ path, flow }: { readonly path: string; readonly flow: Flow }) => ({
    path,
    found: compare(flow, registry, 1, judges).found,
  }))
  // What the file of the questions accepts in writing.
  const accepted = judged.filter(({ found }) => found.length > 0)
  expect(accepted).toEqual([{ path: 'flows/forgerock/reset-kba.yaml', found: ['questions-alone reset kba'] }])
})
