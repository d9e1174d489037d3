import { randomUUID } from 'node:crypto'
import { earns } from '../machine/earned.js'
import type { Snapshot, Who } from '../machine/snapshot.js'
import type { Transition } from '../machine/transition.js'
import type { Principal } from '../ports/directory.js'
import type { Secret } from '../step/secret.js'
import { failed, rejected, type PasswordChange, type Verdict } from '../step/verdict.js'
import type { Mark } from './encoding.js'
import type { EngineParts } from './parts.js'
import { commit, mark } from './persist.js'
import type { ProblemCode } from './problem.js'
import type { LinkedStep } from './program.js'
import { withoutSecrets } from './secret-outputs.js'
import type { Owing, Sitting } from './sitting.js'

/** A change that a step wants, with where the conversation stands once it is applied. */
export interface Change {
  readonly moved: Transition
  readonly change: PasswordChange
}

export type ChangeOutcome =
  | { readonly is: 'applied'; readonly snapshot: Snapshot; readonly owed: readonly Owing[] }
  /** `final`: no step can make it good, so that its `onFail` leads nowhere. */
  | { readonly is: 'not-applied'; readonly verdict: Verdict; readonly problem?: ProblemCode; readonly final?: true }

/**
 * What became of a marked change. It was never written (`dropped`); it was, and nobody has seen what it brought out (`to-be-made-again`); it was
 * (`applied`); or somebody has changed the credential since, so that it cannot be told (`superseded`).
 */
export type Resolved = 'dropped' | 'to-be-made-again' | 'applied' | 'superseded'

/** The claim was lost while a change was made: nothing more may be said about this conversation from here. */
export class LostClaim extends Error {
  override readonly name = 'LostClaim'
}

/** The part of a lease in which a marked change may still be written; the rest keeps clocks that differ a little apart. */
const WRITABLE_PART = 0.9

/** Changes of credentials, in three moves: mark, apply, commit. Whoever dies in between leaves a mark that says what to find out. */
export class Changes {
  constructor(private readonly parts: EngineParts) {}

  /** Marks and applies; the commit is the caller's. A throw leaves the mark, and nothing is known. */
  async apply(sitting: Sitting, node: LinkedStep, { moved, change }: Change, person: Principal | undefined): Promise<ChangeOutcome> {
    const { who } = sitting.snapshot
    if (!who || !person || !(await this.isEarned(sitting, node, person))) {
      return { is: 'not-applied', verdict: failed('unearned-change'), final: true }
    }
    const next = withoutSecrets(sitting.program, moved.snapshot)
    // Counted from before the mark, whose answer may have been long on its way: the lease has begun by then at the latest.
    const writableMs = this.parts.leaseMs * WRITABLE_PART
    const deadlineHere = Date.now() + writableMs
    const deadline = this.parts.clock.milliseconds() + writableMs
    const what: Mark = {
      act: randomUUID(),
      principal: who.id,
      expect: who.credentialVersion,
      deadline,
      ...(sitting.digest !== undefined && { digest: sitting.digest }),
      next,
      ...(sitting.digest !== undefined && next !== moved.snapshot && { again: true }),
      owed: [...sitting.owed, ...moved.messages.map((message) => ({ message, void: false }))],
      events: sitting.events,
    }
    if (!(await mark(this.parts, sitting, what))) throw new LostClaim()
    sitting.marked = true
    const result = await this.parts.directory.setPassword({
      id: who.id,
      secret: change.secret,
      expect: who.credentialVersion,
      act: what.act,
      deadline,
      deadlineHere,
      ...(change.mustChange === true && { mustChange: true }),
      ...(sitting.program.machine.ensure.includes('clearLockout') && { clearLockout: true }),
    })
    switch (result.is) {
      case 'done':
        return {
          is: 'applied',
          snapshot: afterChange(moved.snapshot, result.credentialVersion, sitting),
          owed: owedTo(person, this.parts.clock.milliseconds(), sitting),
        }
      case 'refused':
        // A silent step cannot be answered better.
        return {
          is: 'not-applied',
          verdict: node.definition.kind === undefined ? failed('policy') : rejected('policy', '/password', result.failures),
        }
      case 'changed-meanwhile':
        return { is: 'not-applied', verdict: failed('already-changed'), problem: 'already-changed', final: true }
    }
  }

  /** Makes an applied change final before the next step is entered; the lease stays ours. */
  async commitBetween(sitting: Sitting): Promise<void> {
    if (!(await commit(this.parts, sitting, { release: false }))) throw new LostClaim()
    sitting.dirty = true
  }

  /**
   * Finds out what became of a marked change, for whoever claims the conversation next.
   * @param samePassword the secret of the same request sent again, for directories that remember no acts.
   */
  async resolve(sitting: Sitting, mark: Mark, samePassword: Secret | undefined): Promise<Resolved> {
    const { directory } = this.parts
    const known = await directory.read(mark.principal)
    if (!known) return 'superseded'
    if (known.credentialVersion === mark.expect) return 'dropped'
    const owed = owedTo(known, mark.deadline ?? sitting.now * 1_000, sitting)
    const lastAct = await directory.lastAct(mark.principal)
    const ours =
      lastAct === undefined
        ? samePassword === undefined || (await directory.verifyPassword(mark.principal, samePassword))
        : lastAct === mark.act
    // Whether it was written before the later one cannot be told any more. The later one has told the person; tokens end in either case.
    if (!ours) {
      sitting.owed.push(...owed.filter((owing) => 'revokes' in owing))
      return 'superseded'
    }
    if (mark.again === true) {
      // What was generated is known to nobody: the caller's request makes another one, over the credential as it now is.
      const { who } = sitting.snapshot
      if (who) sitting.snapshot = { ...sitting.snapshot, who: rechanged(who, known.credentialVersion, sitting) }
      sitting.owed.push(...owed)
      return 'to-be-made-again'
    }
    sitting.snapshot = afterChange(mark.next, known.credentialVersion, { ...sitting, digest: mark.digest })
    sitting.digest = mark.digest
    sitting.moved = true
    sitting.dirty = true
    sitting.owed.push(...mark.owed, ...owed)
    sitting.events.push(...(mark.events ?? []))
    return 'applied'
  }

  /**
   * Whether what a step would bring about is earned, a new password or a login session: the proof is counted again, each address proved must
   * still be the person's, the credential must be the one they were named under, and a first password is one for somebody without any.
   */
  async isEarned(sitting: Sitting, step: LinkedStep, person: Principal): Promise<boolean> {
    const earned = this.#earned(sitting, step, person) && (await this.#sessionHolds(sitting))
    if (!earned && sitting.snapshot.who?.shadow !== true) this.#alarm(sitting, step.node.id)
    return earned
  }

  /** A proof by session is good for as long as the session is: the request that changes something must bring it again. */
  async #sessionHolds({ snapshot, request }: Sitting): Promise<boolean> {
    if (snapshot.evidence.every((one) => one.class !== 'session')) return true
    const { bearers } = this.parts
    const bearer = request?.bearer && (await bearers?.verify(request.bearer))
    return bearer !== undefined && bearer.principal === snapshot.who?.id
  }

  #earned({ snapshot, program }: Sitting, { definition }: LinkedStep, person: Principal): boolean {
    const { digests } = this.parts
    const first = definition.first === true
    return (
      !(first && person.hasPassword) &&
      snapshot.who?.shadow === false &&
      earns(program.machine.require, snapshot.evidence, person.id, first) &&
      snapshot.evidence.every(({ subject }) => subject === undefined || subject.digest === digests.ofSubject(subject.attribute, person))
    )
  }

  #alarm({ snapshot, program, now }: Sitting, step: string): void {
    this.parts.audit.record({
      event: 'unearned-change',
      alarm: true,
      at: now,
      flow: program.machine.flow,
      dialect: snapshot.dialect,
      conversation: snapshot.id,
      step,
      ...(snapshot.who && { who: snapshot.who.digest }),
    })
  }
}

/** Where the conversation stands after its change: on the new credential version, and unsettled while steps are still to be entered. */
function afterChange(
  next: Snapshot,
  credentialVersion: string,
  { digest, snapshot, program }: Pick<Sitting, 'digest' | 'snapshot' | 'program'>,
): Snapshot {
  const who = next.who ?? snapshot.who
  return {
    ...next,
    who: who && rechanged(who, credentialVersion, { program }),
    unsettled: next.ended === undefined ? (digest ?? '') : next.unsettled,
  }
}

/** Whom the conversation is about, after their change: a lock that it has ended is none that somebody has set meanwhile. */
function rechanged(who: Who, credentialVersion: string, { program }: Pick<Sitting, 'program'>): Who {
  const unlocked = who.state === 'locked' && program.machine.ensure.includes('clearLockout')
  return { ...who, credentialVersion, ...(unlocked && { state: 'active' as const }) }
}

/**
 * What the flow ensures after a change, beside the end of a lock, which is part of the change itself: that bearer tokens are over, and that the
 * person is told, at the address that the directory held before.
 * @param changedAt milliseconds since the epoch: when it was written, at the latest.
 */
function owedTo(person: Principal, changedAt: number, { program }: Pick<Sitting, 'program'>): readonly Owing[] {
  const { ensure } = program.machine
  const { id, mail, givenName, userName } = person
  return [
    ...(ensure.includes('revokeSessions') ? [{ revokes: id, until: Math.floor(changedAt / 1_000) }] : []),
    ...(ensure.includes('notify') && mail !== undefined
      ? [
          {
            message: { channel: 'email', template: 'password-changed', to: mail, values: { name: givenName ?? userName } },
            void: false,
          } as const,
        ]
      : []),
  ]
}
