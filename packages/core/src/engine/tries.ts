import type { Who } from '../machine/snapshot.js'
import type { Message } from '../step/message.js'
import type { EngineParts } from './parts.js'
import type { People } from './people.js'
import type { LinkedStep } from './program.js'
import { note, type Sitting } from './sitting.js'

/**
 * The budgets of failed proofs of one person, one for each type of step, over all conversations: wrong codes of a stranger's reset must not shut
 * the log-in. They are silent: whoever has used one up goes on as a shadow.
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
    const budget = this.#budget(sitting, who, node.type)
    const [count = 0] = await this.parts.budgets.count([budget])
    sitting.tried = true
    if (count <= budget.limit) return
    sitting.snapshot = { ...sitting.snapshot, who: { ...who, shadow: true } }
    note(sitting, 'limited', node.id, 'failures')
    if (count === budget.limit + 1) {
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

  /** A right answer is no failure. */
  async forgive(sitting: Sitting, { node }: LinkedStep): Promise<void> {
    const { who } = sitting.snapshot
    if (who && sitting.tried) await this.parts.budgets.refund([this.#budget(sitting, who, node.type)])
  }

  #budget(sitting: Sitting, who: Who, type: string) {
    const { count, seconds } = sitting.program.machine.limits.failures.principal
    return { key: `failures:${this.parts.digests.of('person', who.id, type)}`, limit: count, windowSeconds: seconds }
  }
}
