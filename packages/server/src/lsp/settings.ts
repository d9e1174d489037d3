import { resolve } from 'node:path'
import { createRegistry, type Diagnostic, type Limits, type Registry } from '@rekey/core'
import { builtInSteps } from '@rekey/steps'
import { gatherRegistry } from '../config/gather-registry.js'
import { loadConfig } from '../config/load-config.js'
import { findFile } from '../config/read-file.js'
import { SHIPPED_FLOWS } from '../config/resolve-config.js'
import type { Variables } from '../config/variables.js'
import { dialects } from '../dialects/index.js'
import { scan } from './scan.js'

/** What the configuration says to an editor. */
export interface EditorSettings {
  /** Absolute path of the configuration, whether it is there or not. */
  readonly configFile: string
  /** Absolute path of the folder, or of the only file. */
  readonly flows: string
  readonly registry: Registry
  readonly limits?: Limits
  /** Faults of the configuration itself. */
  readonly faults: readonly Diagnostic[]
}

/** Where the configuration is looked for. */
export interface SettingsPlace {
  readonly cwd: string
  readonly env: Variables
  readonly config?: string
}

/**
 * Reads the configuration as the commands do. One with faults leaves what was known before: steps of plugins stay known while somebody edits
 * `rekey.yaml`.
 */
export async function readSettings({ cwd, env, config: path }: SettingsPlace, before: EditorSettings | undefined): Promise<EditorSettings> {
  const configFile = resolve(cwd, path ?? (env['REKEY_CONFIG'] || 'rekey.yaml'))
  const loaded = await loadConfig({ ...(path !== undefined && { path }), env, cwd, dialects })
  if (loaded.is === 'config') {
    const { flows, limits } = loaded.config
    const gathered = gatherRegistry(loaded.config, [builtInSteps])
    if (gathered.is === 'registry') return { configFile, flows, limits, registry: gathered.registry, faults: [] }
    return { ...(before ?? plain(loaded.config.knownDialects)), configFile, flows, faults: gathered.faults }
  }
  const flows = (await flowsNamedIn(path, env, cwd)) ?? before?.flows ?? SHIPPED_FLOWS
  return { ...(before ?? plain(loaded.knownDialects ?? dialects)), configFile, flows, faults: loaded.faults }
}

function plain(known: typeof dialects): { readonly registry: Registry } {
  return { registry: createRegistry([builtInSteps], known) }
}

/** The folder of flows, of a configuration that cannot be read as a whole. */
async function flowsNamedIn(path: string | undefined, env: Variables, cwd: string): Promise<string | undefined> {
  const found = await findFile(path, env, cwd)
  if (found.is === 'fault') return undefined
  const named = scan(found.file.text).entries.find((entry) => entry.path.length === 1 && entry.path[0] === 'flows')
  return named?.value === undefined ? undefined : resolve(found.folder, named.value)
}
