import { resolve } from 'node:path'
import { compileFlows, type CompiledFlow, type Diagnostic, type Registry } from '@rekey/core'
import {
  coverageOf,
  hasFailed,
  mutationScore,
  readTestFile,
  runFlowTests,
  type CaseResult,
  type FlowCoverage,
  type FlowTestFile,
  type MutationScore,
  type StageParts,
} from '@rekey/core/flow-test'
import type { Config } from '../config/config.js'
import { readFlowFiles } from '../config/flow-files.js'
import { withIncluded } from '../config/included-files.js'
import { isBelow, type FoundTests } from './test-files.js'

/** What came of a run. */
export interface TestRun {
  readonly cases: readonly CaseResult[]
  /** Why flows or tests could not be read or played. */
  readonly faults: readonly Diagnostic[]
  /** Of the flows that tests name, and of those in the folders that were named, in the order of their files. */
  readonly coverage: readonly FlowCoverage[]
  /** Only when asked for, and only of flows whose tests pass. */
  readonly scores: readonly MutationScore[]
}

export interface PlayOptions {
  readonly config: Config
  readonly registry: Registry
  readonly stage: StageParts
  readonly cwd: string
  readonly mutate: boolean
}

/** Compiles the flows of a folder and plays their tests. Flows with errors stop it: their tests would tell nothing. */
export async function playTests({ flows: folder, tests, whole }: FoundTests, options: PlayOptions): Promise<TestRun> {
  const { config, registry, stage } = options
  const { files: sources, beside } = await withIncluded(await readFlowFiles(folder, options.cwd), { flows: config.flows, cwd: options.cwd })
  const { flows, diagnostics } = compileFlows(sources, registry, { limits: config.limits, beside })
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) return { cases: [], faults: errors, coverage: [], scores: [] }
  const read = tests.map(readTestFile)
  const files = read.flatMap(({ test }) => test ?? [])
  const results = []
  for (const file of files) results.push(await runFlowTests(file, flows, stage))
  const cases = results.flatMap((result) => result.cases)
  const faults = [...read, ...results.map((result) => ({ diagnostics: result.faults }))].flatMap((one) => one.diagnostics)
  const isNamed = ({ id }: CompiledFlow) => files.some((file) => file.flows.some(({ text }) => text === id))
  const tested = flows.filter((flow) => isNamed(flow) || whole.some((one) => isBelow(resolve(options.cwd, flow.file.path), one)))
  const passes = !hasFailed({ cases, faults })
  return {
    cases,
    faults,
    coverage: tested.map(({ machine }) =>
      coverageOf(
        machine,
        cases.map(({ trace }) => trace),
      ),
    ),
    scores: options.mutate && passes ? await scoresOf(tested, files, flows, options) : [],
  }
}

async function scoresOf(
  tested: readonly CompiledFlow[],
  files: readonly FlowTestFile[],
  flows: readonly CompiledFlow[],
  { registry, stage, config }: PlayOptions,
): Promise<readonly MutationScore[]> {
  const scores: MutationScore[] = []
  for (const flow of tested) scores.push(await mutationScore(flow, files, { flows, registry, stage, compile: { limits: config.limits } }))
  return scores
}

/** Several runs as one. */
export function allRuns(runs: readonly TestRun[]): TestRun {
  return {
    cases: runs.flatMap(({ cases }) => cases),
    faults: runs.flatMap(({ faults }) => faults),
    coverage: runs.flatMap(({ coverage }) => coverage),
    scores: runs.flatMap(({ scores }) => scores),
  }
}
