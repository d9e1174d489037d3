import type { Audit, AuditEvent } from '@rekey/core'
import { once, type EventEmitter } from 'node:events'
import type { Logger } from 'pino'
import { linesOnTheirWay } from './logger.js'

/** The audit trail as lines of the log: `"audit":true`, and alarms as warnings. */
export class LogAudit implements Audit {
  readonly #lines: Logger
  /** Until the last line has left; whoever keeps something meanwhile waits for the same. */
  #leaving: Promise<unknown> | undefined

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
    if (writing) await (this.#leaving ??= this.#left(writing))
  }

  #left(writing: EventEmitter): Promise<unknown> {
    const isOver = (): void => {
      this.#leaving = undefined
    }
    // At once, not a turn later: what is recorded from then on leaves with the next lines.
    writing.once('drain', isOver)
    return once(writing, 'drain').catch((fault: unknown) => {
      writing.off('drain', isOver)
      isOver()
      throw fault
    })
  }
}
