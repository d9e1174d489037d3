import { principalForConditions } from '../condition/principal.js'
import { optionless, passedOver, undecidable, usedUp } from '../machine/arrival.js'
import { isUsedUp } from '../machine/attempts.js'
import { withBookmark } from '../machine/going-back.js'
import type { Snapshot } from '../machine/snapshot.js'
import type { RunnableChoice } from '../machine/station.js'
import { pick, type Transition } from '../machine/transition.js'
import { conditionsOf, decisionsOf, standingAt, type AskAtom, type Standing } from './conditions.js'
import { tellReturn } from './failures.js'
import type { People } from './people.js'
import type { LinkedStep } from './program.js'
import { note, type Sitting } from './sitting.js'

type Station = LinkedStep | RunnableChoice<LinkedStep>

/** What is decided on arriving at a station, before anything is asked there: whether it is passed over, and what it offers. */
export class Arrivals {
  constructor(private readonly people: People) {}

  /** Whether a conversation has just arrived: nothing is asked and nothing picked. */
  isDue({ snapshot }: Sitting): boolean {
    return snapshot.asked === undefined && snapshot.picked === undefined
  }

  /** @returns whether the conversation stays at the station it has arrived at; else it stands elsewhere, or otherwise, or has ended. */
  async arrive(sitting: Sitting): Promise<boolean> {
    const { program } = sitting
    const station = program.nodes[sitting.snapshot.at]
    if (!station) return false
    if (program.returnsTo.has(sitting.snapshot.at)) sitting.snapshot = withBookmark(sitting.snapshot)
    const standing = await this.#decide(sitting, station)
    switch (standing.is) {
      case 'fault':
        this.#take(sitting, station, undecidable(program, sitting.snapshot))
        return false
      case 'passed-over':
        note(sitting, 'skipped', station.node.id)
        sitting.snapshot = passedOver(program, sitting.snapshot)
        sitting.dirty = true
        if (sitting.snapshot.ended) note(sitting, 'ended', sitting.snapshot.ended.step, 'completed')
        return false
      case 'here':
        if (station.is === 'choose') return this.#offer(sitting, station, standing.offered)
        if (!isUsedUp(sitting.snapshot, station.node)) return true
        this.#take(sitting, station, usedUp(program, sitting.snapshot))
        return false
    }
  }

  /** Decides with the person whom handlers would see: a shadow costs as many calls of the directory as anybody. */
  async #decide(sitting: Sitting, { node }: Station): Promise<Standing> {
    const { program } = sitting
    const conditions = conditionsOf(node)
    const person = conditions.length > 0 ? await this.people.of(sitting) : undefined
    const { facts } = sitting.snapshot
    const world = { ...(person && { principal: principalForConditions(person) }), facts }
    const ask: AskAtom = (text) => program.atoms.get(text)?.ask(world) ?? { is: 'fault', reason: 'an atom of another machine' }
    const decisions = decisionsOf(sitting.snapshot)
    const standing = standingAt(node, sitting.snapshot, decisions, ask)
    if (standing.is !== 'fault' && conditions.length > 0) sitting.snapshot = remembering(sitting, decisions)
    return standing
  }

  #offer(sitting: Sitting, choice: RunnableChoice<LinkedStep>, offered: readonly string[]): boolean {
    const [only, another] = offered
    if (only === undefined) {
      this.#take(sitting, choice, optionless(choice, sitting.snapshot, sitting.now))
      return false
    }
    sitting.snapshot = { ...sitting.snapshot, offered: offered.length < choice.options.length ? offered : undefined }
    if (another !== undefined || !sitting.opensEagerly) return true
    sitting.snapshot = pick(sitting.snapshot, choice, only)
    sitting.dirty = true
    note(sitting, 'chosen', only)
    return false
  }

  #take(sitting: Sitting, { node }: Station, { snapshot, became }: Transition): void {
    const before = sitting.snapshot
    sitting.snapshot = snapshot
    sitting.dirty = true
    if (became.is === 'returned') tellReturn(sitting, before, became)
    if (became.is === 'hidden') note(sitting, 'hidden', node.id, became.reason)
    if (became.is !== 'failed') return
    const step = { id: node.id, type: node.is === 'choose' ? 'choose' : node.type }
    const { reason } = became
    sitting.problem = reason === 'too-many-attempts' ? { code: reason, step } : { code: 'step-failed', reason, step }
    note(sitting, 'ended', node.id, reason)
  }
}

function remembering({ program, snapshot }: Sitting, decisions: ReadonlyMap<string, boolean>): Snapshot {
  const kept = [...decisions].filter(([atom]) => program.remembered.has(atom))
  return kept.length === 0 ? snapshot : { ...snapshot, decided: Object.fromEntries(kept) }
}
