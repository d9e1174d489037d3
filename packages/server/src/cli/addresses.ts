import type { CompiledFlow } from '@rekey/core'
import type { Config } from '../config/config.js'
import { publicUrlOf } from '../config/public-url.js'

/** The addresses of a flow under one dialect: `POST /openidm/selfservice/reset?_action=submitRequirements`. */
export interface FlowAddresses {
  readonly dialect: string
  readonly lines: readonly string[]
}

/** The addresses of a flow under every dialect that it speaks, in the order of the dialects. */
export function flowAddresses(flow: CompiledFlow, config: Config): readonly FlowAddresses[] {
  return config.knownDialects.flatMap((dialect) => {
    const options = flow.speaks.get(dialect.name)
    if (!options) return []
    // Addresses are paths; the site is only there because mounting wants one.
    const site = {
      publicUrl: publicUrlOf(config, config.port),
      options: () => options,
      passwordRules: () => [],
      sign: () => new Uint8Array(32),
    }
    const as = typeof options['as'] === 'string' ? options['as'] : flow.id
    return [{ dialect: dialect.name, lines: dialect.mount(config.dialects[dialect.name] ?? {}, site).addresses(as) }]
  })
}
