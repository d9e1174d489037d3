import { printGithub, printJson, printText, type Diagnostic } from '@rekey/core'
import { hasFailed } from '@rekey/core/flow-test'
import { EXIT } from '../io.js'
import type { Io } from '../io.js'
import { allRuns, playTests, type TestRun } from '../play-tests.js'
import { printTests } from '../print-tests.js'
import { findTests, isTestFile, type FoundTests } from '../test-files.js'
import { figuresOf, missedFigures } from '../test-figures.js'
import { testStage } from '../test-stage.js'
import { testsJson } from '../tests-json.js'
import { openWorkspace } from '../workspace.js'
import type { ConfigOption } from '../workspace.js'

export interface TestOptions extends ConfigOption {
  readonly format: 'text' | 'json' | 'github'
  readonly coverage?: boolean
  readonly mutate?: boolean
  readonly dry?: boolean
  readonly minCoverage?: number
  readonly minMutation?: number
}

/** Plays the tests of flows: in this process, without a network and without waiting. A failing test makes the exit code bad. */
export async function test(io: Io, paths: readonly string[], options: TestOptions): Promise<number> {
  const workspace = await openWorkspace(io, options)
  if (workspace.is === 'faults') {
    io.out(PRINTERS[options.format](workspace.faults, io.color))
    return EXIT.faults
  }
  const { config, registry } = workspace.value
  const flow = paths.find((path) => /\.ya?ml$/.test(path) && !isTestFile(path))
  if (flow !== undefined)
    return refuse(io, `\`${flow}\` is no file of tests: those of a flow stand in \`${flow.replace(/\.ya?ml$/, '.test$&')}\``)
  const found = await findTests(paths.length === 0 ? [config.flows] : paths, { flows: config.flows, cwd: io.cwd }).catch(() => undefined)
  if (found === undefined)
    return refuse(io, `${(paths.length === 0 ? [config.flows] : paths).map((path) => `\`${path}\``).join(', ')} cannot be read`)
  if (found.length === 0) return refuse(io, 'there are no tests: a test of `reset.yaml` is called `reset.test.yaml` and stands beside it')
  const run = await playAll(found, {
    config,
    registry,
    stage: testStage(config, registry, { env: io.env, dry: options.dry === true }),
    cwd: io.cwd,
    mutate: options.mutate === true || options.minMutation !== undefined,
  })
  io.out(printed(run, options, io.color))
  const { minCoverage: coverage, minMutation: mutation } = options
  const missed = missedFigures(figuresOf(run), { ...(coverage !== undefined && { coverage }), ...(mutation !== undefined && { mutation }) })
  for (const words of missed) io.err(`rekey: ${words}\n`)
  return hasFailed(run) || missed.length > 0 ? EXIT.faults : EXIT.good
}

async function playAll(found: readonly FoundTests[], options: Parameters<typeof playTests>[1]): Promise<TestRun> {
  const runs: TestRun[] = []
  for (const tests of found) runs.push(await playTests(tests, options))
  return allRuns(runs)
}

function printed(run: TestRun, { format, coverage = false }: TestOptions, color: boolean): string {
  switch (format) {
    case 'text':
      return printTests(run, { color, coverage })
    case 'json':
      return testsJson(run)
    case 'github':
      return printGithub([...run.faults, ...run.cases.flatMap(({ failures }) => failures)])
    default:
      return format satisfies never
  }
}

const PRINTERS: Readonly<Record<TestOptions['format'], (faults: readonly Diagnostic[], color: boolean) => string>> = {
  text: (faults, color) => printText(faults, { color }),
  json: printJson,
  github: printGithub,
}

function refuse(io: Io, why: string): number {
  io.err(`rekey: ${why}\n`)
  return EXIT.usage
}
