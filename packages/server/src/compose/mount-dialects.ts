import { createHmac } from 'node:crypto'
import type { CompiledFlow, Keyring, PasswordPolicy } from '@rekey/core'
import type { Config } from '../config/config.js'
import type { MountedDialect, Site } from '../dialect/dialect.js'

export interface MountNeeds {
  readonly flows: readonly CompiledFlow[]
  readonly keyring: Keyring
  readonly policy: PasswordPolicy
  /** Asked for with each link, as the port may be known only later. */
  readonly publicUrl: () => string
}

/** Mounts every dialect with its settings. */
export function mountDialects(config: Config, { flows, keyring, policy, publicUrl }: MountNeeds): ReadonlyMap<string, MountedDialect> {
  return new Map(
    config.knownDialects.map((dialect) => {
      const options = new Map(
        flows.flatMap(({ id, speaks }) => {
          const own = speaks.get(dialect.name)
          return own ? [[typeof own['as'] === 'string' ? own['as'] : id, own] as const] : []
        }),
      )
      const site: Site = {
        get publicUrl() {
          return publicUrl()
        },
        options: (as) => options.get(as),
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
