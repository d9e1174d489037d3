import type { Message } from '../step/message.js'
import type { Ask, Done, Hidden, PolicyFailure, Verdict } from '../step/verdict.js'
import { afterTry, isUsedUp } from './attempts.js'
import { wentBack } from './going-back.js'
import type { Evidence, Snapshot, Who } from './snapshot.js'
import { offeredOf, stationOf, type Runnable, type RunnableChoice, type RunnableStep } from './station.js'

/** A verdict with what the engine alone can say about it. */
export interface Judgement {
  readonly verdict: Verdict
  /** Whether the step was only being entered, or an answer was judged. */
  readonly of: 'entering' | 'answer'
  /** Seconds since the epoch. */
  readonly now: number
  /** The person a `done` names, or the shadow that a `hidden` turns the conversation into. */
  readonly who?: Who | undefined
  /** What an accepted answer proves. */
  readonly evidence?: Evidence | undefined
  /** Digest of the attribute that an opened question proves. */
  readonly subject?: string | undefined
  /** Whether a question is opened on arrival; a preview shows it and owes nothing. */
  readonly opens: boolean
  /** True for a failure that the step has not judged and that its `onFail` is not about: it ends the conversation. */
  readonly final?: true | undefined
}

/** What came of a judgement. */
export interface Transition {
  readonly snapshot: Snapshot
  readonly messages: readonly Message[]
  readonly became: Became
}

export type Became =
  | { readonly is: 'asking' }
  | { readonly is: 'passed' }
  /** The conversation has turned into a shadow; the same step is entered again. */
  | { readonly is: 'hidden'; readonly reason: string }
  | {
      readonly is: 'refused'
      readonly reason: string
      readonly at?: string
      readonly details?: readonly PolicyFailure[]
      readonly last: boolean
    }
  | { readonly is: 'failed'; readonly reason: string }
  /** The conversation stands at an earlier station again; nothing is asked there yet. */
  | { readonly is: 'returned'; readonly reason: string; readonly by: 'refused' | 'failed' }

/**
 * The pure move from one snapshot to the next. It neither waits nor looks at a clock; the same arguments give the same result.
 * A shadow is refused where others would pass a proof, after the same work.
 */
export function transition(machine: Runnable, snapshot: Snapshot, judgement: Judgement): Transition {
  const current = stationOf(machine, snapshot)
  if (current?.is !== 'step') throw new RangeError(`snapshot ${snapshot.id} stands at no step`)
  const verdict = asShadow(current, snapshot, judgement.verdict)
  switch (verdict.is) {
    case 'ask':
      return asked(snapshot, verdict, judgement)
    case 'done':
      return passed(machine, current, snapshot, verdict, judgement)
    case 'rejected':
      return refused(current, snapshot, verdict, judgement)
    case 'failed':
      return failure(current, snapshot, verdict.reason, judgement)
    case 'hidden':
      return concealed(machine, current, snapshot, verdict, judgement)
  }
}

/** Whatever a shadow proves or changes is refused with the words of an ordinary wrong answer. */
function asShadow(current: RunnableStep, snapshot: Snapshot, verdict: Verdict): Verdict {
  if (snapshot.who?.shadow !== true || verdict.is !== 'done') return verdict
  const { proves, changes, kind } = current.definition
  if (proves === undefined && changes === undefined && verdict.change === undefined) return verdict
  return kind === undefined ? { is: 'failed', reason: refusalOf(current).reason } : { is: 'rejected', ...refusalOf(current) }
}

function refusalOf({ definition }: RunnableStep): { readonly reason: string; readonly at?: string } {
  return definition.refusal ?? { reason: 'refused' }
}

function asked(snapshot: Snapshot, verdict: Ask, { opens, now, subject }: Judgement): Transition {
  const opened = opens || verdict.owes.length === 0
  return {
    snapshot: {
      ...snapshot,
      asked: verdict.requirement,
      opened,
      // A preview announces the round that opening will begin.
      round: opened ? snapshot.round + 1 : snapshot.round,
      roundAt: opened ? now : undefined,
      subject: opened ? subject : undefined,
      messages: snapshot.messages + (opened ? verdict.owes.length : 0),
      state: verdict.state,
      approvedRound: undefined,
    },
    messages: opened ? verdict.owes : [],
    became: { is: 'asking' },
  }
}

function passed(machine: Runnable, current: RunnableStep, snapshot: Snapshot, verdict: Done, judgement: Judgement): Transition {
  const { node } = current
  const atEnd = node.next >= machine.nodes.length
  // Asked for only when everything behind this step is passed over.
  const mayBeLast = machine.nodes.some((later, at) => at >= node.next && later.node.when !== undefined)
  return {
    snapshot: {
      ...snapshot,
      at: node.next,
      picked: undefined,
      offered: undefined,
      asked: undefined,
      opened: false,
      roundAt: undefined,
      subject: undefined,
      messages: snapshot.messages + verdict.owes.length,
      who: (verdict.names && judgement.who) ?? snapshot.who,
      facts: verdict.facts ? { ...snapshot.facts, [node.id]: verdict.facts } : snapshot.facts,
      outputs: verdict.outputs ? { ...snapshot.outputs, ...verdict.outputs } : snapshot.outputs,
      state: undefined,
      evidence: judgement.evidence ? [...snapshot.evidence, judgement.evidence] : snapshot.evidence,
      movedAt: judgement.now,
      approvedRound: undefined,
      answered: current.definition.kind === undefined ? snapshot.answered : node.id,
      passed: mayBeLast ? node.id : snapshot.passed,
      ended: atEnd ? { as: 'completed', step: node.id } : snapshot.ended,
    },
    messages: verdict.owes,
    became: { is: 'passed' },
  }
}

type Refusal = { readonly reason: string; readonly at?: string; readonly details?: readonly PolicyFailure[] }

function refused({ node }: RunnableStep, snapshot: Snapshot, { reason, at, details }: Refusal, { now }: Judgement): Transition {
  const counted = afterTry(snapshot, node.id)
  const last = isUsedUp(counted, node)
  const back = last ? wentBack(counted, node.onFail, now) : undefined
  if (back) return { snapshot: back, messages: [], became: { is: 'returned', reason, by: 'refused' } }
  return {
    snapshot: {
      ...counted,
      ...(last && { ended: { as: 'failed' as const, reason: 'too-many-attempts', step: node.id } }),
    },
    messages: [],
    became: { is: 'refused', reason, ...(at !== undefined && { at }), ...(details && { details }), last },
  }
}

/** Leads back where the step says so. It costs a try, so that steps which fail without asking do not go round for ever. */
function failure({ node }: RunnableStep, snapshot: Snapshot, reason: string, { now, final }: Judgement): Transition {
  const back = final === true ? undefined : wentBack(afterTry(snapshot, node.id), node.onFail, now)
  if (back) return { snapshot: back, messages: [], became: { is: 'returned', reason, by: 'failed' } }
  return {
    snapshot: { ...snapshot, ended: { as: 'failed', reason, step: node.id } },
    messages: [],
    became: { is: 'failed', reason },
  }
}

/** Not this person. Under `reveal` it is told; otherwise the conversation goes on as a shadow, and no handler knows. */
function concealed(machine: Runnable, current: RunnableStep, snapshot: Snapshot, { reason }: Hidden, judgement: Judgement): Transition {
  const answering = judgement.of === 'answer'
  if (machine.unknownAccount === 'reveal') {
    return answering ? refused(current, snapshot, { reason }, judgement) : failure(current, snapshot, reason, judgement)
  }
  const who = judgement.who
  if (!who) return failure(current, snapshot, reason, judgement)
  if (!answering) {
    if (snapshot.who?.shadow === true) {
      const { kind, proves, changes } = current.definition
      // Who was hidden by such a step goes on to where strangers stop; ended here, the conversation would tell one from the other.
      if (kind === undefined && proves === undefined && changes === undefined)
        return passed(machine, current, snapshot, { is: 'done', owes: [] }, judgement)
      // A step that hides a decoy as well would go round for ever.
      return failure(current, snapshot, 'refused', judgement)
    }
    return { snapshot: { ...snapshot, who }, messages: [], became: { is: 'hidden', reason } }
  }
  if (current.definition.names === true) {
    return passed(machine, current, { ...snapshot, who }, { is: 'done', owes: [] }, judgement)
  }
  return refused(current, { ...snapshot, who }, refusalOf(current), judgement)
}

/** Shows a choice; nothing is opened by it. */
export function offer(snapshot: Snapshot): Snapshot {
  // A round of its own: links of the question before are over.
  return { ...snapshot, asked: { tag: 'choice' }, opened: true, round: snapshot.round + 1 }
}

/** Picks a step of the choice that the conversation stands at, also instead of one picked before: what was asked there is forgotten. */
export function pick(snapshot: Snapshot, choice: RunnableChoice, step: string): Snapshot {
  if (offeredOf(choice, snapshot).every((option) => option.node.id !== step))
    throw new RangeError(`the choice ${choice.node.id} has no step ${step}`)
  const over = { asked: undefined, roundAt: undefined, state: undefined, approvedRound: undefined, subject: undefined }
  return { ...snapshot, ...over, picked: step, opened: false }
}

/** Ends a conversation from outside. An ended one stays as it is. */
export function cancel(machine: Runnable, snapshot: Snapshot): Snapshot {
  if (snapshot.ended) return snapshot
  const step = stationOf(machine, snapshot)?.node.id ?? ''
  return { ...snapshot, ended: { as: 'cancelled', step } }
}
