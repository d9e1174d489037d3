import { service } from '../step/service.js'
import type { JsonObject } from '../step/json.js'

/** One line of the story of a conversation. It holds no secret and no identifier in clear. */
export interface AuditEvent {
  /** `started`, `named`, `opened`, `sent`, `passed`, `skipped`, `refused`, `failed`, `returned`, `changed`, `ended`, or an alarm such as `token-forged`, `replayed`. */
  readonly event: string
  readonly alarm?: boolean
  readonly at: number
  readonly flow?: string
  readonly dialect?: string
  readonly conversation?: string
  readonly step?: string
  readonly reason?: string
  /** Keyed digest of the identifier that was given. */
  readonly who?: string
  readonly address?: string
  readonly requestId?: string
  readonly more?: JsonObject
}

/** Takes events without delay; it queues and never throws. */
export interface Audit {
  record(event: AuditEvent): void
}

export const Audit = service<Audit>('Audit')
