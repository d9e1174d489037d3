import { afterTry, isUsedUp } from './attempts.js'
import { wentBack } from './going-back.js'
import type { Snapshot } from './snapshot.js'
import type { Runnable, RunnableChoice } from './station.js'
import type { Transition } from './transition.js'

/** Times that a choice without an option left may lead back, in one conversation: as often as a step may fail of which nobody said otherwise. */
const RETURNS_OF_A_CHOICE = 5

/** Passes over the station at which a conversation has arrived. Behind the last one it is completed, by the step that was passed last. */
export function passedOver(machine: Runnable, snapshot: Snapshot): Snapshot {
  const { node } = stationAt(machine, snapshot)
  const atEnd = node.next >= machine.nodes.length
  return { ...snapshot, at: node.next, ended: atEnd ? { as: 'completed', step: snapshot.passed ?? node.id } : snapshot.ended }
}

/**
 * A condition of the station could not be decided. It never counts as one that does not hold: before the first proof the person is hidden like
 * anybody whom a step hides, for the shadow and after a proof the conversation has failed, for good.
 */
export function undecidable(machine: Runnable, snapshot: Snapshot): Transition {
  const { who, evidence } = snapshot
  if (machine.unknownAccount === 'hide' && who?.shadow === false && evidence.length === 0)
    return { snapshot: { ...snapshot, who: { ...who, shadow: true } }, messages: [], became: { is: 'hidden', reason: FAULT } }
  return fail(snapshot, stationAt(machine, snapshot).node.id, FAULT)
}

const FAULT = 'condition-fault'

/** No option of the choice is left: a failure of the choice. */
export function optionless({ node }: RunnableChoice, snapshot: Snapshot, now: number): Transition {
  const reason = 'no-option'
  const back = isUsedUp(snapshot, { id: node.id, attempts: RETURNS_OF_A_CHOICE })
    ? undefined
    : wentBack(afterTry(snapshot, node.id), node.onFail, now)
  return back ? { snapshot: back, messages: [], became: { is: 'returned', reason, by: 'failed' } } : fail(snapshot, node.id, reason)
}

/** Ends a conversation that comes to a step once more without a try left. */
export function usedUp(machine: Runnable, snapshot: Snapshot): Transition {
  return fail(snapshot, stationAt(machine, snapshot).node.id, 'too-many-attempts')
}

function fail(snapshot: Snapshot, step: string, reason: string): Transition {
  return { snapshot: { ...snapshot, ended: { as: 'failed', reason, step } }, messages: [], became: { is: 'failed', reason } }
}

function stationAt(machine: Runnable, { id, at }: Snapshot): Runnable['nodes'][number] {
  const station = machine.nodes[at]
  if (!station) throw new RangeError(`snapshot ${id} stands at no station`)
  return station
}
