import { service } from '../step/service.js'
import type { JsonObject } from '../step/json.js'

/** One line of the story of a conversation. It holds no secret and no identifier in clear. What is undefined is not told. */
export interface AuditEvent {
  /** Names an event that a commit owes. Such an event is told at least once: of two lines with one id the later one repeats the first. */
  readonly id?: string
  /** `started`, `named`, `opened`, `sent`, `passed`, `skipped`, `refused`, `failed`, `returned`, `changed`, `ended`, or an alarm such as `token-forged`, `replayed`. */
  readonly event: string
  readonly alarm?: boolean
  readonly at: number
  readonly flow?: string | undefined
  readonly dialect?: string
  readonly conversation?: string
  readonly step?: string | undefined
  readonly reason?: string | undefined
  /** Keyed digest of the identifier that was given. */
  readonly who?: string | undefined
  readonly address?: string | undefined
  readonly requestId?: string | undefined
  readonly more?: JsonObject
}

/** Takes events. */
export interface Audit {
  /** Takes an event without delay: it queues and never throws. What is queued is lost with the process. */
  record(event: AuditEvent): void
  /**
   * Takes events that are owed, all of them in this order, and ends once they outlive this process. Absent where `record` is as good.
   * @throws when that cannot be promised; the events stay owed.
   */
  keep?(events: readonly AuditEvent[]): Promise<void>
}

export const Audit = service<Audit>('Audit')
