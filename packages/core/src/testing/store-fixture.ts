import type { Budgets } from '../ports/budgets.js'
import type { Conversations } from '../ports/conversations.js'
import type { Machines } from '../ports/machines.js'
import type { Once } from '../ports/once.js'
import type { Outbox, OutboxSettings } from '../ports/outbox.js'
import type { Sessions } from '../ports/sessions.js'

/** What a case asks of the store it opens. */
export interface StoreWishes {
  readonly retryWindowMs?: number
  readonly outbox?: Partial<OutboxSettings>
}

/** A fresh, empty store. Cases wait for real milliseconds, so a store needs no clock that can be moved. */
export interface StoreFixture {
  readonly conversations: Conversations
  /** The same store as other processes reach it; the same object again where there is only one way. */
  readonly others: readonly Conversations[]
  readonly outbox: Outbox
  readonly budgets: Budgets
  readonly machines: Machines
  readonly sessions: Sessions
  readonly once: Once
  /** Frees what was opened. The store's content may stay, to be looked at. */
  close(): Promise<void>
}

/** Opens a store that nobody else uses. */
export type OpenStore = (wishes?: StoreWishes) => Promise<StoreFixture>
