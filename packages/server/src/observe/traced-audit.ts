import type { Audit, AuditEvent } from '@rekey/core'
import type { Tracing } from './tracing.js'

/** Adds the id of the trace to events that are told within one, so that the trail leads to it. */
export class TracedAudit implements Audit {
  constructor(
    private readonly inner: Audit,
    private readonly tracing: Pick<Tracing, 'traceId'>,
  ) {}

  record(event: AuditEvent): void {
    this.inner.record(this.#traced(event))
  }

  /** The trace is that of the delivery, which is linked to the request's. */
  async keep(events: readonly AuditEvent[]): Promise<void> {
    const traced = events.map((event) => this.#traced(event))
    if (this.inner.keep) await this.inner.keep(traced)
    else for (const event of traced) this.inner.record(event)
  }

  #traced(event: AuditEvent): AuditEvent {
    const trace = this.tracing.traceId()
    return trace === undefined ? event : { ...event, more: { ...event.more, trace } }
  }
}
