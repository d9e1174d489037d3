import type { Audit, AuditEvent } from '@rekey/core'
import type { Metrics } from './metrics.js'

/** Counts what is recorded, and hands it on. */
export class CountingAudit implements Audit {
  constructor(
    private readonly inner: Audit,
    private readonly metrics: Metrics,
  ) {}

  record(event: AuditEvent): void {
    this.metrics.event(event)
    this.inner.record(event)
  }

  /** Counted once they are kept: what stays owed comes again. */
  async keep(events: readonly AuditEvent[]): Promise<void> {
    if (this.inner.keep) await this.inner.keep(events)
    else for (const event of events) this.inner.record(event)
    for (const event of events) this.metrics.event(event)
  }
}
