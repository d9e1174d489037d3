import { ResultCodeError } from 'ldapts'
import type { LdapKind, LdapRefusal, LdapSettings } from './settings.js'

/** What callers are told unless the configuration says otherwise. */
const RULES: Readonly<Record<LdapRefusal, string>> = {
  insufficientPasswordQuality: 'QUALITY',
  passwordTooShort: 'MIN_LENGTH',
  passwordTooYoung: 'MIN_AGE',
  passwordInHistory: 'HISTORY',
  passwordTooLong: 'MAX_LENGTH',
  // Active Directory does not say whether length, complexity, age or history was it.
  passwordRestriction: 'QUALITY',
}

/** Errors of the password policy's control. Those that are missing here say nothing of the password. */
const POLICY_ERRORS: ReadonlyMap<number | undefined, LdapRefusal> = new Map([
  [5, 'insufficientPasswordQuality'],
  [6, 'passwordTooShort'],
  [7, 'passwordTooYoung'],
  [8, 'passwordInHistory'],
  [9, 'passwordTooLong'],
])

/** ERROR_PASSWORD_RESTRICTION, as the first eight digits of what Active Directory writes. Source: [MS-ERREF] 2.2. */
const RESTRICTION = /^0000052D:/i
const CONSTRAINT_VIOLATION = 19
const UNWILLING = 53

/**
 * The rule that a server's answer names.
 * @param error as the library throws it.
 * @param policyError what the password policy's control says.
 * @returns undefined for everything else, which stays a fault.
 */
export function ruleOf(
  error: unknown,
  policyError: number | undefined,
  { kind, refusals }: Pick<LdapSettings, 'kind' | 'refusals'>,
): string | undefined {
  if (!(error instanceof ResultCodeError) || (error.code !== CONSTRAINT_VIOLATION && error.code !== UNWILLING)) return undefined
  const reason = reasonOf(error, policyError, kind)
  return reason && (refusals[reason] ?? RULES[reason])
}

function reasonOf(error: ResultCodeError, policyError: number | undefined, kind: LdapKind): LdapRefusal | undefined {
  if (kind === 'activeDirectory') return RESTRICTION.test(error.message) ? 'passwordRestriction' : undefined
  return error.code === CONSTRAINT_VIOLATION ? POLICY_ERRORS.get(policyError) : undefined
}

/** The rule for a password that OpenLDAP would take for a hash: `{SSHA}…`, or the password of somebody else by `{SASL}…`. */
export function hashLikeRule(text: string, { kind, refusals }: Pick<LdapSettings, 'kind' | 'refusals'>): string | undefined {
  if (kind !== 'openldap' || !/^\{[^}]*\}/.test(text)) return undefined
  return refusals.insufficientPasswordQuality ?? RULES.insufficientPasswordQuality
}

/**
 * Whether the server has found a password right although it refuses the bind: because it has run out, or must be changed first.
 * @param policyError what the password policy's control says.
 * Source: draft-behera-ldap-password-policy-10 section 7.1; the `data` of Active Directory's answer is a Windows error, ERROR_PASSWORD_EXPIRED
 * (532) or ERROR_PASSWORD_MUST_CHANGE (773) in hexadecimal, both given for the right password only.
 */
export function isRightAllTheSame(error: unknown, policyError: number | undefined, kind: LdapKind): boolean {
  if (!(error instanceof ResultCodeError) || error.code !== INVALID_CREDENTIALS) return false
  if (kind === 'activeDirectory') return /\bdata (?:532|773)\b/i.test(error.message)
  return policyError === PASSWORD_EXPIRED || policyError === CHANGE_AFTER_RESET
}

const INVALID_CREDENTIALS = 49
const PASSWORD_EXPIRED = 0
const CHANGE_AFTER_RESET = 2

/** Answers to a bind that say no: also of an entry without a password (48), one that is gone meanwhile (32), or one locked for too many tries (19). */
const REFUSED_BINDS: readonly (number | undefined)[] = [INVALID_CREDENTIALS, 48, 32, CONSTRAINT_VIOLATION]

/** Whether a bind was refused for its password or its person, and not for a fault. */
export function isRefusedBind(error: unknown): boolean {
  return error instanceof ResultCodeError && REFUSED_BINDS.includes(error.code)
}
