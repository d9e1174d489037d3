import { offeredOf, stationOf, stepsOf } from '../machine/station.js'
import type { Intent } from './intent.js'
import type { Judge } from './judge.js'
import type { Sitting } from './sitting.js'

/** Where a conversation stands towards the question that a request names. */
export class Polls {
  constructor(private readonly judge: Judge) {}

  isOpen({ program, snapshot }: Sitting, target: Intent['target']): boolean {
    const station = stationOf(program, snapshot)
    return station !== undefined && (target === undefined || this.judge.isAt(snapshot, station, target))
  }

  /** What a poll finds: its question is open, or shown in the choice that is; or it is behind us. @returns undefined when it is neither. */
  found(sitting: Sitting, target: Intent['target']): 'waiting' | 'passed' | undefined {
    const { program, snapshot } = sitting
    if (this.isOpen(sitting, target)) return 'waiting'
    if (typeof target !== 'string') return 'passed'
    const at = program.nodes.findIndex((node, index) => {
      const options = node.is === 'step' ? [] : index === snapshot.at ? offeredOf(node, snapshot) : node.options
      return [node, ...options].some((one) => this.judge.isAt(snapshot, one, target))
    })
    if (at < 0 || at > snapshot.at) return undefined
    return at === snapshot.at ? 'waiting' : 'passed'
  }

  /**
   * Whether a target is the last question of a conversation that is over, and one that a link could answer: polls of it are told the end
   * again, as the answer to the first may be lost. Nothing else of what is over is told twice.
   */
  endedBy({ program, snapshot }: Sitting, target: Intent['target']): boolean {
    if (target === undefined || snapshot.ended?.as !== 'completed') return false
    const last = stepsOf(program).find(({ node }) => node.id === snapshot.answered)
    return last?.definition.approved !== undefined && this.judge.isAt(snapshot, last, target)
  }
}
