import { resolve } from 'node:path'
import { compileFlows, printJson, printText } from '@rekey/core'
import type { Compilation, Registry, SourceFile } from '@rekey/core'
import { secretsOf } from '../../compose/demo-secrets.js'
import type { Config } from '../../config/config.js'
import { readFlowFiles } from '../../config/flow-files.js'
import { weaknesses } from '../../config/weaknesses.js'
import { whyNotServed } from '../../config/why-not-served.js'
import { flowAddresses } from '../addresses.js'
import { EXIT } from '../io.js'
import type { Io } from '../io.js'
import { openWorkspace } from '../workspace.js'
import type { ConfigOption } from '../workspace.js'

export interface CheckOptions extends ConfigOption {
  readonly format: 'text' | 'json'
}

/** Compiles flow files and reports. Warnings leave the exit code good; an error does not. */
export async function check(io: Io, files: readonly string[], { format, ...options }: CheckOptions): Promise<number> {
  const workspace = await openWorkspace(io, options)
  if (workspace.is === 'faults') {
    io.out(format === 'json' ? printJson(workspace.faults) : printText(workspace.faults, { color: io.color }))
    return EXIT.faults
  }
  const { config, registry } = workspace.value
  const sources = await readAll(io, files.length === 0 ? [config.flows] : files)
  if (sources === undefined) return EXIT.usage

  const compilation = compileFlows(sources, registry, { limits: config.limits })
  if (format === 'json') io.out(printJson(compilation.diagnostics))
  else printForPeople(io, { config, registry }, compilation, files.length === 0)
  return compilation.diagnostics.some(({ severity }) => severity === 'error') ? EXIT.faults : EXIT.good
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
    io.out(`${flow.id} (${flow.file.path})\n`)
    for (const { dialect, lines } of flowAddresses(flow, config)) io.out(lines.map((line) => `  ${dialect}: ${line}\n`).join(''))
    const why = whyNotServed(flow, { config, registry, secrets: secretsOf(config, io.env) })
    if (why !== undefined) io.out(`  not served: ${why}\n`)
  }
  const count = (severity: string): number => diagnostics.filter((diagnostic) => diagnostic.severity === severity).length
  const weak = whole ? weaknesses(config, flows) : []
  if (weak.length > 0) io.out(`\nnotes on this configuration:\n${weak.map((sentence) => `  - ${sentence}\n`).join('')}`)
  io.out(`\n${counted(flows.length, 'flow')}, ${counted(count('error'), 'error')}, ${counted(count('warning'), 'warning')}\n`)
}

function counted(count: number, noun: string): string {
  return `${count === 0 ? 'no' : count} ${noun}${count === 1 ? '' : 's'}`
}
