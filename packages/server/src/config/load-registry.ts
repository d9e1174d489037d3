import { createRegistry } from '@rekey/core'
import type { DialectFacts, Plugin, Registry } from '@rekey/core'
import type { Config } from './config.js'
import { loadPlugins } from './plugins.js'
import type { ConfigFault } from './source.js'

export type LoadedRegistry =
  | { readonly is: 'registry'; readonly registry: Registry }
  | { readonly is: 'faults'; readonly faults: readonly ConfigFault[] }

/** Gathers the built-in steps, those of the configured plugins, and the dialects. */
export async function loadRegistry(config: Config, builtIn: readonly Plugin[], dialects: readonly DialectFacts[]): Promise<LoadedRegistry> {
  const loaded = await loadPlugins(config)
  if (loaded.is === 'faults') return loaded
  try {
    return { is: 'registry', registry: createRegistry([...builtIn, ...loaded.plugins], dialects) }
  } catch (error) {
    // The registry says by a TypeError that two plugins bring the same step; anything else is a bug.
    if (!(error instanceof TypeError)) throw error
    return { is: 'faults', faults: [config.source.fault('config-plugin', ['plugins'], { message: error.message, label: 'these plugins' })] }
  }
}
