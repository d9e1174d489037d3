import { offeredOf, stationOf, type RunnableChoice } from '../machine/station.js'
import { offer, pick, transition, type Judgement, type Transition } from '../machine/transition.js'
import type { Snapshot } from '../machine/snapshot.js'
import type { AttributeName } from '../ports/directory.js'
import { failed, hidden, type Verdict } from '../step/verdict.js'
import { Arrivals } from './arrivals.js'
import { type Change, Changes } from './changes.js'
import { tellReturn } from './failures.js'
import { contextOf, type RoundTime } from './handler-context.js'
import type { Answer, FittingTarget } from './intent.js'
import { isWithinBudgets, owe } from './owing.js'
import type { EngineParts } from './parts.js'
import { lacks, type People } from './people.js'
import type { AnyContext, LinkedStep } from './program.js'
import { note, type Sitting } from './sitting.js'
import { Tries } from './tries.js'

/** Runs steps: enters them, judges answers, and moves the sitting's snapshot on. It writes nothing but marked changes. */
export class Judge {
  readonly #people: People
  readonly #tries: Tries
  readonly #changes: Changes
  readonly #arrivals: Arrivals

  constructor(
    private readonly parts: EngineParts,
    people: People,
  ) {
    this.#people = people
    this.#tries = new Tries(parts, people)
    this.#changes = new Changes(parts)
    this.#arrivals = new Arrivals(people)
  }

  /** Runs on until a step asks and the answers have run out, one is refused, or the conversation ends. */
  async advance(sitting: Sitting, answers: readonly Answer[]): Promise<void> {
    const left = [...answers]
    while (!sitting.snapshot.ended && !sitting.problem) {
      if (sitting.returned) left.length = 0
      const station = stationOf(sitting.program, sitting.snapshot)
      if (!station) return
      if (this.#arrivals.isDue(sitting) && !(await this.#arrivals.arrive(sitting))) continue
      if (station.is === 'choose') {
        if (!sitting.snapshot.asked) this.#offer(sitting)
        const answer = left.shift()
        if (!answer) return
        this.#choose(sitting, station, answer)
      } else if (sitting.snapshot.keepsWho === true && station.definition.names === true && station.definition.caller !== true) {
        this.#keepNamed(sitting, station)
      } else if (sitting.snapshot.asked) {
        const answer = left.shift()
        if (!answer) return
        await this.#answer(sitting, station, answer)
      } else {
        await this.#enter(sitting, station, sitting.opensEagerly)
      }
    }
  }

  /** Whether the conversation begins by judging the caller. */
  judgesCaller({ program, snapshot }: Sitting): boolean {
    const station = stationOf(program, snapshot)
    return station?.is === 'step' && station.definition.caller === true
  }

  /** Runs the steps that judge the caller; the rest of the request does not matter before they have passed. */
  async admit(sitting: Sitting): Promise<void> {
    while (!sitting.snapshot.ended && !sitting.problem) {
      const station = stationOf(sitting.program, sitting.snapshot)
      if (station?.is !== 'step' || station.definition.caller !== true) return
      if (!(await this.#arrivals.arrive(sitting))) continue
      await this.#enter(sitting, station, sitting.opensEagerly)
    }
  }

  /**
   * Turns to the step that a target names, if it is an option of the choice the conversation stands at.
   * @returns whether the target is now what is open.
   */
  async turnTo(sitting: Sitting, target: string | FittingTarget): Promise<boolean> {
    const { snapshot, program } = sitting
    const station = stationOf(program, snapshot)
    if (!station) return false
    if (this.isAt(snapshot, station, target)) return true
    const node = program.nodes[snapshot.at]
    const option = node?.is === 'choose' ? offeredOf(node, snapshot).find((one) => this.isAt(snapshot, one, target)) : undefined
    if (node?.is !== 'choose' || !option) return false
    this.#pick(sitting, node, option.node.id)
    await this.#enterAndRunOn(sitting, option, sitting.opensEagerly)
    return true
  }

  /** Whether a target names this station. */
  isAt(snapshot: Snapshot, station: LinkedStep | RunnableChoice<LinkedStep>, target: string | FittingTarget): boolean {
    const { digests, views } = this.parts
    if (typeof target === 'string') return digests.ofTarget(snapshot.id, station.node.id) === target
    const asked = snapshot.asked ?? { tag: 'initial' }
    return target.fits(
      station.is === 'choose' ? views.choice(snapshot, station.node.id, []) : views.requirement(station, snapshot, asked, snapshot.opened),
    )
  }

  /** Opens a question that was only shown, in a new round. */
  async open(sitting: Sitting): Promise<void> {
    const station = stationOf(sitting.program, sitting.snapshot)
    if (station?.is !== 'step') return
    sitting.moved = true
    await this.#enterAndRunOn(sitting, station, true)
  }

  /** Sends the open question's messages again: the same code while it lives, else, or where the step wants it so, a new round. */
  async resend(sitting: Sitting): Promise<void> {
    const { now } = sitting
    const station = stationOf(sitting.program, sitting.snapshot)
    if (station?.is !== 'step' || !sitting.snapshot.asked || !sitting.snapshot.opened) return
    const { round, roundAt = now } = sitting.snapshot
    const verdict = await this.#run(sitting, station, { number: round, openedAt: roundAt }, (context) => station.prepare(context))
    const over = verdict.is === 'ask' && verdict.owes.some(({ expiresAt }) => expiresAt !== undefined && expiresAt <= now)
    // What is owed once too often is not sent: then the code that was stays good.
    const renews = verdict.is === 'ask' && verdict.renews === true && (await isWithinBudgets(this.parts, sitting, verdict.owes))
    // To another address goes another code: the old one would prove the old address.
    if (verdict.is !== 'ask' || over || renews || this.#people.subjectOf(sitting, station) !== sitting.snapshot.subject)
      return this.#enterAndRunOn(sitting, station, true)
    sitting.dirty = true
    sitting.snapshot = { ...sitting.snapshot, messages: sitting.snapshot.messages + verdict.owes.length }
    await owe(this.parts, sitting, station, verdict.owes)
  }

  /** What the step says of a link that was followed and confirmed; nothing is moved by it. */
  async approval(sitting: Sitting, step: LinkedStep): Promise<Verdict> {
    const { round, roundAt = sitting.now } = sitting.snapshot
    const verdict = await this.#run(sitting, step, { number: round, openedAt: roundAt }, (context) => step.approved(context))
    return this.#stillProved(sitting, step, verdict)
  }

  /** Passes a step whose link was approved, and runs on. */
  async passApproved(sitting: Sitting, step: LinkedStep): Promise<void> {
    await this.#apply(sitting, step, await this.approval(sitting, step), { of: 'answer', opens: sitting.opensEagerly })
    // What came too late is used up: the polls that follow find nothing, and cost no further try.
    sitting.snapshot = { ...sitting.snapshot, approvedRound: undefined }
    await this.advance(sitting, [])
  }

  /** Somebody named before the conversation became another flow stays named, if that flow is for accounts like theirs. */
  #keepNamed(sitting: Sitting, { node, settings }: LinkedStep): void {
    const { who } = sitting.snapshot
    if (!who) return
    const states = settings['states']
    const fits = !Array.isArray(states) || states.includes(who.state)
    sitting.snapshot = { ...sitting.snapshot, keepsWho: undefined, at: node.next, who: { ...who, shadow: who.shadow || !fits } }
    sitting.dirty = true
  }

  #offer(sitting: Sitting): void {
    sitting.snapshot = offer(sitting.snapshot)
    sitting.dirty = true
  }

  #choose(sitting: Sitting, choice: RunnableChoice<LinkedStep>, answer: Answer): void {
    const { snapshot } = sitting
    const { digests, views } = this.parts
    // An answer that is left open to the wire may go by what the options are; what each would ask is not prepared for it.
    const offered = offeredOf(choice, snapshot)
    const options = offered.map((option) => views.requirement(option, snapshot, { tag: 'initial' }, false))
    const requirement = views.choice(snapshot, choice.node.id, options)
    const read = answer.kind === 'open' ? answer.read(requirement) : { is: 'value' as const, value: answer.value }
    if (read.is === 'fault') {
      sitting.problem = read.problem
      return
    }
    const wanted = read.value['option']
    const option = offered.find(({ node }) => node.id === wanted || digests.ofTarget(snapshot.id, node.id) === wanted)
    if (answer.kind !== 'open' && answer.kind !== 'choice') sitting.problem = { code: 'out-of-turn', step: requirement.step }
    else if (option) this.#pick(sitting, choice, option.node.id)
    else sitting.problem = { code: wanted === undefined ? 'answer-missing' : 'answer-invalid', at: '/option', step: requirement.step }
  }

  #pick(sitting: Sitting, choice: RunnableChoice<LinkedStep>, step: string): void {
    sitting.snapshot = pick(sitting.snapshot, choice, step)
    sitting.moved = true
    sitting.dirty = true
    note(sitting, 'chosen', step)
  }

  /** A step that fails while it is entered may lead back to one that is not entered yet. */
  async #enterAndRunOn(sitting: Sitting, step: LinkedStep, opens: boolean): Promise<void> {
    await this.#enter(sitting, step, opens)
    await this.advance(sitting, [])
  }

  async #enter(sitting: Sitting, step: LinkedStep, opens: boolean): Promise<void> {
    const { changes, kind, needs } = step.definition
    const early = changes !== undefined && kind === undefined ? await this.#refusedEarly(sitting, step) : undefined
    if (!early && needs !== undefined && needs.length > 0) await this.#hideWhoLacks(sitting, step, needs)
    const round = { number: sitting.snapshot.round + 1, openedAt: sitting.now }
    const verdict = early?.verdict ?? (await this.#run(sitting, step, round, (context) => step.prepare(context)))
    const wasShadow = sitting.snapshot.who?.shadow
    await this.#apply(sitting, step, verdict, { of: 'entering', opens, final: early?.final })
    // Hidden: the same step again, for the shadow. A second time it would end, so this goes no deeper.
    if (verdict.is === 'hidden' && wasShadow === false && !sitting.snapshot.ended && !sitting.problem && !sitting.returned)
      await this.#enter(sitting, step, opens)
  }

  /** Who lacks what a step needs goes on as a shadow, before the step is asked: that they do takes no longer than anybody's turn. */
  async #hideWhoLacks(sitting: Sitting, step: LinkedStep, needs: readonly AttributeName[]): Promise<void> {
    const { who } = sitting.snapshot
    if (!who || who.shadow || sitting.program.unknownAccount === 'reveal') return
    const person = await this.#people.of(sitting)
    const missing = needs.find((attribute) => lacks(person, attribute))
    if (missing === undefined) return
    sitting.snapshot = { ...sitting.snapshot, who: { ...who, shadow: true } }
    sitting.dirty = true
    note(sitting, 'hidden', step.node.id, `no-${missing}`)
  }

  /** A silent step that brings something about, a password or a session, does not even run before it is earned. */
  async #refusedEarly(sitting: Sitting, step: LinkedStep): Promise<{ readonly verdict: Verdict; readonly final?: true } | undefined> {
    const { refusal } = step.definition
    const person = await this.#people.of(sitting)
    const { who } = sitting.snapshot
    if (!who || !person || who.shadow) return { verdict: failed(refusal?.reason ?? 'refused') }
    if (who.credentialVersion !== person.credentialVersion) return { verdict: failed('already-changed'), final: true }
    return (await this.#changes.isEarned(sitting, step, person)) ? undefined : { verdict: failed('unearned-change'), final: true }
  }

  /** Runs a handler for the person, or hides somebody who lacks what the step needs: a handler never sees such a person. */
  async #run(
    sitting: Sitting,
    step: LinkedStep,
    round: RoundTime,
    handler: (context: AnyContext) => Verdict | Promise<Verdict>,
  ): Promise<Verdict> {
    const person = await this.#people.of(sitting)
    const missing = step.definition.needs?.find((attribute) => lacks(person, attribute))
    if (missing !== undefined) return hidden(`no-${missing}`)
    const verdict = await handler(contextOf(this.parts.digests, sitting, step, person, round))
    if (verdict.is === 'done' && verdict.names && step.definition.names !== true) {
      throw new TypeError(`the step \`${step.node.type}\` names somebody and does not declare it`)
    }
    return verdict
  }

  /** An answer proves the address that the question went to; if that is no longer the person's, it is a wrong answer. */
  #stillProved(sitting: Sitting, step: LinkedStep, verdict: Verdict): Verdict {
    if (verdict.is !== 'done' || this.#people.subjectOf(sitting, step) === sitting.snapshot.subject) return verdict
    return { is: 'rejected', ...(step.definition.refusal ?? { reason: 'refused' }) }
  }

  async #answer(sitting: Sitting, station: LinkedStep, answer: Answer): Promise<void> {
    const { snapshot, now } = sitting
    const step = { id: station.node.id, type: station.node.type }
    const requirement = this.parts.views.requirement(station, snapshot, snapshot.asked ?? { tag: 'initial' }, snapshot.opened)
    // What was only shown was never sent: there is nothing yet that an answer could be right about.
    if (!snapshot.opened || (answer.kind !== 'open' && answer.kind !== requirement.kind)) {
      sitting.problem = { code: 'out-of-turn', step }
      return
    }
    const read = answer.kind === 'open' ? answer.read(requirement) : { is: 'value' as const, value: answer.value }
    const checked = read.is === 'fault' ? read : station.check(read.value)
    if (checked.is === 'fault') {
      sitting.problem = { ...checked.problem, step }
      return
    }
    if (station.definition.proves) await this.#tries.count(sitting, station)
    const round = { number: snapshot.round, openedAt: snapshot.roundAt ?? now }
    const verdict = await this.#run(sitting, station, round, (context) => station.submit(context, checked.answer)).catch(
      async (fault: unknown) => {
        await this.#tries.withdraw(sitting, station)
        throw fault
      },
    )
    await this.#apply(sitting, station, this.#stillProved(sitting, station, verdict), { of: 'answer', opens: sitting.opensEagerly })
  }

  /** Moves the snapshot by a verdict, a wanted change included. */
  async #apply(sitting: Sitting, node: LinkedStep, verdict: Verdict, way: Pick<Judgement, 'of' | 'opens' | 'final'>): Promise<void> {
    const { who, evidence } = this.#people.said(sitting, node, verdict)
    const judgement: Judgement = {
      verdict: this.#lean(verdict),
      of: way.of,
      now: sitting.now,
      who,
      evidence,
      subject: this.#people.subjectOf(sitting, node),
      opens: way.opens,
      final: way.final,
    }
    const moved = transition(sitting.program, sitting.snapshot, judgement)
    if (verdict.is === 'done' && verdict.change && moved.became.is === 'passed') {
      await this.#change(sitting, node, { moved, change: verdict.change })
      return
    }
    await this.#take(sitting, node, moved, verdict)
  }

  async #take(sitting: Sitting, node: LinkedStep, { snapshot, messages, became }: Transition, verdict: Verdict): Promise<void> {
    const step = { id: node.node.id, type: node.node.type }
    const before = sitting.snapshot
    sitting.snapshot = snapshot
    sitting.dirty = true
    if (became.is !== 'returned' && snapshot.who?.id !== before.who?.id) this.#people.meet(sitting, verdict)
    const event = (name: string, reason?: string) => note(sitting, name, node.node.id, reason)
    switch (became.is) {
      case 'asking':
        if (snapshot.opened) event('opened')
        break
      case 'passed':
        if (node.definition.names === true) event('named', verdict.is === 'hidden' ? verdict.reason : undefined)
        else event('passed')
        if (node.definition.kind !== undefined) sitting.moved = true
        if (node.definition.proves && node.definition.kind !== undefined) this.#tries.forgive(sitting, node)
        if (snapshot.ended) event('ended', 'completed')
        break
      case 'hidden':
        event('hidden', became.reason)
        break
      case 'refused': {
        event('refused', verdict.is === 'rejected' || verdict.is === 'hidden' ? verdict.reason : 'shadow')
        const { reason, at, details } = became
        sitting.problem = {
          code: became.last ? 'too-many-attempts' : 'answer-rejected',
          reason,
          ...(at !== undefined && { at }),
          ...(details && { details }),
          step,
        }
        if (became.last) event('ended', 'too-many-attempts')
        break
      }
      case 'failed':
        sitting.problem = { code: node.definition.caller === true ? 'caller-refused' : 'step-failed', reason: became.reason, step }
        event('ended', became.reason)
        break
      case 'returned':
        tellReturn(sitting, before, became)
        break
    }
    if (messages.length > 0) await owe(this.parts, sitting, node, messages)
  }

  async #change(sitting: Sitting, node: LinkedStep, change: Change): Promise<void> {
    const person = await this.#people.of(sitting)
    const outcome = await this.#changes.apply(sitting, node, change, person)
    switch (outcome.is) {
      case 'applied':
        sitting.moved = true
        sitting.dirty = true
        sitting.snapshot = outcome.snapshot
        // Known under the former credential: steps behind the change, such as one that opens a session, must see the present one.
        sitting.person = undefined
        note(sitting, 'passed', node.node.id)
        note(sitting, 'changed', node.node.id)
        if (outcome.snapshot.ended) note(sitting, 'ended', node.node.id, 'completed')
        sitting.owed.push(...change.moved.messages.map((message) => ({ message, void: false })), ...outcome.owed)
        if (!outcome.snapshot.ended) await this.#changes.commitBetween(sitting)
        return
      case 'not-applied': {
        const { verdict, final } = outcome
        const judgement: Judgement = { verdict, of: 'answer', opens: true, now: sitting.now, ...(final && { final }) }
        await this.#take(sitting, node, transition(sitting.program, sitting.snapshot, judgement), verdict)
        if (outcome.problem) sitting.problem = { code: outcome.problem, step: { id: node.node.id, type: node.node.type } }
      }
    }
  }

  #lean(verdict: Verdict): Verdict {
    return verdict.is === 'ask' && verdict.requirement.questions
      ? { ...verdict, requirement: this.parts.views.lean(verdict.requirement) }
      : verdict
  }
}
