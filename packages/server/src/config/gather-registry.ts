import { createRegistry } from '@rekey/core'
import type { Plugin, Registry } from '@rekey/core'
import type { Config } from './config.js'
import type { ConfigFault } from './source.js'

export type GatheredRegistry =
  | { readonly is: 'registry'; readonly registry: Registry }
  | { readonly is: 'faults'; readonly faults: readonly ConfigFault[] }

/** Gathers the built-in steps, those of the configured plugins, all dialects, and the declared attributes of people. */
export function gatherRegistry(config: Config, builtIn: readonly Plugin[]): GatheredRegistry {
  try {
    const registry = createRegistry([...builtIn, ...config.plugins], config.knownDialects)
    return { is: 'registry', registry: { ...registry, attributes: config.attributes } }
  } catch (error) {
    // The registry says by a TypeError that two plugins bring the same step; anything else is a bug.
    if (!(error instanceof TypeError)) throw error
    return { is: 'faults', faults: [config.source.fault('config-plugin', ['plugins'], { message: error.message, label: 'these plugins' })] }
  }
}
