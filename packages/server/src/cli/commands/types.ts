import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { compileFlows, indistinguishableStates, nearName, type CompiledFlow } from '@rekey/core'
import { readFlowFiles } from '../../config/flow-files.js'
import { withIncluded } from '../../config/included-files.js'
import { clientModule, reachesServers } from '../client-modules.js'
import { cannotWrite } from '../cannot-write.js'
import { EXIT, type Io } from '../io.js'
import { openWorkspace, printFaults, type ConfigOption } from '../workspace.js'

export interface TypesOptions extends ConfigOption {
  readonly out?: string
}

/** Makes the TypeScript modules by which clients speak to flows: one is printed, several are written. */
export async function types(io: Io, named: readonly string[], { out, ...options }: TypesOptions): Promise<number> {
  const workspace = await openWorkspace(io, options)
  if (workspace.is === 'faults') {
    printFaults(io, workspace.faults)
    return EXIT.faults
  }
  const { config, registry } = workspace.value
  const read = await readFlowFiles(config.flows, io.cwd).catch(() => undefined)
  if (read === undefined) {
    io.err(`rekey: \`${config.flows}\` cannot be read\n`)
    return EXIT.usage
  }
  const { files, beside } = await withIncluded(read, { flows: config.flows, cwd: io.cwd })
  const { flows, diagnostics } = compileFlows(files, registry, { limits: config.limits, beside })
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const unknown = named.filter((id) => !flows.some((flow) => flow.id === id))
  if (unknown.length > 0 || (named.length === 0 && errors.length > 0)) {
    printFaults(io, errors)
    for (const id of unknown) io.err(`rekey: ${unknownFlow(id, flows, errors.length > 0)}\n`)
    return EXIT.faults
  }
  const wanted = named.length === 0 ? flows : flows.filter(({ id }) => named.includes(id))
  if (out === undefined && wanted.length !== 1) {
    io.err(`rekey: ${wanted.length} flows make ${wanted.length} modules: say where to with \`--out FOLDER\`, or name one flow\n`)
    return EXIT.usage
  }
  for (const flow of wanted) {
    const text = clientModule(flow, registry)
    if (out === undefined) io.out(text)
    else {
      const path = join(out, `${flow.id}.ts`)
      try {
        await mkdir(resolve(io.cwd, out), { recursive: true })
        await writeFile(resolve(io.cwd, path), text)
      } catch (error) {
        io.err(cannotWrite(path, error))
        return EXIT.usage
      }
      io.out(`wrote ${path}\n`)
    }
    for (const note of notesOn(flow, registry.steps)) io.err(`rekey: ${flow.id}: ${note}\n`)
  }
  return EXIT.good
}

function notesOn(flow: CompiledFlow, steps: Parameters<typeof indistinguishableStates>[1]): readonly string[] {
  return [
    ...(reachesServers(flow) ? [] : ['no dialect of the flow has a client yet, so its module needs a transport of your own']),
    ...indistinguishableStates(flow, steps).map(
      ([one, other]) =>
        `\`${one}\` and \`${other}\` may come at the same place and look alike to a client, which meets both as \`unknown\``,
    ),
  ]
}

function unknownFlow(named: string, flows: readonly CompiledFlow[], broken: boolean): string {
  const ids = flows.map(({ id }) => id)
  const near = nearName(named, ids)
  if (near !== undefined) return `there is no flow \`${named}\`; did you mean \`${near}\`?`
  if (broken) return `there is no flow \`${named}\` among those without errors`
  return `there is no flow \`${named}\`; there ${ids.length === 1 ? 'is' : 'are'} ${ids.map((id) => `\`${id}\``).join(', ') || 'none'}`
}
