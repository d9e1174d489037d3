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
  const options = optionsIn(flows)
  return new Map(
    config.knownDialects.map((dialect) => {
      const site: Site = {
        get publicUrl() {
          return publicUrl()
        },
        options: (as) => options(dialect.name, as),
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

/** Finds what a flow says to a dialect by its address there, among however many flows are served. */
function optionsIn(flows: () => readonly CompiledFlow[]): (dialect: string, as: string) => JsonObject | undefined {
  let indexed: readonly CompiledFlow[] = []
  let index = indexOf(indexed)
  return (dialect, as) => {
    const current = flows()
    if (current !== indexed) [indexed, index] = [current, indexOf(current)]
    return index.get(dialect)?.get(as)
  }
}

/** Options by dialect and address. */
function indexOf(flows: readonly CompiledFlow[]): ReadonlyMap<string, ReadonlyMap<string, JsonObject>> {
  const index = new Map<string, Map<string, JsonObject>>()
  for (const { id, speaks } of flows) {
    for (const [dialect, options] of speaks) {
      const known = index.get(dialect) ?? new Map<string, JsonObject>()
      index.set(dialect, known.set(typeof options['as'] === 'string' ? options['as'] : id, options))
    }
  }
  return index
}
