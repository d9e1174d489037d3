import { DEFAULTS } from '../syntax/defaults.js'
import type { Machine, Node, StepNode } from '../machine/machine.js'
import type { LinkedFlow, LinkedStep, Station } from './linked-flow.js'

/**
 * The machine of a flow: everything that decides behaviour and nothing else.
 * @returns undefined when a part of the flow could not be read, which has been reported.
 */
export function buildMachine({ source, stations }: LinkedFlow): Machine | undefined {
  const nodes = stations.flatMap((station, index) => buildNode(station, index + 1) ?? [])
  if (!source.id || nodes.length === 0 || nodes.length < stations.length) return undefined
  const { expiresSeconds, unknownAccount, require, limits } = source
  return { format: 1, flow: source.id.text, expiresSeconds, unknownAccount, require, limits, ensure: DEFAULTS.ensure, nodes }
}

function buildNode(station: Station, next: number): Node | undefined {
  if (station.is === 'unknown') return undefined
  if (station.is === 'step') return buildStep(station, next)
  const options = station.options.flatMap((option) => (option.is === 'step' ? (buildStep(option, next) ?? []) : []))
  if (options.length < station.options.length) return undefined
  const [only, ...others] = options
  // A choice of one is that step: nobody is asked to pick.
  return others.length === 0 ? only : { is: 'choose', id: station.id, options, next }
}

function buildStep({ id, definition, settings, attempts }: LinkedStep, next: number): StepNode | undefined {
  return settings && { is: 'step', id, type: definition.type, version: definition.version, settings, attempts, next }
}
