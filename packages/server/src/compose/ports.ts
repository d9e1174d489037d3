import type { Audit, Directory, Mailer, Sms, Validator } from '@rekey/core'
import type { MemoryStore } from '@rekey/core/memory'

/** The ports of one store. */
export type StorePorts = Pick<MemoryStore, 'conversations' | 'outbox' | 'budgets' | 'machines' | 'sessions' | 'once'>

/** The parts that hold state or reach outside. */
export interface Ports extends StorePorts {
  readonly directory: Directory
  readonly mailer: Mailer
  readonly sms: Sms
  readonly validator: Validator
  readonly audit: Audit
}

/** What must be let go of when the server stops, in reverse order. */
export type Closers = (() => Promise<unknown> | void)[]
