import type { Audit, AuditEvent } from '../ports/audit.js'
import type { Clock } from './clock.js'
import type { Intent } from './intent.js'

/** Tells the audit trail what requests did. */
export class Story {
  constructor(
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Tells at once. */
  tell(intent: Intent, event: Omit<AuditEvent, 'at'>): void {
    this.audit.record(this.of(intent, event))
  }

  /** An event that a commit will tell. */
  of(intent: Intent, event: Omit<AuditEvent, 'at'>): AuditEvent {
    const { address, requestId } = intent.request
    return { ...event, at: this.clock.seconds(), dialect: intent.dialect, address, requestId }
  }
}
