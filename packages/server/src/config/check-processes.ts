import { isInMemory } from './resolve-store.js'
import type { FilledConfig } from './schema.js'
import type { ConfigFault, ConfigSource } from './source.js'

/** Checks that processes that serve a port together share what they must share. */
export function checkProcesses({ processes, store, metrics }: FilledConfig, source: ConfigSource): readonly ConfigFault[] {
  if (processes === 1) return []
  const faults: ConfigFault[] = []
  if (isInMemory(store))
    faults.push(
      source.fault('config-missing-key', ['processes'], {
        message: `${processes} processes need a store that they share, a Redis: \`store\` must stand beside \`processes\``,
        help: 'each would know its own conversations only',
        label: 'share nothing',
      }),
    )
  if (metrics.bearer !== undefined && metrics.port === undefined)
    faults.push(
      source.fault('config-missing-key', ['metrics', 'bearer'], {
        message: 'each reading of a port that several processes share is of another one: `metrics.port` must stand beside `metrics.bearer`',
        help: 'with `metrics.port: 9464` the processes take 9464, 9465 and so on',
        label: 'of which process?',
      }),
    )
  return faults
}
