import type { Machine } from '../machine/machine.js'
import type { LinkedFlow } from './linked-flow.js'

/**
 * The machine of a flow: everything that decides behaviour and nothing else.
 * @returns undefined when a part of the flow could not be read, which has been reported.
 */
export function buildMachine({ source, stations }: LinkedFlow): Machine | undefined {
  const nodes = stations.flatMap((station, index) => {
    if (station.is !== 'step' || !station.settings) return []
    const { id, definition, settings, attempts } = station
    return [{ is: 'step' as const, id, type: definition.type, version: definition.version, settings, attempts, next: index + 1 }]
  })
  if (!source.id || nodes.length === 0 || nodes.length < stations.length) return undefined
  const { expiresSeconds, unknownAccount, require, limits } = source
  return { format: 1, flow: source.id.text, expiresSeconds, unknownAccount, require, limits, nodes }
}
