import type { Machine, Node } from '../machine/machine.js'
import { stepsOf } from '../machine/station.js'
import type { Ending, Snapshot } from '../machine/snapshot.js'
import { decodeSnapshot } from './encoding.js'
import { deadlineOf } from './view-of.js'

/**
 * Where a conversation stands, for whoever runs the server. It does not say who it is about, nor whether they exist: what differs between the two
 * is left out, and so is everything that the person or the directory has said.
 */
export interface Overview {
  readonly id: string
  /** Absent when nobody keeps the machine any more; then nobody can go on with the conversation either. */
  readonly flow?: string
  /** Hash of the machine that it is pinned to. */
  readonly machine: string
  readonly dialect: string
  /** The flow's name on the wire. */
  readonly address: string
  readonly is: 'open' | Ending
  /** Where it stands, or where it ended. */
  readonly step?: { readonly id: string; readonly type: string }
  /** What is asked there; absent where nothing is. */
  readonly asks?: { readonly tag: string; readonly opened: boolean; readonly round: number; readonly since?: number }
  /** Refused answers, of steps that have refused any. */
  readonly attempts: readonly { readonly step: string; readonly used: number; readonly of?: number }[]
  /** Messages that were owed, and how many may be. */
  readonly messages: { readonly owed: number; readonly of?: number }
  /** Seconds since the epoch. */
  readonly startedAt: number
  readonly movedAt: number
  readonly expiresAt?: number
}

/** @param body of the conversation in the store. @param machine as it is kept. */
export function overlook(id: string, body: string, machine: string | undefined): Overview {
  const snapshot = decodeSnapshot(id, body)
  const known = machine === undefined ? undefined : readMachine(machine)
  const { asked, ended } = snapshot
  const step = known && stepOf(known, snapshot)
  const since = snapshot.roundAt
  return {
    id: snapshot.id,
    ...(known && { flow: known.flow }),
    machine: snapshot.machine,
    dialect: snapshot.dialect,
    address: snapshot.address,
    is: ended?.as ?? 'open',
    ...(step && { step }),
    ...(asked &&
      !ended && {
        asks: {
          tag: asked.tag,
          opened: snapshot.opened,
          round: snapshot.round,
          ...(since !== undefined && { since }),
        },
      }),
    attempts: Object.entries(snapshot.attempts).map(([id, used]) => {
      const of = known && stepsOf(known).find((one) => one.id === id)?.attempts
      return { step: id, used, ...(of !== undefined && { of }) }
    }),
    messages: { owed: snapshot.messages, ...(known && { of: known.limits.messages.conversation }) },
    startedAt: snapshot.startedAt,
    movedAt: snapshot.movedAt,
    ...(known && { expiresAt: deadlineOf({ machine: known }, snapshot) }),
  }
}

/** Written by `keep` of a process that shares our keys, and sealed by the store. */
export function readMachine(text: string): Machine {
  return JSON.parse(text) as Machine
}

/** The step, or the choice, that a conversation stands at or ended at. */
export function stepOf(machine: Machine, snapshot: Snapshot): { readonly id: string; readonly type: string } | undefined {
  const { ended, at, picked } = snapshot
  if (ended) return placesIn(machine).find(({ id }) => id === ended.step)
  const node = machine.nodes[at]
  if (node?.is !== 'choose') return node && place(node)
  return place(node.options.find(({ id }) => id === picked) ?? node)
}

function placesIn(machine: Machine): readonly { readonly id: string; readonly type: string }[] {
  return [...machine.nodes, ...stepsOf(machine)].map(place)
}

function place(node: Node): { readonly id: string; readonly type: string } {
  return { id: node.id, type: node.is === 'choose' ? 'choose' : node.type }
}
