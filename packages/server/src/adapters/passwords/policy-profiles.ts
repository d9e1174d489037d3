import { MAX_PASSWORD_CHARACTERS } from './password-text.js'

/** Which rules a new password has to keep. A rule that is absent or false is off. */
export interface PolicyOptions {
  /** Characters at least. */
  readonly minLength: number
  /** Characters at most; never more than 256, the most that is hashed. */
  readonly maxLength: number
  /** Capital letters at least. */
  readonly capitals?: number
  /** Digits at least. */
  readonly numbers?: number
  /** Refuse a password that holds the person's own name, user name or address. */
  readonly ownData?: boolean
  /** Refuse the passwords that everybody tries first. */
  readonly common?: boolean
  /** Refuse the present password and those before it that the directory remembers. */
  readonly history?: boolean
}

/** Sets of rules by name. Source of `standard`: NIST SP 800-63B-4 section 3.1.1.2; its history rule is ours. */
export const POLICY_PROFILES = {
  standard: { minLength: 15, maxLength: MAX_PASSWORD_CHARACTERS, ownData: true, common: true, history: true },
  // The passwords printed on the vendors' own pages pass this one.
  demo: { minLength: 8, maxLength: MAX_PASSWORD_CHARACTERS },
} as const satisfies Readonly<Record<string, PolicyOptions>>
