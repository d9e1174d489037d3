import type { CompiledFlow, Registry } from '@rekey/core'
import { builtInSteps } from '@rekey/steps'
import type { NotServed } from '../cli/report.js'
import type { Config } from '../config/config.js'
import { readFlowFiles } from '../config/flow-files.js'
import { withIncluded } from '../config/included-files.js'
import { gatherRegistry } from '../config/gather-registry.js'
import { StartRefused } from '../config/start-refused.js'
import { whyNotServed } from '../config/why-not-served.js'
import { compileAnew, type CompileFiles } from './compiled-file.js'

/** The steps of all plugins, and the dialects. @throws StartRefused when two of them do not go together. */
export function registryOf(config: Config): Registry {
  const gathered = gatherRegistry(config, [builtInSteps])
  if (gathered.is === 'faults') throw new StartRefused(gathered.faults)
  return gathered.registry
}

export interface FoundFlows {
  readonly served: readonly CompiledFlow[]
  readonly notServed: readonly NotServed[]
}

/**
 * Compiles the configured flows. One with an error keeps the server from starting; one that `whyNotServed` has a reason for is
 * left out.
 * @param secrets the value behind a `${NAME}`.
 * @param compile compiles them, or knows already what comes of it.
 */
export async function flowsOf(
  config: Config,
  registry: Registry,
  secrets: (name: string) => string | undefined,
  compile: CompileFiles = compileAnew,
): Promise<FoundFlows> {
  const read = await readFlowFiles(config.flows, process.cwd())
  const { files, beside } = await withIncluded(read, { flows: config.flows, cwd: process.cwd() })
  const { flows, diagnostics } = await compile(files, registry, { limits: config.limits, beside })
  if (diagnostics.some(({ severity }) => severity === 'error')) throw new StartRefused(diagnostics)
  const judged = flows.map((flow) => ({ flow, why: whyNotServed(flow, { config, registry, secrets }) }))
  return {
    served: judged.flatMap(({ flow, why }) => (why === undefined ? [flow] : [])),
    notServed: judged.flatMap(({ flow: { id }, why }) => (why === undefined ? [] : [{ id, why }])),
  }
}
