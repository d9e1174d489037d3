import type { Who } from '../machine/snapshot.js'
import type { TryBudget } from '../ports/budgets.js'
import type { Message } from '../step/message.js'
import { decoyId } from './decoy.js'
import type { EngineParts } from './parts.js'
import type { People } from './people.js'
import type { LinkedStep } from './program.js'
import { note, type Sitting } from './sitting.js'
import { tryKey } from './try-key.js'

const DAY_SECONDS = 86_400

/** Longer than a year, so that nobody has more guesses in one than a row allows. */
const ROW_KEPT_SECONDS = 400 * DAY_SECONDS

/** Of names that nobody has, no longer than window and wait: no try is right whatever is counted, and strangers can make up any number of names. */
const DECOY_ROW_KEPT_SECONDS = 0

/**
 * The failed proofs of one person, one count for each type of step, over all conversations: wrong codes of a stranger's reset must not shut
 * the log-in. They are silent: whoever has used them up, or has to wait, goes on as a shadow.
 * Source: NIST SP 800-63B-4 section 3.2.2, at most 100 failures in a row.
 */
export class Tries {
  constructor(
    private readonly parts: EngineParts,
    private readonly people: People,
  ) {}

  /** Counts a try before it is judged, in the shared store: whatever dies afterwards, the try stays counted. */
  async count(sitting: Sitting, { node }: LinkedStep): Promise<void> {
    const { who } = sitting.snapshot
    if (!who) return
    const counted = await this.parts.budgets.attempt(this.#budget(sitting, who, node.type))
    sitting.tried = counted.is === 'free'
    if (counted.is === 'free') return
    sitting.snapshot = { ...sitting.snapshot, who: { ...who, shadow: true } }
    note(sitting, 'limited', node.id, counted.by === 'window' ? 'failures' : 'failures-in-row')
    if (counted.first) {
      const person = await this.people.of(sitting)
      const real = sitting.person?.known?.mail !== undefined
      const message: Message = {
        channel: 'email',
        template: 'attempts-notice',
        to: person?.mail ?? '',
        values: { name: person?.givenName ?? '' },
      }
      sitting.owed.push({ message, void: !real })
    }
  }

  /**
   * A try that nobody judged, because the directory was away, is no failure: whoever sends a right answer again and again would be locked out by it. It
   * tells nobody anything. Where the store is away as well it stays counted.
   */
  async withdraw(sitting: Sitting, { node }: LinkedStep): Promise<void> {
    const { who } = sitting.snapshot
    if (!who || !sitting.tried) return
    sitting.tried = false
    await this.parts.budgets
      .withdraw(tryKey(this.parts.digests, who.id, node.type))
      .catch((fault: unknown) => this.parts.report(fault, sitting.request?.requestId))
  }

  /**
   * A right answer is no failure, and ends the row; so does a link that was followed, which no try was counted for. No shadow comes here. It
   * travels with the commit; where it is lost, the try stays counted and the answer holds.
   */
  forgive(sitting: Sitting, { node }: LinkedStep): void {
    const { who } = sitting.snapshot
    if (!who) return
    const forgiven = this.parts.budgets.succeed(tryKey(this.parts.digests, who.id, node.type), sitting.tried)
    sitting.beside.push(forgiven.catch((fault: unknown) => this.parts.report(fault, sitting.request?.requestId)))
  }

  #budget(sitting: Sitting, who: Who, type: string): TryBudget {
    const { digests } = this.parts
    const { principal, inRow } = sitting.program.machine.limits.failures
    return {
      key: tryKey(digests, who.id, type),
      limit: principal.count,
      windowSeconds: principal.seconds,
      inRow,
      keptSeconds: who.id === decoyId(who.digest, digests) ? DECOY_ROW_KEPT_SECONDS : ROW_KEPT_SECONDS,
    }
  }
}
