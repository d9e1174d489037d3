import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { isJsonObject } from '@rekey/core'
import type { Json, JsonObject } from '@rekey/core'
import { checkKeys } from './check-keys.js'
import { checkValues } from './check-values.js'
import type { Config } from './config.js'
import { bareHost } from './loopback.js'
import { readOverrides } from './overrides.js'
import type { Flags } from './overrides.js'
import { findFile } from './read-file.js'
import { resolveConfig } from './resolve-config.js'
import { configSchema } from './schema.js'
import type { DialectSettings, FilledConfig } from './schema.js'
import { readYaml } from './read-yaml.js'
import { pathText } from './source.js'
import type { ConfigFault, ConfigPath, ConfigSource, Override } from './source.js'
import { expandVariables } from './variables.js'
import type { Variables } from './variables.js'
import { validate } from './validate.js'

export interface LoadOptions {
  /** The file to read; see `findFile` for what is read without it. */
  readonly path?: string
  readonly env: Variables
  /** Absolute path of the working directory. */
  readonly cwd: string
  readonly flags?: Flags
  readonly dialects: readonly DialectSettings[]
}

export type LoadedConfig =
  | { readonly is: 'config'; readonly config: Config }
  | { readonly is: 'faults'; readonly faults: readonly ConfigFault[] }

/**
 * Reads the configuration: file, then environment, then command line. Faults are reported with their places, in the order of the file:
 * first those of YAML alone, then those of shape, then those of sense, as the later ones cannot be judged before the earlier ones are
 * repaired. It opens no connection and creates nothing.
 */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const found = await findFile(options.path, options.env, options.cwd)
  if (found.is === 'fault') return { is: 'faults', faults: [found.fault] }
  const overrides = readOverrides(options.env, options.flags ?? {})
  const read = readYaml(found.file, found.folder, overrides)
  if (read.faults.length > 0) return failed(read.faults)

  const { source } = read
  const faults: ConfigFault[] = []
  const schema = configSchema(options.dialects)
  const expanded = expandVariables(read.value, schema, options.env, source, (fault) => faults.push(fault))
  const value = withOverrides(expanded, overrides)
  const valid = validate(value, schema, source)
  if (valid.is === 'faults') faults.push(...valid.faults)
  if (valid.is === 'faults' || faults.length > 0) return failed(faults)

  const { filled } = valid
  const checked = { ...filled, host: bareHost(filled.host) }
  const resolved = resolveConfig(checked, source, found.folder, options.env)
  const keys = checkKeys(checked, source, resolve(found.folder, checked.keys.file ?? '.rekey/keys.json'))
  faults.push(
    ...checkValues(checked, source),
    ...(keys.is === 'faults' ? keys.faults : []),
    ...(await missingFiles(resolved, checked, source)),
  )
  if (faults.length > 0 || keys.is === 'faults') return failed(faults)
  return { is: 'config', config: { ...resolved, keys: keys.keys } }
}

/** Puts a value of the environment or command line over that of the file. */
function withOverrides(value: JsonObject, overrides: readonly Override[]): JsonObject {
  return overrides.reduce((below, { path, value: over }) => put(below, path, over), value)
}

function put(value: JsonObject, [name, ...rest]: ConfigPath, over: Json): JsonObject {
  if (name === undefined) return value
  const below = value[name]
  return { ...value, [name]: rest.length === 0 ? over : put(isJsonObject(below) ? below : {}, rest, over) }
}

async function missingFiles(config: Omit<Config, 'keys'>, filled: FilledConfig, source: ConfigSource): Promise<readonly ConfigFault[]> {
  const named: readonly (readonly [ConfigPath, string | undefined, string | undefined])[] = [
    [['flows'], filled.flows, config.flows],
    [['directory', 'seed'], filled.directory.seed, config.directory.isDemo ? undefined : config.directory.seed],
  ]
  const faults: ConfigFault[] = []
  for (const [path, written, full] of named) {
    if (written === undefined || full === undefined || (await exists(full))) continue
    faults.push(
      source.fault('config-missing-file', path, {
        message: `\`${pathText(path)}\` names \`${written}\`, which is not there`,
        label: 'no such file',
      }),
    )
  }
  return faults
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function failed(faults: readonly ConfigFault[]): LoadedConfig {
  return {
    is: 'faults',
    faults: faults.toSorted((a, b) => (Number(a.file !== b.file) && a.file.path.localeCompare(b.file.path)) || a.span.start - b.span.start),
  }
}
