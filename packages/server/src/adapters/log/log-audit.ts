import type { Audit, AuditEvent } from '@rekey/core'
import { once } from 'node:events'
import type { Logger } from 'pino'
import { linesOnTheirWay } from './logger.js'

/** The audit trail as lines of the log: `"audit":true`, and alarms as warnings. */
export class LogAudit implements Audit {
  readonly #lines: Logger

  constructor(private readonly log: Logger) {
    this.#lines = log.child({ audit: true })
  }

  record(event: AuditEvent): void {
    if (event.alarm === true) this.#lines.warn(event)
    else this.#lines.info(event)
  }

  /** Ends once the lines have left this process. */
  async keep(events: readonly AuditEvent[]): Promise<void> {
    for (const event of events) this.record(event)
    const writing = linesOnTheirWay(this.log)
    if (writing) await once(writing, 'drain')
  }
}
