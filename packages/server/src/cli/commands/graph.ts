import { resolve } from 'node:path'
import { compileFlows, graphMermaid, nearName } from '@rekey/core'
import { readFlowFiles } from '../../config/flow-files.js'
import { withIncluded } from '../../config/included-files.js'
import { EXIT } from '../io.js'
import type { Io } from '../io.js'
import { openWorkspace, printFaults } from '../workspace.js'
import type { ConfigOption } from '../workspace.js'

/** Prints one flow as a Mermaid diagram. */
export async function graph(io: Io, named: string, options: ConfigOption): Promise<number> {
  const workspace = await openWorkspace(io, options)
  if (workspace.is === 'faults') {
    printFaults(io, workspace.faults)
    return EXIT.faults
  }
  const { config, registry } = workspace.value
  const isFile = /\.ya?ml$/.test(named)
  const read = await readFlowFiles(isFile ? resolve(io.cwd, named) : config.flows, io.cwd).catch(() => undefined)
  if (read === undefined) {
    io.err(`rekey: \`${isFile ? named : config.flows}\` cannot be read\n`)
    return EXIT.usage
  }
  const { files, beside } = await withIncluded(read, { flows: config.flows, cwd: io.cwd })
  const { flows, diagnostics } = compileFlows(files, registry, { limits: config.limits, beside })
  const flow = isFile ? flows[0] : flows.find(({ id }) => id === named)
  if (flow) {
    io.out(graphMermaid(flow.machine, flow.stepTitles))
    return EXIT.good
  }
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  printFaults(io, errors)
  if (!isFile)
    io.err(
      `rekey: ${unknownFlow(
        named,
        flows.map(({ id }) => id),
        errors.length > 0,
      )}\n`,
    )
  return EXIT.faults
}

function unknownFlow(named: string, ids: readonly string[], broken: boolean): string {
  const near = nearName(named, ids)
  if (near !== undefined) return `there is no flow \`${named}\`; did you mean \`${near}\`?`
  if (broken) return `there is no flow \`${named}\` among those without errors`
  return `there is no flow \`${named}\`; there ${ids.length === 1 ? 'is' : 'are'} ${ids.map((id) => `\`${id}\``).join(', ') || 'none'}`
}
