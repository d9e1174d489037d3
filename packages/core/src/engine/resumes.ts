import type { Json } from '../step/json.js'
import { isRound } from '../machine/snapshot.js'
import type { Acts } from './acts.js'
import type { Carriers, Reference } from './carriers.js'
import type { Claimed, Claims } from './claims.js'
import type { Clock } from './clock.js'
import type { ServedFlow } from './flow-book.js'
import type { Answer, Intent } from './intent.js'
import { isTheirs } from './is-theirs.js'
import type { EngineParts } from './parts.js'
import type { Polls } from './polls.js'
import type { Replies } from './replies.js'
import type { Settlements } from './settlements.js'
import type { Sitting } from './sitting.js'
import type { Sittings } from './sittings.js'
import type { Story } from './story.js'
import type { Reply } from './view.js'

/** Goes on with conversations that requests carry: reads them, or claims and judges. */
export class Resumes {
  constructor(
    private readonly parts: EngineParts,
    private readonly carriers: Carriers,
    private readonly claims: Claims,
    private readonly clock: Clock,
    private readonly sittings: Sittings,
    private readonly settlements: Settlements,
    private readonly acts: Acts,
    private readonly polls: Polls,
    private readonly replies: Replies,
    private readonly story: Story,
  ) {}

  async resume(flow: ServedFlow | undefined, intent: Intent): Promise<Reply> {
    const reference = this.carriers.read(intent, this.clock.seconds())
    if (reference.is === 'refused') {
      if (!flow && intent.flow !== '') return { problem: { code: 'flow-unknown' } }
      this.story.tell(intent, { event: 'token-refused', alarm: true, reason: reference.code, ...(flow && { flow: flow.flow }) })
      return { problem: { code: reference.code } }
    }
    if (intent.fault) return { problem: intent.fault }
    return intent.act === 'look' || intent.act === 'poll' ? this.look(intent, reference) : this.claimAndJudge(intent, reference)
  }

  /** Reads only; a poll that finds an approval goes on to claim. */
  async look(intent: Intent, reference: Reference): Promise<Reply> {
    const stored = await this.parts.conversations.look(reference.id)
    if (!stored) return { problem: { code: 'token-invalid' } }
    const sitting = await this.sittings.read(reference.id, stored, intent)
    if (sitting && sitting.snapshot.dialect !== intent.dialect) return { problem: { code: 'token-invalid' } }
    if (reference.version !== undefined && stored.version !== reference.version)
      return { problem: { code: stored.ended ? 'ended' : 'spent' } }
    if (!sitting) return { problem: { code: 'unavailable' } }
    if (!(await isTheirs(this.parts, sitting, intent))) return { problem: { code: 'token-invalid' } }
    const { snapshot } = sitting
    if (reference.round !== undefined && !isRound(snapshot, reference.round)) return { problem: { code: 'out-of-turn' } }
    if (intent.act === 'poll') {
      if (snapshot.approvedRound === snapshot.round && this.polls.isOpen(sitting, intent.target))
        return this.claimAndJudge(intent, reference)
      if (snapshot.ended && !this.polls.endedBy(sitting, intent.target)) return { problem: { code: 'ended' } }
      if (this.polls.found(sitting, intent.target) === undefined) return { problem: { code: 'out-of-turn' } }
    }
    return this.replies.of(sitting, intent)
  }

  async claimAndJudge(intent: Intent, reference: Reference): Promise<Reply> {
    const digest = this.#digestOf(intent, reference)
    const claimed = await this.claims.claim(reference, digest)
    switch (claimed.is) {
      case 'unknown':
        return { problem: { code: 'token-invalid' } }
      case 'busy':
        return { problem: { code: 'unavailable' } }
      case 'spent':
        this.story.tell(intent, { event: 'token-spent', alarm: true, conversation: reference.id })
        return { problem: { code: 'spent' } }
      case 'replayed':
        return this.replies.replay(reference.id, claimed, intent)
      case 'claimed':
        return this.claims.holding(claimed.claim, async (held) => {
          const sitting = await this.sittings.claimed(claimed, intent, digest)
          if (!sitting) {
            await this.parts.conversations.release(claimed.claim)
            return { problem: { code: 'unavailable' } }
          }
          held(sitting)
          return this.#judgeClaimed(sitting, intent, claimed, reference)
        })
    }
  }

  /** What is done once, however often it is sent. A poll, a link and a resend are meant each time; so is opening where no version tells twice from once. */
  #digestOf({ act, target, answers, slot }: Intent, { id, version }: Reference): string | undefined {
    if (act === 'resend' || act === 'poll' || act === 'approve' || act === 'deny') return undefined
    if (version === undefined && (act === 'open' || act === 'become')) return undefined
    return this.parts.digests.ofRequest(id, act, version, typeof target === 'object' ? target.name : (target ?? slot), digestible(answers))
  }

  async #judgeClaimed(sitting: Sitting, intent: Intent, { mark, ended }: Claimed, reference: Reference): Promise<Reply> {
    if (sitting.snapshot.dialect !== intent.dialect) {
      if (sitting.claim) await this.parts.conversations.release(sitting.claim)
      return { problem: { code: 'token-invalid' } }
    }
    const isUnsettled = mark !== undefined || sitting.snapshot.unsettled !== undefined
    const settled = isUnsettled ? await this.settlements.settle(sitting, mark, intent) : undefined
    if (settled?.is === 'decided') {
      const reply = await this.replies.commit(sitting, intent)
      return settled.problem ? { problem: settled.problem } : reply
    }
    // Not before: whoever repeats the request that changed the password may have lost the log-in by that very change.
    if (intent.toItsPerson === true && !(await isTheirs(this.parts, sitting, intent))) {
      if (sitting.claim) await this.parts.conversations.release(sitting.claim)
      return { problem: { code: 'token-invalid' } }
    }
    if (ended || sitting.snapshot.ended) {
      const told = intent.act === 'cancel' || (intent.act === 'poll' && this.polls.endedBy(sitting, intent.target))
      const completed = sitting.snapshot.ended?.as === 'completed'
      sitting.problem = told ? undefined : { code: 'ended', ...(completed && { reason: 'completed' }) }
    } else {
      await this.acts.carryOut(sitting, intent, reference)
    }
    if (sitting.dirty) return this.replies.commit(sitting, intent)
    if (sitting.claim) await this.parts.conversations.release(sitting.claim)
    return sitting.problem?.code === 'ended' ? { problem: sitting.problem } : this.replies.of(sitting, intent)
  }
}

/** What a request digest covers: the answers as they came. */
function digestible(answers: readonly Answer[]): Json {
  return answers.map((answer) => (answer.kind === 'open' ? answer.input : { kind: answer.kind, value: answer.value }))
}
