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
}
