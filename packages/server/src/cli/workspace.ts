import { printText } from '@rekey/core'
import type { Diagnostic, Registry } from '@rekey/core'
import { builtInSteps } from '@rekey/steps'
import type { Config } from '../config/config.js'
import { loadConfig } from '../config/load-config.js'
import type { LoadedConfig } from '../config/load-config.js'
import { gatherRegistry } from '../config/gather-registry.js'
import type { Flags } from '../config/overrides.js'
import type { Dialect } from '../dialect/dialect.js'
import { dialects } from '../dialects/index.js'
import type { Io } from './io.js'

/** The option that every command has. */
export interface ConfigOption {
  readonly config?: string
}

export type Loaded<T> = { readonly is: 'loaded'; readonly value: T } | { readonly is: 'faults'; readonly faults: readonly Diagnostic[] }

/** Reads the configuration as a command was told to. */
export async function readConfig(io: Io, options: ConfigOption, flags: Flags = {}): Promise<Loaded<Config>> {
  const loaded = await load(io, options, flags)
  return loaded.is === 'config' ? { is: 'loaded', value: loaded.config } : loaded
}

/** The dialects that a configuration may set, even where the rest of it does not hold on this machine. */
export async function readDialects(io: Io, options: ConfigOption): Promise<Loaded<readonly Dialect[]>> {
  const loaded = await load(io, options)
  if (loaded.is === 'config') return { is: 'loaded', value: loaded.config.knownDialects }
  return loaded.knownDialects ? { is: 'loaded', value: loaded.knownDialects } : { is: 'faults', faults: loaded.faults }
}

function load(io: Io, { config: path }: ConfigOption, flags: Flags = {}): Promise<LoadedConfig> {
  return loadConfig({ ...(path !== undefined && { path }), env: io.env, cwd: io.cwd, flags, dialects })
}

/** The configuration with all steps that flows may name. */
export async function openWorkspace(
  io: Io,
  options: ConfigOption,
): Promise<Loaded<{ readonly config: Config; readonly registry: Registry }>> {
  const config = await readConfig(io, options)
  if (config.is === 'faults') return config
  const gathered = gatherRegistry(config.value, [builtInSteps])
  return gathered.is === 'faults' ? gathered : { is: 'loaded', value: { config: config.value, registry: gathered.registry } }
}

/** Prints what keeps a command from its work. */
export function printFaults(io: Io, faults: readonly Diagnostic[]): void {
  io.err(printText(faults, { color: io.color }))
}
