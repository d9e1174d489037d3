import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { missedIn, ROOT, runTests } from './run-tests.js'

const LEAST_OF_ONE_FLOW = 85

test('every flow that ships has tests, which hold and go through every step and branch', async () => {
  const { code, report, cpuSeconds } = await runTests('flows', '--min-coverage', '100')
  expect(report.cases.filter(({ passed }) => !passed)).toEqual([])
  expect({ code, faults: report.faults, missed: missedIn(report) }).toEqual({ code: 0, faults: [], missed: [] })
  const files = (await readdir(join(ROOT, 'flows'), { recursive: true })).filter((name) => /(?<!\.test)\.yaml$/.test(name))
  expect(report.coverage).toHaveLength(files.length)
  const branches = report.coverage.flatMap((flow) => flow.branches).length
  // oxlint-disable-next-line no-console -- the figures are wanted in every log
  console.log(
    `flow tests: ${report.cases.length} cases of ${report.coverage.length} flows, all branches (${branches}), ${cpuSeconds.toFixed(2)} s of CPU`,
  )
})

test('tests notice nine of ten mutants of the flows that ship, and most of each', async () => {
  const { code, report } = await runTests('flows', '--min-mutation', '90')
  const scores = report.mutants.map(({ flow, killed, survived }) => ({ flow, percent: (100 * killed) / (killed + survived.length) }))
  expect(scores).toHaveLength(report.coverage.length)
  expect(scores.filter(({ percent }) => percent < LEAST_OF_ONE_FLOW)).toEqual([])
  expect(code).toBe(0)
  const killed = report.mutants.reduce((sum, one) => sum + one.killed, 0)
  const survived = report.mutants.flatMap((one) => one.survived)
  const alike = report.mutants.flatMap((one) => one.alike).length
  const all = killed + survived.length
  // oxlint-disable-next-line no-console -- the figures are wanted in every log
  console.log(`flow mutants: ${killed} of ${all} killed (${((100 * killed) / all).toFixed(1)} %), ${alike} behave alike`)
})

test('a mutant counts as alike only for a reason that is documented', async () => {
  const { report } = await runTests('flows/cidaas', '--mutate')
  expect([...new Set(report.mutants.flatMap(({ alike }) => alike.map(({ text }) => text)))].toSorted()).toEqual([
    'allow ten times the failed proofs of one person',
    'allow ten times the messages of one conversation',
    'allow ten times the messages to one address',
    'do not ensure `revokeSessions`',
    'tell unknown people apart: `unknownAccount: reveal`',
  ])
})
