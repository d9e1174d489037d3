import type { Audit, AuditEvent } from '@rekey/core'
import type { Logger } from 'pino'

/** The audit trail as lines of the log: `"audit":true`, and alarms as warnings. */
export class LogAudit implements Audit {
  readonly #lines: Logger

  constructor(log: Logger) {
    this.#lines = log.child({ audit: true })
  }

  record(event: AuditEvent): void {
    if (event.alarm === true) this.#lines.warn(event)
    else this.#lines.info(event)
  }
}
