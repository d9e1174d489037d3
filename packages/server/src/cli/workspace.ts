import { printText } from '@rekey/core'
import type { Diagnostic, Registry } from '@rekey/core'
import { builtInSteps } from '@rekey/steps'
import type { Config } from '../config/config.js'
import { loadConfig } from '../config/load-config.js'
import { loadRegistry } from '../config/load-registry.js'
import type { Flags } from '../config/overrides.js'
import { dialects } from '../dialects/index.js'
import type { Io } from './io.js'

/** The option that every command has. */
export interface ConfigOption {
  readonly config?: string
}

export type Loaded<T> = { readonly is: 'loaded'; readonly value: T } | { readonly is: 'faults'; readonly faults: readonly Diagnostic[] }

/** Reads the configuration as a command was told to. */
export async function readConfig(io: Io, options: ConfigOption, flags: Flags = {}): Promise<Loaded<Config>> {
  const path = options.config === undefined ? {} : { path: options.config }
  const loaded = await loadConfig({ ...path, env: io.env, cwd: io.cwd, flags, dialects })
  return loaded.is === 'config' ? { is: 'loaded', value: loaded.config } : loaded
}

/** The configuration with all steps that flows may name. */
export async function openWorkspace(
  io: Io,
  options: ConfigOption,
): Promise<Loaded<{ readonly config: Config; readonly registry: Registry }>> {
  const config = await readConfig(io, options)
  if (config.is === 'faults') return config
  const loaded = await loadRegistry(config.value, [builtInSteps], dialects)
  return loaded.is === 'faults' ? loaded : { is: 'loaded', value: { config: config.value, registry: loaded.registry } }
}

/** Prints what keeps a command from its work. */
export function printFaults(io: Io, faults: readonly Diagnostic[]): void {
  io.err(printText(faults, { color: io.color }))
}
