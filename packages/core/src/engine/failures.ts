import type { Snapshot } from '../machine/snapshot.js'
import type { Became } from '../machine/transition.js'
import { note, type Sitting } from './sitting.js'

/**
 * Tells that a failure has led back. To the request it is an accepted act, which leads to another question; what else it had to say was meant
 * for questions that are over.
 * @param before the snapshot that has failed.
 */
export function tellReturn(sitting: Sitting, before: Snapshot, { by, reason }: Extract<Became, { is: 'returned' }>): void {
  const { program, snapshot } = sitting
  const from = program.nodes[before.at]
  // The person may be forgotten by now; the story keeps whom it was about.
  note({ ...sitting, snapshot: before }, by, before.picked ?? from?.node.id, reason)
  note({ ...sitting, snapshot: before }, 'returned', program.nodes[snapshot.at]?.node.id)
  sitting.returned = true
  sitting.moved = true
}
