import type { Secret } from '../step/secret.js'
import { service } from '../step/service.js'
import type { JsonObject } from '../step/json.js'
import type { PolicyFailure } from '../step/verdict.js'
import type { Principal } from './directory.js'

/** One rule of the policy, for wires that print the rules. */
export interface PolicyRule {
  readonly id: string
  readonly rule: string
  readonly params: JsonObject
}

/** Judges new passwords. */
export interface PasswordPolicy {
  /** The rules in force, in the order they are checked. */
  rules(): readonly PolicyRule[]
  /** Rules that need nobody: length, classes, common words. */
  checkStatic(secret: Secret): readonly PolicyFailure[]
  /** All rules, those about the person's own data and history included; an empty list is a good password. */
  check(secret: Secret, principal: Principal): Promise<readonly PolicyFailure[]>
}

export const PasswordPolicy = service<PasswordPolicy>('PasswordPolicy')
