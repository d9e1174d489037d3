import { cancel } from '../machine/transition.js'
import { isRound } from '../machine/snapshot.js'
import { stationOf } from '../machine/station.js'
import type { Reference } from './carriers.js'
import type { Intent } from './intent.js'
import type { Judge } from './judge.js'
import type { Polls } from './polls.js'
import type { ProgramShelf } from './program-shelf.js'
import { note, type Sitting } from './sitting.js'
import type { Story } from './story.js'

/** What callers may do with a conversation that is claimed. */
export class Acts {
  constructor(
    private readonly judge: Judge,
    private readonly polls: Polls,
    private readonly shelf: ProgramShelf,
    private readonly story: Story,
  ) {}

  async carryOut(sitting: Sitting, intent: Intent, { round }: Reference): Promise<void> {
    const { snapshot, dirty } = sitting
    const told = sitting.events.length
    if (intent.target !== undefined && intent.act !== 'poll') {
      // A resend picks nothing: what it means is open already, or it is out of turn.
      const turned = intent.act === 'resend' ? this.polls.isOpen(sitting, intent.target) : await this.judge.turnTo(sitting, intent.target)
      if (!turned) {
        sitting.problem ??= { code: 'out-of-turn' }
        return
      }
    }
    if (sitting.problem) return
    // What was picked has failed: the conversation stands elsewhere now, and what else was wanted is over.
    if (sitting.returned) return
    const turned = sitting.snapshot !== snapshot
    if (turned && intent.act === 'submit' && !sitting.snapshot.opened) {
      // An answer to what was never sent: it does not cost the question that is open.
      sitting.snapshot = snapshot
      sitting.moved = false
      sitting.dirty = dirty
      sitting.events.length = told
      sitting.problem = { code: 'out-of-turn' }
      return
    }
    switch (intent.act) {
      case 'submit':
        return this.judge.advance(sitting, intent.answers)
      case 'open':
        if (!sitting.snapshot.opened) return this.judge.open(sitting)
        // What was picked by this very act has just been sent.
        return turned ? undefined : this.judge.resend(sitting)
      case 'resend':
        if (snapshot.opened) await this.judge.resend(sitting)
        else sitting.problem = { code: 'out-of-turn' }
        return
      case 'choose':
        return turned ? undefined : this.judge.advance(sitting, intent.answers)
      case 'poll':
        return this.#passApproved(sitting, intent)
      case 'approve':
        return this.#approve(sitting, round)
      case 'deny':
        if (!isRound(snapshot, round)) sitting.problem = { code: 'out-of-turn' }
        else this.#end(sitting, intent, 'disowned', true)
        return
      case 'become':
        return this.#become(sitting, intent.slot ?? '')
      case 'cancel':
        return this.#end(sitting, intent, 'cancelled', false)
      case 'describe':
      case 'look':
      case 'start':
      case 'signOut':
        throw new RangeError(`${intent.act} is no act on a claimed conversation`)
    }
  }

  async #approve(sitting: Sitting, round: number | undefined): Promise<void> {
    const { snapshot, program } = sitting
    const station = stationOf(program, snapshot)
    if (station?.is !== 'step' || !isRound(snapshot, round)) {
      sitting.problem = { code: 'out-of-turn' }
      return
    }
    const verdict = await this.judge.approval(sitting, station)
    if (verdict.is !== 'done') {
      sitting.problem = { code: 'answer-rejected', step: { id: station.node.id, type: station.node.type } }
      return
    }
    if (snapshot.approvedRound === snapshot.round) return
    sitting.snapshot = { ...sitting.snapshot, approvedRound: snapshot.round }
    sitting.dirty = true
    note(sitting, 'approved', station.node.id)
  }

  async #passApproved(sitting: Sitting, { target }: Intent): Promise<void> {
    const station = stationOf(sitting.program, sitting.snapshot)
    const { snapshot } = sitting
    if (station?.is === 'step' && snapshot.approvedRound === snapshot.round && this.polls.isOpen(sitting, target)) {
      sitting.polled = true
      await this.judge.passApproved(sitting, station)
    }
  }

  /** The same conversation under the machine of another slot: who it is about, tries, messages and deadline stay; proofs and facts go. */
  async #become(sitting: Sitting, slot: string): Promise<void> {
    const { snapshot } = sitting
    const hash = snapshot.mayBecome?.[slot]
    const program = hash === undefined ? undefined : await this.shelf.find(hash)
    if (hash === undefined || !program) {
      sitting.problem = { code: 'out-of-turn' }
      return
    }
    const lifeSeconds = snapshot.lifeSeconds ?? sitting.program.machine.expiresSeconds
    sitting.program = program
    sitting.snapshot = {
      ...snapshot,
      lifeSeconds,
      address: slot,
      machine: hash,
      // From its first step: what stands before the step that names, such as a caller's secret, is asked here as well.
      at: 0,
      keepsWho: snapshot.who ? true : snapshot.keepsWho,
      asked: undefined,
      picked: undefined,
      opened: false,
      roundAt: undefined,
      state: undefined,
      approvedRound: undefined,
      subject: undefined,
      offered: undefined,
      decided: undefined,
      bookmarks: undefined,
      passed: undefined,
      facts: {},
      outputs: {},
      evidence: [],
      movedAt: sitting.now,
    }
    sitting.moved = true
    sitting.dirty = true
    note(sitting, 'became', undefined)
    await this.judge.advance(sitting, [])
  }

  #end(sitting: Sitting, intent: Intent, reason: string, alarm: boolean): void {
    const { snapshot, program } = sitting
    sitting.snapshot = cancel(program, snapshot)
    sitting.dirty = true
    sitting.events.push(
      this.story.of(intent, { event: 'ended', reason, ...(alarm && { alarm }), conversation: snapshot.id, flow: program.machine.flow }),
    )
  }
}
