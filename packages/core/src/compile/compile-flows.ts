import { codeFacts } from '../diagnostics/codes.js'
import { byPlace } from '../diagnostics/order.js'
import { createReporter, type Finding } from '../diagnostics/reporter.js'
import type { Limits } from '../machine/machine.js'
import type { SourceFile } from '../source/source-file.js'
import { readFlow } from '../syntax/read-flow.js'
import { readYaml } from '../syntax/read-yaml.js'
import { acceptWarnings } from './accept-warnings.js'
import { checkBetweenFlows, type ReportedFlow } from './between-flows.js'
import { buildMachine } from './build-machine.js'
import { CHECKS } from './checks.js'
import { runCheck } from './checks/define-check.js'
import type { Compilation, CompiledFlow } from './compiled-flow.js'
import { changesOf } from './earned.js'
import { hideSecrets } from './hide-secrets.js'
import { hashMachine } from '../machine/hash-machine.js'
import { linkSpeaks } from './link-speaks.js'
import { linkSteps } from './link-steps.js'
import { idsIn, stepsIn, type LinkedFlow } from './linked-flow.js'
import { walkPaths } from './path.js'
import type { Registry } from './registry.js'

/** What an installation decides for flows that say nothing. */
export interface CompileOptions {
  /** Limits that a flow file leaves out; Rekey's own unless given. */
  readonly limits?: Limits
}

/**
 * Compiles flow files: text, YAML, shape, names, sense, machine. Pure: no clock, no store, no file is opened, and no text makes it
 * throw. Every phase reports all it can; what an earlier report explains is not reported again.
 * @returns the flows without an error, and everything found in all files.
 */
export function compileFlows(files: readonly SourceFile[], registry: Registry, options: CompileOptions = {}): Compilation {
  const reporters = files.map(createReporter)
  const linked = new Map<SourceFile, ReportedFlow>()
  for (const reporter of reporters) {
    const root = readYaml(reporter)
    const source = root && readFlow(reporter, root, options.limits)
    if (!source) continue
    const stations = linkSteps(reporter, source.steps, registry)
    const speaks = linkSpeaks(reporter, source.speaks, source.id?.text, registry)
    linked.set(reporter.file, { reporter, flow: { file: reporter.file, source, stations, speaks } })
  }
  checkBetweenFlows([...linked.values()])
  const flows: CompiledFlow[] = []
  const findings: Finding[] = []
  for (const reporter of reporters) {
    const reported = linked.get(reporter.file)
    const left = reported ? checkFlow(reported, registry) : reporter.findings
    const flow = reported && finish(reported.flow, left)
    if (flow) flows.push(flow)
    findings.push(...left)
  }
  const diagnostics = findings.map(({ diagnostic }) => diagnostic).sort(byPlace)
  return { flows, diagnostics: hideSecrets(diagnostics, reporters, registry) }
}

function checkFlow({ flow, reporter }: ReportedFlow, registry: Registry): readonly Finding[] {
  const path = walkPaths(flow.stations)
  const context = { flow, path, changes: changesOf(path, flow.source.require), registry }
  for (const check of CHECKS) runCheck(check, context, reporter)
  return acceptWarnings(reporter, flow.source.allow, idsIn(flow.stations))
}

function finish(flow: LinkedFlow, findings: readonly Finding[]): CompiledFlow | undefined {
  const machine = buildMachine(flow)
  if (!machine || findings.some(({ diagnostic }) => diagnostic.severity === 'error')) return undefined
  const { title, description } = flow.source
  return {
    hash: hashMachine(machine),
    machine,
    id: machine.flow,
    file: flow.file,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    speaks: new Map(flow.speaks.map(({ dialect, options }) => [dialect.name, options ?? {}])),
    stepTitles: titlesIn(flow),
    unaccepted: findings.map(({ diagnostic }) => diagnostic).filter(({ code }) => codeFacts(code)?.mustAccept === true),
  }
}

function titlesIn({ stations }: LinkedFlow): ReadonlyMap<string, string> {
  const titled = [...stations.filter((station) => station.is === 'choose'), ...stepsIn(stations)]
  return new Map(titled.flatMap(({ id, title }) => (title === undefined ? [] : [[id, title]])))
}
