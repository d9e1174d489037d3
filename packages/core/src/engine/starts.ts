import type { Snapshot } from '../machine/snapshot.js'
import type { Budget } from '../ports/budgets.js'
import { addressBlock } from './address-block.js'
import type { Carriers } from './carriers.js'
import type { Clock } from './clock.js'
import { decodeSnapshot } from './encoding.js'
import type { ServedFlow } from './flow-book.js'
import type { Intent } from './intent.js'
import type { Judge } from './judge.js'
import { lookAhead } from './lookahead.js'
import type { EngineParts } from './parts.js'
import type { Previews } from './previews.js'
import { isRepeatable, repeatIds } from './repeats.js'
import type { Replies } from './replies.js'
import type { Resumes } from './resumes.js'
import type { Sitting } from './sitting.js'
import type { Sittings } from './sittings.js'
import type { Story } from './story.js'
import type { Reply } from './view.js'

interface Before {
  readonly id: string
  /** Undefined where none stands there. */
  readonly snapshot: Snapshot | undefined
}

/** Begins conversations, and says what they would begin with. */
export class Starts {
  constructor(
    private readonly parts: EngineParts,
    private readonly carriers: Carriers,
    private readonly clock: Clock,
    private readonly sittings: Sittings,
    private readonly judge: Judge,
    private readonly previews: Previews,
    private readonly resumes: Resumes,
    private readonly replies: Replies,
    private readonly story: Story,
  ) {}

  /** What the first step asks; stores nothing. */
  async describe(flow: ServedFlow, intent: Intent): Promise<Reply> {
    if (intent.fault) return { problem: intent.fault }
    const sitting = this.sittings.fresh(flow, intent)
    const [first] = lookAhead(sitting, 0, undefined)
    const node = first?.is === 'choose' ? first.choice : (first?.step ?? flow.program.nodes[0])
    if (!node) return { problem: { code: 'unavailable' } }
    const { snapshot } = sitting
    const { views } = this.parts
    if (node.is === 'choose') {
      const requirement = views.choice(snapshot, node.node.id, [])
      return { view: { is: 'described', flow: flow.flow, step: requirement.step, requirement } }
    }
    const step = { id: node.node.id, type: node.node.type }
    const asked = await this.previews.preview(sitting, node)
    if (!asked) return { view: { is: 'described', flow: flow.flow, step } }
    return { view: { is: 'described', flow: flow.flow, step, requirement: views.requirement(node, snapshot, asked, true) } }
  }

  async start(flow: ServedFlow, intent: Intent): Promise<Reply> {
    const running = await this.#leaveRunning(intent)
    if (running) return running
    const sitting = this.sittings.fresh(flow, intent)
    const judgesCaller = this.judge.judgesCaller(sitting)
    const looking = this.#before(sitting, intent)
    // Its fault is thrown where what was found is needed, and not before the start was counted.
    looking.catch(() => undefined)
    // Every start counts before anything is judged; a caller who proves itself is not limited by its address, and gets the try back.
    const tooMany = await this.#tooManyStarts(flow, intent, judgesCaller)
    if (tooMany) return { problem: { code: judgesCaller ? 'caller-refused' : 'limited' } }
    await this.judge.admit(sitting)
    if (judgesCaller && !sitting.problem) await this.parts.budgets.refund([this.#startBudget(flow, intent)])
    if (!sitting.problem && intent.fault) return { problem: intent.fault }
    const repeated = sitting.problem ? undefined : await this.#repeat(sitting, intent, await looking)
    if (repeated) return repeated
    try {
      const reply = await this.#begin(sitting, flow, intent)
      // Of two equal starts at once the second finds its id taken by the first.
      if (reply.problem?.code !== 'unavailable') return reply
      return (await this.#repeat(sitting, intent, await this.#before(sitting, intent))) ?? reply
    } finally {
      sitting.stopRenewing?.()
    }
  }

  /** What stands where an equal start would have been stored before this one, the latest first. */
  async #before({ now }: Sitting, intent: Intent): Promise<readonly Before[]> {
    const { repeats } = intent
    if (!repeats) return []
    const { digests, conversations } = this.parts
    return Promise.all(
      repeatIds(digests, intent, repeats, now).map(async (id) => {
        const stored = await conversations.look(id)
        return { id, snapshot: stored && decodeSnapshot(id, stored.body) }
      }),
    )
  }

  /** A start that repeats another one goes on with that one's conversation; the first of them gets the id under which it is found. */
  async #repeat(sitting: Sitting, { repeats, ...rest }: Intent, before: readonly Before[]): Promise<Reply | undefined> {
    if (!repeats) return undefined
    const found = before.find(({ snapshot }) => snapshot && isRepeatable(snapshot, repeats, sitting.now))
    if (found) return this.resumes.claimAndJudge({ ...rest, act: 'resend', answers: [] }, { is: 'conversation', id: found.id })
    const [latest] = before
    if (latest && !latest.snapshot) sitting.snapshot = { ...sitting.snapshot, id: latest.id }
    return undefined
  }

  async #begin(sitting: Sitting, flow: ServedFlow, intent: Intent): Promise<Reply> {
    await this.judge.advance(sitting, intent.answers)
    const { snapshot, claim, owed, problem, moved } = sitting
    sitting.events.unshift(this.story.of(intent, { event: 'started', flow: flow.flow, conversation: snapshot.id }))
    const refusedAtTheDoor = problem !== undefined && !moved
    if (claim !== undefined || owed.length > 0 || (!refusedAtTheDoor && !snapshot.ended)) return this.replies.commit(sitting, intent)
    // Nothing to come back with: it was refused at the door, or began and ended in this request.
    await Promise.all(sitting.beside.splice(0))
    for (const event of sitting.events) this.parts.audit.record(event)
    return refusedAtTheDoor ? { problem } : this.replies.of(sitting, intent)
  }

  /** A start that its own address may not make takes nothing from the others. A flow that begins with its caller stores nothing of a stranger. */
  async #tooManyStarts(flow: ServedFlow, intent: Intent, judgesCaller: boolean): Promise<boolean> {
    const { budgets, startCeiling } = this.parts
    const own = this.#startBudget(flow, intent)
    const all = startCeiling && !judgesCaller ? [{ key: 'starts', limit: startCeiling.count, windowSeconds: startCeiling.seconds }] : []
    const [starts = 0, startsOfAll = 0] = await budgets.count([own, ...all])
    const [tooMany, tooManyOfAll] = [starts > own.limit, all.some(({ limit }) => startsOfAll > limit)]
    if (tooMany) await budgets.refund(all)
    if (tooMany || tooManyOfAll)
      this.story.tell(intent, { event: 'limited', reason: tooMany ? 'starts' : 'starts-of-all', flow: flow.flow })
    return tooMany || tooManyOfAll
  }

  #startBudget({ program }: ServedFlow, { request }: Intent): Budget {
    const { count, seconds } = program.machine.limits.starts.address
    return { key: `starts:${this.parts.digests.of('address', addressBlock(request.address))}`, limit: count, windowSeconds: seconds }
  }

  /** A start that brings a conversation along: refused while that one lives, or it is ended first, as the dialect says. */
  async #leaveRunning(intent: Intent): Promise<Reply | undefined> {
    const reference = intent.carried === undefined ? undefined : this.carriers.read({ ...intent, flow: '' }, this.clock.seconds())
    if (reference?.is !== 'conversation' || intent.whileRunning === undefined) return undefined
    const { fault: _own, target: _of, ...rest } = intent
    const { view } = await this.resumes.look({ ...rest, act: 'look' }, reference)
    if (view?.is !== 'open') return undefined
    if (intent.whileRunning === 'refuse') return { view, problem: { code: 'out-of-turn' } }
    await this.resumes.claimAndJudge({ ...rest, act: 'cancel', answers: [] }, reference)
    return undefined
  }
}
