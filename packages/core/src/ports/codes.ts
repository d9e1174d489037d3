import type { CodeFormat, Round } from '../step/message.js'
import type { Secret } from '../step/secret.js'
import { service } from '../step/service.js'

/** One-time codes, derived from the round and a key, so that none is ever stored. */
export interface Codes {
  of(round: Round, format: CodeFormat): Secret
  /** Compares in constant time. */
  matches(given: Secret, round: Round, format: CodeFormat): boolean
}

export const Codes = service<Codes>('Codes')
