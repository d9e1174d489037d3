import { isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Secret } from '@rekey/core'
import type { Limits, Rate } from '@rekey/core'
import type { Config } from './config.js'
import { isLoopback } from './loopback.js'
import { parseRate } from './rate.js'
import type { FilledConfig } from './schema.js'
import type { ConfigSource } from './source.js'
import type { Variables } from './variables.js'

/** The flows and people that Rekey ships; both paths hold for `src` and for `dist`. */
export const SHIPPED_FLOWS = fileURLToPath(new URL('../../../../flows', import.meta.url))
export const SHIPPED_PEOPLE = fileURLToPath(new URL('../../people.yaml', import.meta.url))

/**
 * Settles what depends on other keys, and makes paths absolute.
 * @param folder that relative paths count from.
 */
export function resolveConfig(filled: FilledConfig, source: ConfigSource, folder: string, env: Variables): Omit<Config, 'keys'> {
  const dev = isDev(filled, env)
  const seed = filled.directory.seed ?? (dev ? 'demo' : 'none')
  const isDemo = seed === 'demo'
  return {
    source,
    port: filled.port,
    host: filled.host,
    ...(filled.publicUrl !== undefined && { publicUrl: filled.publicUrl.replace(/\/$/, '') }),
    dev,
    flows: filled.flows === undefined ? SHIPPED_FLOWS : resolve(folder, filled.flows),
    plugins: filled.plugins.map((name) => (/^\.\.?\//.test(name) || isAbsolute(name) ? resolve(folder, name) : name)),
    store:
      filled.store.redis === undefined
        ? { is: 'memory' }
        : { is: 'redis', url: new Secret(filled.store.redis), prefix: filled.store.prefix },
    directory: {
      file: resolve(folder, filled.directory.file),
      ...(seed !== 'none' && { seed: isDemo ? SHIPPED_PEOPLE : resolve(folder, seed) }),
      isDemo,
      historySize: filled.directory.historySize,
    },
    mail: filled.mail,
    passwords: { ...filled.passwords, profile: filled.passwords.profile ?? (dev && isDemo ? 'demo' : 'standard') },
    limits: limits(filled.limits),
    dialects: filled.dialects,
    log: filled.log,
    trustedProxies: filled.trustedProxies,
  }
}

/** Aids of development are for a machine nobody else reaches, and never for production. */
function isDev(filled: FilledConfig, env: Variables): boolean {
  if (filled.dev !== 'auto') return filled.dev
  return isLoopback(filled.host) && env['NODE_ENV'] !== 'production'
}

function limits({ failures, starts, messages }: FilledConfig['limits']): Limits {
  return {
    failures: { principal: rate(failures.principal) },
    starts: { address: rate(starts.address) },
    messages: { conversation: messages.conversation, destination: rate(messages.destination) },
  }
}

/** A rate that `checkValues` refuses beside this never leaves `loadConfig`. */
function rate(text: string): Rate {
  return parseRate(text) ?? { count: 0, seconds: 1 }
}
