import { createRequire } from 'node:module'
import { isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { JsonObject } from '@rekey/core'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Dialect } from '../dialect/dialect.js'
import type { ServerPlugin } from '../dialect/server-plugin.js'
import { readPlugin } from './read-plugin.js'
import type { PluginRead } from './read-plugin.js'
import { configSchema, PLUGINS_SCHEMA } from './schema.js'
import type { ConfigFault, ConfigSource } from './source.js'
import { validate } from './validate.js'
import { expandVariables } from './variables.js'
import type { Variables } from './variables.js'

export interface PluginsOptions {
  /** The configuration as it was written. */
  readonly value: JsonObject
  readonly source: ConfigSource
  readonly env: Variables
  /** The dialects that are there already. */
  readonly dialects: readonly Dialect[]
}

export type LoadedPlugins =
  | { readonly is: 'plugins'; readonly plugins: readonly ServerPlugin[] }
  | { readonly is: 'faults'; readonly faults: readonly ConfigFault[] }

/**
 * Loads the configured plugins: each one's default export is what `definePlugin` or `defineServerPlugin` returned. This runs their code. It
 * comes before the rest of the configuration is checked, as the dialects of plugins have settings there. A list of plugins that is bent
 * itself brings none; whoever checks the whole reports it.
 */
export async function loadPlugins({ value, source, env, dialects }: PluginsOptions): Promise<LoadedPlugins> {
  const plugins: ServerPlugin[] = []
  const faults: ConfigFault[] = []
  const taken = new Set(dialects.map(({ name }) => name))
  for (const [index, name] of namesIn(value, source, env).entries()) {
    const read = await load(name, source, taken)
    if (read.is === 'plugin') {
      plugins.push(read.plugin)
      for (const dialect of read.plugin.dialects) taken.add(dialect.name)
    } else {
      const message = `the plugin cannot be loaded: ${read.why}`
      faults.push(source.fault('config-plugin', ['plugins', index], { message, label: 'this plugin' }))
    }
  }
  return faults.length > 0 ? { is: 'faults', faults } : { is: 'plugins', plugins }
}

function namesIn(value: JsonObject, source: ConfigSource, env: Variables): readonly string[] {
  if (value['plugins'] === undefined) return []
  let good = true
  const expanded = expandVariables({ plugins: value['plugins'] }, PLUGINS_SCHEMA, env, source, () => (good = false))
  const valid = validate(expanded, PLUGINS_SCHEMA, source)
  return good && valid.is === 'valid' ? valid.filled.plugins : []
}

async function load(name: string, source: ConfigSource, taken: ReadonlySet<string>): Promise<PluginRead> {
  try {
    const module: unknown = await import(specifier(name, source.folder))
    const exported = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined
    const read = readPlugin(exported, taken)
    // A schema of settings that is none throws here, where the plugin can be named.
    if (read.is === 'plugin') {
      validate({}, configSchema(read.plugin.dialects), source)
      refuseBentSchemas(read.plugin)
    }
    return read
  } catch (error) {
    return { is: 'none', why: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) }
  }
}

/**
 * The compiler takes the schemas of steps and dialects to be good ones: to check those that ship at every start would cost more than it does.
 * @throws Error for one that is no schema.
 */
function refuseBentSchemas({ steps, dialects }: ServerPlugin): void {
  const ajv = new Ajv2020({ strict: false })
  for (const properties of [...steps.map(({ settings }) => settings), ...dialects.map(({ options }) => options)]) {
    if (ajv.validateSchema({ type: 'object', properties }) !== true) throw new Error(`schema is invalid: ${ajv.errorsText(ajv.errors)}`)
  }
}

/** A path counts from the folder of the configuration; a package is looked for from there, where it was installed, then from here. */
function specifier(name: string, folder: string): string {
  if (/^\.\.?\//.test(name) || isAbsolute(name)) return pathToFileURL(resolve(folder, name)).href
  try {
    return pathToFileURL(createRequire(resolve(folder, 'rekey.yaml')).resolve(name)).href
  } catch {
    return name
  }
}
