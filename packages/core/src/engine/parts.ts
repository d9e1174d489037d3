import type { Rate } from '../machine/machine.js'
import type { Audit } from '../ports/audit.js'
import type { Bearers } from '../ports/bearers.js'
import type { Budgets } from '../ports/budgets.js'
import type { Conversations } from '../ports/conversations.js'
import type { Directory } from '../ports/directory.js'
import type { Clock } from './clock.js'
import type { Digests } from './digests.js'
import type { Views } from './view-of.js'

/** What the engine works with, resolved once at start. */
export interface EngineParts {
  readonly conversations: Conversations
  readonly budgets: Budgets
  readonly directory: Directory
  readonly audit: Audit
  /** Absent where no step asks who a bearer token speaks for. */
  readonly bearers: Bearers | undefined
  readonly digests: Digests
  readonly views: Views
  readonly clock: Clock
  /** Life of a claim in milliseconds: longer than any honest judging, shorter than a person's patience. */
  readonly leaseMs: number
  /** Conversations that may begin in all: what strangers can make the store hold, from however many addresses they come. None when absent. */
  readonly startCeiling?: Rate
  /** Whether messages tell the network address of whoever asked for them. */
  readonly tellsAddress?: boolean
  /** Takes faults that are answered as `unavailable`; it must not throw. */
  readonly report: (fault: unknown, requestId: string | undefined) => void
}
