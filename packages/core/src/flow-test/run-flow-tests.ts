import type { CompiledFlow } from '../compile/compiled-flow.js'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { didYouMean } from '../diagnostics/near-name.js'
import { quote, quoteAll } from '../diagnostics/quote.js'
import { UnlinkableMachine } from '../engine/program.js'
import type { Named } from '../syntax/node.js'
import { testFault } from './codes.js'
import { playCase, type CaseResult } from './play-case.js'
import { Stage, type StageParts } from './stage.js'
import type { FlowTestFile, TestCase } from './test-file.js'

/** What came of one file of tests. */
export interface FileResult {
  readonly cases: readonly CaseResult[]
  /** Why the file, or some of its cases, could not be played. */
  readonly faults: readonly Diagnostic[]
}

export interface RunOptions {
  /** Ends with the first case that fails. */
  readonly untilFailure?: boolean
}

/** Plays every case of a file with every flow that it names: in process, without a network, without waiting. */
export async function runFlowTests(
  test: FlowTestFile,
  flows: readonly CompiledFlow[],
  parts: StageParts,
  options: RunOptions = {},
): Promise<FileResult> {
  const cases: CaseResult[] = []
  const faults: Diagnostic[] = []
  for (const named of test.flows) {
    const result = await runFlow(test, named, flows, { parts, options })
    cases.push(...result.cases)
    faults.push(...result.faults)
    if (options.untilFailure === true && hasFailed({ cases, faults })) break
  }
  return { cases, faults }
}

/** Whether anything is wrong. */
export function hasFailed({ cases, faults }: FileResult): boolean {
  return faults.length > 0 || cases.some(({ failures }) => failures.length > 0)
}

interface Running {
  readonly parts: StageParts
  readonly options: RunOptions
}

async function runFlow(test: FlowTestFile, named: Named, flows: readonly CompiledFlow[], { parts, options }: Running): Promise<FileResult> {
  const flow = flows.find(({ id }) => id === named.text)
  if (!flow) {
    const ids = flows.map(({ id }) => id)
    return {
      cases: [],
      faults: [
        testFault('test-unknown-flow', { file: test.file, span: named.span }, `there is no flow ${quote(named.text)}`, {
          label: 'unknown',
          ...didYouMean(named.text, ids),
        }),
      ],
    }
  }
  const stage = openStage(test, flow, flows, parts)
  if (!(stage instanceof Stage))
    return {
      cases: [],
      faults: [
        testFault('test-value', { file: test.file, span: named.span }, stage.why, { help: '`secrets` gives the values behind `${NAME}`' }),
      ],
    }
  const cases: CaseResult[] = []
  const faults: Diagnostic[] = []
  for (const testCase of test.cases) {
    const dialect = dialectOf(testCase, flow, test)
    if (typeof dialect !== 'string') {
      faults.push(dialect)
      continue
    }
    const said = flow.speaks.get(dialect)?.['as']
    const played = { machine: flow.machine, dialect, as: typeof said === 'string' ? said : flow.id }
    cases.push(await playCase(stage, played, { file: test.file, testCase }))
    if (options.untilFailure === true && hasFailed({ cases, faults })) break
  }
  return { cases, faults }
}

/** A stage for one flow and those that its conversations may become. */
function openStage(
  test: FlowTestFile,
  flow: CompiledFlow,
  flows: readonly CompiledFlow[],
  parts: StageParts,
): Stage | { readonly why: string } {
  const becoming = [...flow.speaks.keys()].filter((dialect) => parts.dialects.get(dialect)?.becomes)
  const others = flows.filter((other) => other !== flow && becoming.some((dialect) => other.speaks.has(dialect)))
  try {
    return new Stage([flow, ...others], test, parts)
  } catch (error) {
    if (error instanceof UnlinkableMachine) return { why: error.message }
    throw error
  }
}

function dialectOf({ on, span }: TestCase, flow: CompiledFlow, { file }: FlowTestFile): string | Diagnostic {
  const spoken = [...flow.speaks.keys()]
  const [first] = spoken
  const wanted = on?.text ?? first
  if (wanted !== undefined && spoken.includes(wanted)) return wanted
  if (wanted === undefined) return testFault('test-unknown-dialect', { file, span }, `the flow ${quote(flow.id)} speaks no dialect`)
  return testFault('test-unknown-dialect', { file, span: on?.span ?? span }, `the flow ${quote(flow.id)} does not speak ${quote(wanted)}`, {
    label: 'not spoken',
    help: `it speaks ${quoteAll(spoken)}`,
    ...didYouMean(wanted, spoken),
  })
}
