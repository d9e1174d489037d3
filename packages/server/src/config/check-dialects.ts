import type { Dialect, Site } from '../dialect/dialect.js'
import type { FilledConfig } from './schema.js'
import type { ConfigFault, ConfigSource } from './source.js'

/** Mounting is pure; where it is tried out does not matter. */
const ANYWHERE: Site = { publicUrl: 'http://localhost', options: () => undefined, passwordRules: () => [], sign: () => new Uint8Array(32) }

/** Lets every dialect read its settings: what a schema cannot say of them, `mount` throws a `TypeError` for. */
export function checkDialects(
  { dialects: settings }: FilledConfig,
  dialects: readonly Dialect[],
  source: ConfigSource,
): readonly ConfigFault[] {
  return dialects.flatMap((dialect) => {
    const { name } = dialect
    try {
      dialect.mount(settings[name] ?? {}, ANYWHERE)
      return []
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      return [source.fault('config-value', ['dialects', name], { message: `\`dialects.${name}\`: ${error.message}` })]
    }
  })
}
