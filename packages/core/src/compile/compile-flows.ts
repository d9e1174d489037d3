import { codeFacts } from '../diagnostics/codes.js'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { byPlace } from '../diagnostics/order.js'
import { createReporter, type Finding, type Reporter } from '../diagnostics/reporter.js'
import type { Limits } from '../machine/machine.js'
import { hashMachine } from '../machine/hash-machine.js'
import type { SourceFile } from '../source/source-file.js'
import type { Texts } from '../step/texts.js'
import { isFragment, readFragment } from '../syntax/read-fragment.js'
import { readFlow } from '../syntax/read-flow.js'
import { readYaml } from '../syntax/read-yaml.js'
import { acceptWarnings } from './accept-warnings.js'
import { checkBetweenFlows, type ReportedFlow } from './between-flows.js'
import { buildMachine } from './build-machine.js'
import { CHECKS } from './checks.js'
import { runChecks } from './checks/define-check.js'
import type { Compilation, CompiledFlow } from './compiled-flow.js'
import { changesOf } from './earned.js'
import { Fragments, type ReadFile } from './fragments.js'
import { hideSecrets } from './hide-secrets.js'
import { linkFlow, linkUnused } from './link-flow.js'
import { idsIn, stepsIn, type LinkedFlow } from './linked-flow.js'
import { walkPaths } from './path.js'
import type { Registry } from './registry.js'

/** What an installation decides for flows that say nothing. */
export interface CompileOptions {
  /** Limits that a flow file leaves out; Rekey's own unless given. */
  readonly limits?: Limits
  /** Files in which includes may find a fragment, and which are not looked at for anything else. */
  readonly beside?: readonly SourceFile[]
}

/**
 * Compiles flow files: text, YAML, shape, names, sense, machine. Pure: no clock, no store, no file is opened, and no text makes it
 * throw. Every phase reports all it can; what an earlier report explains is not reported again.
 * @returns the flows without an error, and everything found in all files.
 */
export function compileFlows(files: readonly SourceFile[], registry: Registry, options: CompileOptions = {}): Compilation {
  const { flows, diagnostics } = compileLinked(files, registry, options)
  return { flows: flows.map(({ compiled }) => compiled), diagnostics }
}

/** A flow that compiled, with what it was compiled from. */
export interface CompiledAndLinked {
  readonly compiled: CompiledFlow
  readonly linked: LinkedFlow
}

/** Like `compileFlows`, for what looks at the linked flows too. */
export function compileLinked(
  files: readonly SourceFile[],
  registry: Registry,
  options: CompileOptions = {},
): Pick<Compilation, 'diagnostics'> & { readonly flows: readonly CompiledAndLinked[] } {
  const reporters = files.map(createReporter)
  const read = reporters.flatMap((reporter) => readFile(reporter, options.limits) ?? [])
  const own = new Set(files.map(({ path }) => path))
  const beside = (options.beside ?? []).filter(({ path }) => !own.has(path)).map(createReporter)
  const borrowed = beside.flatMap((reporter) => readFile(reporter, options.limits) ?? [])
  const fragments = new Fragments([...read, ...borrowed], [...reporters, ...beside])
  const linked = new Map<SourceFile, ReportedFlow>()
  for (const { reporter, source } of read) {
    if (source) linked.set(reporter.file, { reporter, flow: linkFlow(reporter, source, { registry, fragments }) })
  }
  linkUnused({ registry, fragments })
  checkBetweenFlows([...linked.values()])
  const flows: CompiledAndLinked[] = []
  const findings: Finding[] = []
  for (const reporter of reporters) {
    const reported = linked.get(reporter.file)
    const left = reported ? checkFlow(reported, registry) : reporter.findings
    const flow = reported && !fragments.hasErrors(reported.flow.fragments) ? finish(reported.flow, left) : undefined
    if (reported && flow) flows.push({ compiled: flow, linked: reported.flow })
    findings.push(...left)
  }
  // What was brought along is somebody else's, as far as nothing here includes it.
  for (const reporter of beside) if (fragments.isIncluded(reporter.file)) findings.push(...reporter.findings)
  const diagnostics = findings.map(({ diagnostic }) => diagnostic).sort(byPlace)
  return { flows, diagnostics: hideSecrets(diagnostics, [...reporters, ...beside], registry) }
}

function readFile(reporter: Reporter, limits: Limits | undefined): ReadFile | undefined {
  const root = readYaml(reporter)
  if (!root) return undefined
  if (isFragment(root)) {
    const source = readFragment(reporter, root)
    return { reporter, fragment: { reporter, source, inputs: Object.assign({}, ...source.inputs.map(({ schema }) => schema)) } }
  }
  const source = readFlow(reporter, root, limits)
  return source && { reporter, source }
}

function checkFlow({ flow, reporter }: ReportedFlow, registry: Registry): readonly Finding[] {
  const walk = walkPaths(flow)
  const context = { flow, walk, path: walk.points, changes: changesOf(walk.points, flow.source.require), registry }
  runChecks(CHECKS, context, reporter)
  const { allow } = flow.source
  return reporter.findings.length === 0 && allow.length === 0 ? NOTHING_FOUND : acceptWarnings(reporter, allow, idsIn(flow.stations))
}

const NOTHING_FOUND: readonly Finding[] = []

function finish(flow: LinkedFlow, findings: readonly Finding[]): CompiledFlow | undefined {
  const machine = buildMachine(flow)
  if (!machine || findings.some(({ diagnostic }) => isError(diagnostic))) return undefined
  const { title, description } = flow.source
  return {
    hash: hashMachine(machine),
    machine,
    id: machine.flow,
    file: flow.file,
    fragments: [...flow.fragments],
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    speaks: new Map(flow.speaks.map(({ dialect, options }) => [dialect.name, options ?? {}])),
    stepTitles: titlesIn(flow),
    unaccepted: findings.map(({ diagnostic }) => diagnostic).filter(({ code }) => codeFacts(code)?.mustAccept === true),
  }
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error'
}

function titlesIn({ stations }: LinkedFlow): ReadonlyMap<string, Texts> {
  const titled = [...stations.filter((station) => station.is === 'choose'), ...stepsIn(stations)]
  return new Map(titled.flatMap(({ id, title }) => (title === undefined ? [] : [[id, title]])))
}
