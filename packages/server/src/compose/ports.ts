import type { Audit, Captcha, Directory, Mailer, Sms, Validator } from '@rekey/core'
import type { MemoryStore } from '@rekey/core/memory'
import type { OutboxFigures } from '../observe/metrics.js'

/** The ports of one store. */
export interface StorePorts extends Pick<MemoryStore, 'conversations' | 'outbox' | 'budgets' | 'machines' | 'sessions' | 'once'> {
  /** How full the outbox is, where the store can tell without reading it. */
  readonly outboxFigures?: () => Promise<OutboxFigures>
  /** By which policy the store drops what we count on when it is full; absent where it drops nothing. */
  readonly evicts?: string
}

/** The parts that hold state or reach outside. */
export interface Ports extends StorePorts {
  readonly directory: Directory
  readonly mailer: Mailer
  readonly sms: Sms
  readonly validator: Validator
  readonly captcha: Captcha
  readonly audit: Audit
}

/** What must be let go of when the server stops, in reverse order. */
export type Closers = (() => Promise<unknown> | void)[]
