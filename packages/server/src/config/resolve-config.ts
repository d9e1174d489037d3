import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { durationSeconds, Secret } from '@rekey/core'
import type { InRow, Limits, Properties, Rate } from '@rekey/core'
import { splitCommand } from '../adapters/validator/split-command.js'
import type { Config } from './config.js'
import { httpLimits } from './http-schema.js'
import { reachableBy } from './loopback-only.js'
import { parseRate } from './rate.js'
import { resolveCaptcha } from './resolve-captcha.js'
import { resolveLdap } from './resolve-ldap.js'
import { resolveObserved } from './resolve-observed.js'
import { resolvePasswords } from './resolve-passwords.js'
import { resolvePostgres } from './resolve-postgres.js'
import { resolveTraces } from './resolve-traces.js'
import { resolveStore } from './resolve-store.js'
import type { FilledConfig } from './schema.js'
import { mailProviders, smsProviders } from './resolve-senders.js'
import type { ConfigSource } from './source.js'
import { isWebAddress } from './web-address.js'
import type { Variables } from './variables.js'

/** The flows and people that Rekey ships; both paths hold for `src` and for `dist`. */
export const SHIPPED_FLOWS = fileURLToPath(new URL('../../../../flows', import.meta.url))
export const SHIPPED_PEOPLE = fileURLToPath(new URL('../../people.yaml', import.meta.url))

/** The directory of the demonstration has a file of its own: a start in earnest beside it begins with nobody whose password is public. */
const OWN_FILE = '.rekey/directory.db'
const DEMO_FILE = '.rekey/demo.db'

/** Everything but what is loaded from elsewhere. */
export type ResolvedConfig = Omit<Config, 'keys' | 'plugins' | 'knownDialects'>

/**
 * Settles what depends on other keys, and makes paths absolute.
 * @param folder that relative paths count from.
 */
export function resolveConfig(filled: FilledConfig, source: ConfigSource, folder: string, env: Variables): ResolvedConfig {
  const dev = isDev(filled, env)
  const { postgres, ldap } = filled.directory
  const seed = filled.directory.seed ?? (dev && postgres === undefined && ldap === undefined ? 'demo' : 'none')
  const isDemo = seed === 'demo'
  return {
    source,
    port: filled.port,
    host: filled.host,
    processes: filled.processes,
    ...(filled.publicUrl !== undefined && { publicUrl: filled.publicUrl.replace(/\/$/, '') }),
    dev,
    flows: filled.flows === undefined ? SHIPPED_FLOWS : resolve(folder, filled.flows),
    ...(filled.compiled !== undefined && { compiled: resolve(folder, filled.compiled) }),
    attributes: attributes(filled.attributes),
    store: resolveStore(filled.store, folder),
    directory: {
      file: resolve(folder, filled.directory.file ?? (isDemo ? DEMO_FILE : OWN_FILE)),
      ...(seed !== 'none' && { seed: isDemo ? SHIPPED_PEOPLE : resolve(folder, seed) }),
      isDemo,
      historySize: filled.directory.historySize,
      ...(postgres && { postgres: resolvePostgres(postgres, folder) }),
      ...(ldap && { ldap: resolveLdap(ldap, folder) }),
    },
    mail: {
      mailbox: filled.mail.mailbox,
      tellsAddress: filled.mail.tellsAddress,
      from: filled.mail.from,
      file: resolve(folder, filled.mail.file),
      providers: mailProviders(filled.mail, folder),
    },
    sms: { providers: smsProviders(filled.sms) },
    validators: filled.validators.map(validator),
    captcha: resolveCaptcha(filled.captcha),
    bearers: {
      issuers: filled.bearers.issuers.map((issuer) => issuerSettings(issuer, folder)),
      ...(dev && isDemo && { demoKey: resolve(folder, '.rekey/demo-issuer.json') }),
    },
    passwords: resolvePasswords(filled.passwords, { folder, usual: dev && isDemo ? 'demo' : 'standard' }),
    limits: limits(filled.limits),
    startCeiling: rate(filled.limits.starts.store),
    dialects: filled.dialects,
    log: filled.log,
    ...resolveObserved(filled, folder, dev),
    traces: resolveTraces(filled.traces),
    http: httpLimits(filled.http),
    trustedProxies: filled.trustedProxies,
  }
}

/** Aids of development are for a machine nobody else reaches, and never for production. */
function isDev(filled: FilledConfig, env: Variables): boolean {
  if (filled.dev !== 'auto') return filled.dev
  return reachableBy(filled) === undefined && env['NODE_ENV'] !== 'production'
}

/** A list that does not say of what is one of texts. */
function attributes(declared: FilledConfig['attributes']): Properties {
  return Object.fromEntries(
    Object.entries(declared).map(([name, schema]) => [name, schema.type === 'array' ? { items: { type: 'string' }, ...schema } : schema]),
  )
}

/** One without a program that `checkOutside` lets through has an address. */
function validator({
  name,
  command,
  url,
  secret,
  property,
  value,
  timeout,
}: FilledConfig['validators'][number]): Config['validators'][number] {
  const [program, ...args] = splitCommand(command ?? '') ?? []
  return {
    name,
    ask: program === undefined ? { is: 'hook', url: url ?? '', secret: new Secret(secret ?? '') } : { is: 'command', program, args },
    property,
    value,
    timeoutMs: durationSeconds(timeout) * 1_000,
  }
}

function issuerSettings(
  { issuer, audience, jwks, algorithms, subject, clockSkew }: FilledConfig['bearers']['issuers'][number],
  folder: string,
): Config['bearers']['issuers'][number] {
  return {
    issuer,
    ...(audience !== undefined && { audience }),
    jwks: isWebAddress(jwks) ? { is: 'url', url: jwks } : { is: 'file', file: resolve(folder, jwks) },
    algorithms,
    subject,
    clockSkewSeconds: durationSeconds(clockSkew),
  }
}

function limits({ failures, starts, messages }: FilledConfig['limits']): Limits {
  return {
    failures: { principal: rate(failures.principal), inRow: inRow(failures.inRow) },
    starts: { address: rate(starts.address) },
    messages: {
      conversation: messages.conversation,
      destination: rate(messages.destination),
      ...(messages.flow !== undefined && { flow: rate(messages.flow) }),
    },
  }
}

/** What is free is never more than the most there can be, and the first wait no longer than the longest. */
function inRow({ free, wait, longest, most }: FilledConfig['limits']['failures']['inRow']): InRow {
  const longestSeconds = durationSeconds(longest)
  return { free: Math.min(free, most), waitSeconds: Math.min(durationSeconds(wait), longestSeconds), longestSeconds, most }
}

/** A rate that `checkValues` refuses beside this never leaves `loadConfig`. */
function rate(text: string): Rate {
  return parseRate(text) ?? { count: 0, seconds: 1 }
}
