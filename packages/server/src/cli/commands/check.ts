import { resolve } from 'node:path'
import { compileFlows, printGithub, printJson, printText } from '@rekey/core'
import type { Compilation, CompiledFlow, Diagnostic, Registry, SourceFile } from '@rekey/core'
import { secretsOf } from '../../compose/demo-secrets.js'
import type { Config } from '../../config/config.js'
import { readFlowFiles } from '../../config/flow-files.js'
import { withIncluded } from '../../config/included-files.js'
import { unusableSteps, whyUnusable } from '../../config/unusable-steps.js'
import { weaknesses } from '../../config/weaknesses.js'
import { whyNotServed } from '../../config/why-not-served.js'
import { flowAddresses } from '../addresses.js'
import { EXIT } from '../io.js'
import type { Io } from '../io.js'
import { printable } from '../repair.js'
import { openWorkspace } from '../workspace.js'
import type { ConfigOption } from '../workspace.js'
import { fix } from './fix.js'
import type { CompileFiles } from './fix.js'

export interface CheckOptions extends ConfigOption {
  readonly format: 'text' | 'json' | 'github'
  /** Repair what can be repaired without asking. */
  readonly fix?: boolean
  /** With `fix`: only show what would be written. */
  readonly dry?: boolean
}

/** Compiles flow files and reports, also what the configuration makes unusable of them. Warnings leave the exit code good; an error does not. */
export async function check(
  io: Io,
  files: readonly string[],
  { format, fix: wantsFix = false, dry = false, ...options }: CheckOptions,
): Promise<number> {
  if ((wantsFix || dry) && format !== 'text') {
    io.err('rekey: repairs are told as text: leave out `--format`, or ask for the rest by a second `rekey check`\n')
    return EXIT.usage
  }
  const workspace = await openWorkspace(io, options)
  if (workspace.is === 'faults') {
    io.out(printAs(format, workspace.faults, io))
    return EXIT.faults
  }
  const { config, registry } = workspace.value
  const read = await readAll(io, files.length === 0 ? [config.flows] : files)
  if (read === undefined) return EXIT.usage
  const { files: sources, beside } = await withIncluded(read, { flows: config.flows, cwd: io.cwd })
  const compileOptions = { limits: config.limits, beside }
  const compile: CompileFiles = (given) => compileFlows(given, registry, compileOptions)
  const unusable = (flows: readonly CompiledFlow[]): readonly Diagnostic[] => unusableSteps(config, flows, io.cwd)
  if (wantsFix || dry) return fix(io, sources, { dry, registry, compile, unusable })

  const compiled = compile(sources)
  const compilation = { ...compiled, diagnostics: [...compiled.diagnostics, ...unusable(compiled.flows)] }
  if (format !== 'text') io.out(printAs(format, compilation.diagnostics, io))
  else printForPeople(io, { config, registry }, compilation, files.length === 0)
  return compilation.diagnostics.some(({ severity }) => severity === 'error') ? EXIT.faults : EXIT.good
}

function printAs(format: CheckOptions['format'], diagnostics: readonly Diagnostic[], io: Io): string {
  if (format === 'json') return printJson(diagnostics)
  return format === 'github' ? printGithub(diagnostics) : printText(diagnostics, { color: io.color })
}

interface Workspace {
  readonly config: Config
  readonly registry: Registry
}

async function readAll(io: Io, paths: readonly string[]): Promise<readonly SourceFile[] | undefined> {
  const read: SourceFile[] = []
  for (const path of paths) {
    try {
      read.push(...(await readFlowFiles(resolve(io.cwd, path), io.cwd)))
    } catch {
      io.err(`rekey: \`${path}\` cannot be read\n`)
      return undefined
    }
  }
  return read
}

function printForPeople(io: Io, { config, registry }: Workspace, { flows, diagnostics }: Compilation, whole: boolean): void {
  if (diagnostics.length > 0) io.out(`${printText(diagnostics, { color: io.color })}\n`)
  for (const flow of flows) {
    io.out(`${flow.id} (${printable(flow.file.path)})\n`)
    for (const { dialect, lines } of flowAddresses(flow, config)) io.out(lines.map((line) => `  ${dialect}: ${line}\n`).join(''))
    const why = whyNotServed(flow, { config, registry, secrets: secretsOf(config, io.env) })
    if (why !== undefined) io.out(why === whyUnusable(config, flow) ? '  not served, as told above\n' : `  not served: ${why}\n`)
  }
  const count = (severity: string): number => diagnostics.filter((diagnostic) => diagnostic.severity === severity).length
  const weak = whole ? weaknesses(config, flows) : []
  if (weak.length > 0) io.out(`\nnotes on this configuration:\n${weak.map((sentence) => `  - ${sentence}\n`).join('')}`)
  io.out(`\n${counted(flows.length, 'flow')}, ${counted(count('error'), 'error')}, ${counted(count('warning'), 'warning')}\n`)
}

function counted(count: number, noun: string): string {
  return `${count === 0 ? 'no' : count} ${noun}${count === 1 ? '' : 's'}`
}
