import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { isJsonObject } from '@rekey/core'
import type { Json, JsonObject } from '@rekey/core'
import type { SmtpSettings } from '../adapters/mail/smtp/smtp-settings.js'
import type { Dialect } from '../dialect/dialect.js'
import { checkAttributes } from './check-attributes.js'
import { checkCaptcha } from './check-captcha.js'
import { checkDialects } from './check-dialects.js'
import { checkKeys } from './check-keys.js'
import { checkObserved } from './check-observed.js'
import { checkProcesses } from './check-processes.js'
import { checkOutside } from './check-outside.js'
import { checkPasswords } from './check-passwords.js'
import { checkLdap } from './check-ldap.js'
import { checkPostgres } from './check-postgres.js'
import { checkSenders } from './check-senders.js'
import { checkTraces } from './check-traces.js'
import { checkStore } from './check-store.js'
import { checkValues } from './check-values.js'
import type { Config } from './config.js'
import { bareHost } from './loopback.js'
import { readOverrides } from './overrides.js'
import type { Flags } from './overrides.js'
import { findFile } from './read-file.js'
import { loadPlugins } from './plugins.js'
import { resolveConfig } from './resolve-config.js'
import type { ResolvedConfig } from './resolve-config.js'
import { configSchema } from './schema.js'
import type { FilledConfig } from './schema.js'
import { readYaml } from './read-yaml.js'
import { givenPart } from './given-part.js'
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
  /** The dialects that ship; plugins bring more. */
  readonly dialects: readonly Dialect[]
}

export type LoadedConfig =
  | { readonly is: 'config'; readonly config: Config }
  | {
      readonly is: 'faults'
      readonly faults: readonly ConfigFault[]
      /** The dialects that ship and those of plugins; absent when the faults lie before or in the plugins. */
      readonly knownDialects?: readonly Dialect[]
    }

/**
 * Reads the configuration: file, then environment, then command line. Faults are reported with their places, in the order of the file:
 * first those of YAML alone, then plugins that do not load, then those of shape, then those of sense, as the later ones cannot be judged
 * before the earlier ones are repaired. It opens no connection and creates nothing itself; the code of plugins is run.
 */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const found = await findFile(options.path, options.env, options.cwd)
  if (found.is === 'fault') return { is: 'faults', faults: [found.fault] }
  const overrides = readOverrides(options.env, options.flags ?? {})
  const read = readYaml(found.file, found.folder, overrides)
  if (read.faults.length > 0) return failed(read.faults)

  const { source } = read
  const loaded = await loadPlugins({ value: read.value, source, env: options.env, dialects: options.dialects })
  if (loaded.is === 'faults') return failed(loaded.faults)
  const { plugins } = loaded
  const knownDialects = [...options.dialects, ...plugins.flatMap(({ dialects }) => dialects)]

  const faults: ConfigFault[] = []
  const schema = configSchema(knownDialects)
  const expanded = expandVariables(read.value, schema, options.env, source, (fault) => faults.push(fault))
  const given = givenPart(withOverrides(expanded, overrides), schema)
  const valid = validate(given.value, schema, source, given.schema)
  if (valid.is === 'faults') faults.push(...valid.faults)
  if (valid.is === 'faults' || faults.length > 0) return failed(faults, knownDialects)

  const { filled } = valid
  const checked = { ...filled, host: bareHost(filled.host) }
  const resolved = resolveConfig(checked, source, found.folder, options.env)
  const keys = checkKeys(checked, source, resolve(found.folder, checked.keys.file ?? '.rekey/keys.json'))
  faults.push(
    ...checkValues(checked, source),
    ...checkStore(checked, source),
    ...checkOutside(checked, source),
    ...checkCaptcha(checked, source),
    ...checkPostgres(checked, source),
    ...checkLdap(checked, source),
    ...checkPasswords(checked, source),
    ...checkSenders(checked, source),
    ...checkObserved(checked, source),
    ...checkProcesses(checked, source),
    ...checkTraces(checked, source),
    ...checkAttributes(checked, source),
    ...checkDialects(checked, knownDialects, source),
    ...(keys.is === 'faults' ? keys.faults : []),
    ...(await missingFiles(resolved, checked, source)),
  )
  if (faults.length > 0 || keys.is === 'faults') return failed(faults, knownDialects)
  return { is: 'config', config: { ...resolved, plugins, knownDialects, keys: keys.keys } }
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

async function missingFiles(config: ResolvedConfig, filled: FilledConfig, source: ConfigSource): Promise<readonly ConfigFault[]> {
  const named: readonly NamedFile[] = [
    [['flows'], filled.flows, config.flows],
    [['directory', 'seed'], filled.directory.seed, config.directory.isDemo ? undefined : config.directory.seed],
    ...storeFiles(filled, config),
    [['passwords', 'breached', 'file'], filled.passwords.breached?.file, breachedFile(config)],
    [['directory', 'postgres', 'ca'], filled.directory.postgres?.ca, config.directory.postgres?.caFile],
    [['directory', 'ldap', 'ca'], filled.directory.ldap?.ca, config.directory.ldap?.caFile],
    ...(filled.mail.smtp ? smtpFiles(['mail', 'smtp'], filled.mail.smtp, config.mail.providers[0]) : []),
    ...(filled.mail.providers ?? []).flatMap((server, at) => smtpFiles(['mail', 'providers', at], server, config.mail.providers[at])),
    ...config.bearers.issuers.map(
      ({ jwks }, index) =>
        [['bearers', 'issuers', index, 'jwks'], filled.bearers.issuers[index]?.jwks, jwks.is === 'file' ? jwks.file : undefined] as const,
    ),
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

function breachedFile({ passwords: { breached } }: ResolvedConfig): string | undefined {
  return breached?.source.is === 'file' ? breached.source.file : undefined
}

/** A key of the file, what stands there, and the absolute path of it. */
type NamedFile = readonly [ConfigPath, string | undefined, string | undefined]

function storeFiles({ store }: FilledConfig, { store: resolved }: ResolvedConfig): readonly NamedFile[] {
  const tls = resolved.is === 'redis' ? resolved.server.tls : undefined
  return (['caFile', 'certFile', 'keyFile'] as const).map((key) => [['store', key], store[key], tls?.[key]])
}

function smtpFiles(
  path: ConfigPath,
  { caFile, dkim }: NonNullable<FilledConfig['mail']['smtp']>,
  resolved: SmtpSettings | undefined,
): readonly NamedFile[] {
  return [
    [[...path, 'caFile'], caFile, resolved?.caFile],
    [[...path, 'dkim', 'keyFile'], dkim?.keyFile, resolved?.dkim?.keyFile],
  ]
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function failed(faults: readonly ConfigFault[], knownDialects?: readonly Dialect[]): LoadedConfig {
  return {
    is: 'faults',
    ...(knownDialects && { knownDialects }),
    faults: faults.toSorted((a, b) => (Number(a.file !== b.file) && a.file.path.localeCompare(b.file.path)) || a.span.start - b.span.start),
  }
}
