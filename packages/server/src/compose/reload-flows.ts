import { resolve } from 'node:path'
import { compileFlows, type CompiledFlow, type Diagnostic, type Registry } from '@rekey/core'
import type { NotServed } from '../cli/report.js'
import type { Config } from '../config/config.js'
import { readFlowFiles } from '../config/flow-files.js'
import { withIncluded } from '../config/included-files.js'
import { whyNotServed } from '../config/why-not-served.js'

/** What came of reading the flow files again. Flows stand by id, in the order of their files. */
export interface Reloaded {
  readonly served: readonly CompiledFlow[]
  readonly notServed: readonly NotServed[]
  readonly diagnostics: readonly Diagnostic[]
  /** New, or not what they were, in behaviour or in words. */
  readonly changed: readonly string[]
  /** Served as they were, because their files have errors now. */
  readonly kept: readonly string[]
  readonly gone: readonly string[]
}

/**
 * Compiles the configured flows beside those that are served. A flow that no longer compiles is kept as it was, unless its file is gone or
 * another flow has taken its id or its place under a dialect.
 * @param secrets the value behind a `${NAME}`.
 * @throws the system's error when a file cannot be read.
 */
export async function reloadFlows(
  config: Config,
  registry: Registry,
  secrets: (name: string) => string | undefined,
  serving: readonly CompiledFlow[],
): Promise<Reloaded> {
  const read = await readFlowFiles(config.flows, process.cwd())
  const { files, beside } = await withIncluded(read, { flows: config.flows, cwd: process.cwd() })
  const { flows, diagnostics } = compileFlows(files, registry, { limits: config.limits, beside })
  const judged = flows.map((flow) => ({ flow, why: whyNotServed(flow, { config, registry, secrets }) }))
  const good = judged.flatMap(({ flow, why }) => (why === undefined ? [flow] : []))
  const broken = diagnostics.some(({ severity }) => severity === 'error')
  // In full, because how paths are shown depends on all that are read.
  const present = new Set(files.map(({ path }) => resolve(path)))
  const compiled = new Set(flows.map(({ file }) => resolve(file.path)))
  const taken = new Set(flows.flatMap(placesOf))
  const kept = serving.filter((flow) => {
    const path = resolve(flow.file.path)
    return broken && present.has(path) && !compiled.has(path) && !placesOf(flow).some((place) => taken.has(place))
  })
  const served = [...good, ...kept]
  const ids = new Set(served.map(({ id }) => id))
  const before = new Map(serving.map((flow) => [flow.id, lookOf(flow)]))
  return {
    served,
    notServed: judged.flatMap(({ flow: { id }, why }) => (why === undefined ? [] : [{ id, why }])),
    diagnostics,
    changed: good.filter((flow) => before.get(flow.id) !== lookOf(flow)).map(({ id }) => id),
    kept: kept.map(({ id }) => id),
    gone: serving.filter(({ id }) => !ids.has(id)).map(({ id }) => id),
  }
}

/** What no two flows may share: the id, and the name under each dialect. */
function placesOf({ id, speaks }: CompiledFlow): readonly string[] {
  const names = [...speaks].map(([dialect, options]) => `${dialect}/${typeof options['as'] === 'string' ? options['as'] : id}`)
  return [id, ...names]
}

/** What callers and clients can see of a flow. */
function lookOf({ hash, title, description, speaks, stepTitles }: CompiledFlow): string {
  return JSON.stringify([hash, title, description, [...speaks], [...stepTitles]])
}
