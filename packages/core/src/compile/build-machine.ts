import type { Condition } from '../machine/condition.js'
import type { Machine, Node, StepNode } from '../machine/machine.js'
import { all, constantOf } from '../condition/tree.js'
import type { LinkedCondition, LinkedFlow, LinkedStep, Station } from './linked-flow.js'

/**
 * The machine of a flow: everything that decides behaviour and nothing else.
 * @returns undefined when a part of the flow could not be read, which has been reported.
 */
export function buildMachine({ source, stations }: LinkedFlow): Machine | undefined {
  const nodes = stations.flatMap((station, index) => buildNode(station, index + 1) ?? [])
  if (!source.id || nodes.length === 0 || nodes.length < stations.length) return undefined
  const { expiresSeconds, unknownAccount, require, limits, ensure } = source
  return { format: 1, flow: source.id.text, expiresSeconds, unknownAccount, require, limits, ensure, nodes }
}

function buildNode(station: Station, next: number): Node | undefined {
  if (station.is === 'unknown') return undefined
  if (station.is === 'step') return buildStep(station, next)
  const options = station.options.flatMap((option) => (option.is === 'step' ? (buildStep(option, next) ?? []) : []))
  if (options.length < station.options.length) return undefined
  const [only, ...others] = options
  // A choice of one is that step: nobody is asked to pick.
  const when = builtWhen(station.when)
  if (only && others.length === 0) {
    const both = [when, only.when].filter((condition) => condition !== undefined)
    return { ...only, ...(both.length > 0 && { when: all(...both) }) }
  }
  const { id, onFail } = station
  return { is: 'choose', id, options, ...(when && { when }), ...(onFail !== undefined && { onFail }), next }
}

function buildStep({ id, definition, settings, attempts, when: linked, onFail }: LinkedStep, next: number): StepNode | undefined {
  if (!settings) return undefined
  const when = builtWhen(linked)
  const { type, version } = definition
  return { is: 'step', id, type, version, settings, attempts, ...(when && { when }), ...(onFail !== undefined && { onFail }), next }
}

/** A condition that always holds is none. */
function builtWhen(when: LinkedCondition | undefined): Condition | undefined {
  return when?.is !== 'condition' || constantOf(when.condition) === true ? undefined : when.condition
}
