import type { Budgets } from '../ports/budgets.js'
import { RETRY_WINDOW_MS } from '../ports/conversations.js'
import type { Conversations } from '../ports/conversations.js'
import type { Machines } from '../ports/machines.js'
import type { Once } from '../ports/once.js'
import { OUTBOX_DEFAULTS } from '../ports/outbox.js'
import type { Outbox, OutboxSettings } from '../ports/outbox.js'
import type { Sessions } from '../ports/sessions.js'
import type { Clock } from './clock.js'
import { MemoryBudgets } from './memory-budgets.js'
import { MemoryConversations } from './memory-conversations.js'
import { MemoryMachines } from './memory-machines.js'
import { MemoryOnce } from './memory-once.js'
import { MemoryOutbox } from './memory-outbox.js'
import { MemorySessions } from './memory-sessions.js'

export interface MemoryStoreOptions {
  /** The clock of the whole store; the system's when absent. */
  readonly now?: Clock
  /** Milliseconds that replies are kept; `RETRY_WINDOW_MS` when absent. */
  readonly retryWindowMs?: number
  readonly outbox?: Partial<OutboxSettings>
}

/** The ports of one store that share its clock. */
export interface MemoryStore {
  readonly conversations: Conversations
  readonly outbox: Outbox
  readonly budgets: Budgets
  readonly machines: Machines
  readonly sessions: Sessions
  readonly once: Once
  /** Tells the store that a clock given as `now` was moved, so that what has become due is handed out. */
  readonly tick: () => void
}

/** The embedded store: everything in this process, gone when it ends. */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const now = options.now ?? Date.now
  const outbox = new MemoryOutbox(now, { ...OUTBOX_DEFAULTS, ...options.outbox })
  return {
    conversations: new MemoryConversations(now, outbox, options.retryWindowMs ?? RETRY_WINDOW_MS),
    outbox,
    budgets: new MemoryBudgets(now),
    machines: new MemoryMachines(now),
    sessions: new MemorySessions(now),
    once: new MemoryOnce(now),
    tick: () => outbox.tick(),
  }
}
