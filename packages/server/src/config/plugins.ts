import { createRequire } from 'node:module'
import { isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Plugin } from '@rekey/core'
import type { Config } from './config.js'
import type { ConfigFault } from './source.js'

export type LoadedPlugins =
  | { readonly is: 'plugins'; readonly plugins: readonly Plugin[] }
  | { readonly is: 'faults'; readonly faults: readonly ConfigFault[] }

/** Loads the configured plugins: each one's default export is what `definePlugin` returned. This runs their code. */
export async function loadPlugins(config: Config): Promise<LoadedPlugins> {
  const plugins: Plugin[] = []
  const faults: ConfigFault[] = []
  for (const [index, name] of config.plugins.entries()) {
    const refuse = (why: string): void => {
      faults.push(
        config.source.fault('config-plugin', ['plugins', index], { message: `the plugin cannot be loaded: ${why}`, label: 'this plugin' }),
      )
    }
    try {
      const module: unknown = await import(specifier(name, resolve(config.source.folder, 'rekey.yaml')))
      const plugin = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined
      if (isPlugin(plugin)) plugins.push(plugin)
      else refuse('its default export is no plugin')
    } catch (error) {
      refuse(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error))
    }
  }
  return faults.length > 0 ? { is: 'faults', faults } : { is: 'plugins', plugins }
}

/** A package is looked for from the folder of the configuration, where it was installed, then from here. */
function specifier(name: string, from: string): string {
  if (isAbsolute(name)) return pathToFileURL(name).href
  try {
    return pathToFileURL(createRequire(from).resolve(name)).href
  } catch {
    return name
  }
}

function isPlugin(value: unknown): value is Plugin {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('steps' in value)) return false
  return typeof value.name === 'string' && Array.isArray(value.steps)
}
