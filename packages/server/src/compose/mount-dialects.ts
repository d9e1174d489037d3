import { createHmac } from 'node:crypto'
import type { CompiledFlow, JsonObject, Keyring, PasswordPolicy } from '@rekey/core'
import type { Config } from '../config/config.js'
import type { MountedDialect, Site } from '../dialect/dialect.js'

export interface MountNeeds {
  /** The flows that are served, asked for with each request: they may be replaced. */
  readonly flows: () => readonly CompiledFlow[]
  readonly keyring: Keyring
  readonly policy: PasswordPolicy
  /** Asked for with each link, as the port may be known only later. */
  readonly publicUrl: () => string
}

/** Mounts every dialect with its settings. */
export function mountDialects(config: Config, { flows, keyring, policy, publicUrl }: MountNeeds): ReadonlyMap<string, MountedDialect> {
  return new Map(
    config.knownDialects.map((dialect) => {
      const site: Site = {
        get publicUrl() {
          return publicUrl()
        },
        options: (as) => optionsOf(flows(), dialect.name, as),
        passwordRules: () => policy.rules(),
        // As JSON, so that no two triples of dialect, purpose and text are the same message.
        sign: (purpose, text) =>
          createHmac('sha256', keyring.stable)
            .update(JSON.stringify(['dialect', dialect.name, purpose, text]))
            .digest(),
      }
      return [dialect.name, dialect.mount(config.dialects[dialect.name] ?? {}, site)]
    }),
  )
}

function optionsOf(flows: readonly CompiledFlow[], dialect: string, as: string): JsonObject | undefined {
  for (const { id, speaks } of flows) {
    const options = speaks.get(dialect)
    if (options && (typeof options['as'] === 'string' ? options['as'] : id) === as) return options
  }
  return undefined
}
