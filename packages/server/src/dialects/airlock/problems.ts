import type { PolicyFailure, Problem, ProblemCode } from '@rekey/core'
import type { ErrorSource } from './document.js'
import type { AirlockSettings } from './settings.js'

/** What an error says on this wire. */
export interface ErrorWords {
  readonly status: number
  readonly code: string
  readonly source?: ErrorSource
}

/**
 * Status and code of each problem when no reason has a code of its own. A session that is missing, forged, expired or spent is no session,
 * and without one every call but `select` is unexpected. Source: vendor documentation, error codes of the Loginapp REST API.
 */
export const PROBLEMS = {
  'flow-unknown': [404, 'FLOW_NOT_FOUND'],
  'request-malformed': [400, 'MALFORMED_REQUEST'],
  'answer-missing': [400, 'VALIDATION_FAILED'],
  'answer-invalid': [400, 'VALIDATION_FAILED'],
  'answer-rejected': [400, 'ANSWER_WRONG'],
  'out-of-turn': [400, 'UNEXPECTED_CALL'],
  'token-invalid': [400, 'UNEXPECTED_CALL'],
  'token-foreign': [400, 'UNEXPECTED_CALL'],
  spent: [400, 'UNEXPECTED_CALL'],
  ended: [400, 'UNEXPECTED_CALL'],
  'too-many-attempts': [400, 'ANSWER_WRONG'],
  // The vendor's word for a flow that a step of its own ended.
  'step-failed': [400, 'FLOW_ABORTED_INTENTIONALLY'],
  'already-changed': [409, 'PASSWORD_ALREADY_CHANGED'],
  'caller-refused': [401, 'AUTHENTICATION_REQUIRED'],
  limited: [429, 'TOO_MANY_REQUESTS'],
  unavailable: [503, 'EXTERNAL_SERVICE_UNAVAILABLE'],
} as const satisfies Record<ProblemCode, readonly [number, string]>

/**
 * The vendor's codes for what steps say. Those about people are heard only in flows that say `unknownAccount: reveal`: the vendor's feedback
 * switches. An expired code is a wrong one; a code of its own would tell known people from unknown ones.
 */
export const REASONS: ReadonlyMap<string, readonly [number, string]> = new Map([
  ['code-missing', [400, 'OTP_WRONG']],
  ['code-mismatch', [400, 'OTP_WRONG']],
  ['answers-mismatch', [400, 'SECRET_QUESTIONS_WRONG']],
  ['password-mismatch', [400, 'PASSWORD_WRONG']],
  ['policy', [400, 'PASSWORD_POLICY_VIOLATED']],
  ['password-missing', [400, 'PASSWORD_POLICY_VIOLATED']],
  ['no-match', [400, 'USER_NOT_FOUND']],
  ['ambiguous', [400, 'USER_NOT_FOUND']],
  // The flow does not look for people by what the call sent: the same for everybody.
  ['filter-field', [400, 'VALIDATION_FAILED']],
  ['group-disallowed', [403, 'USER_INVALID']],
  ['group-not-allowed', [403, 'USER_INVALID']],
  ['state-locked', [403, 'USER_LOCKED']],
  ['state-disabled', [403, 'USER_INVALID']],
  ['no-mail', [403, 'USER_INVALID']],
  ['no-phone', [403, 'USER_INVALID']],
  ['no-kba', [403, 'USER_INVALID']],
  ['no-totp', [403, 'USER_INVALID']],
  ['too-few-questions', [403, 'USER_INVALID']],
])

const JUDGED: readonly ProblemCode[] = ['answer-rejected', 'too-many-attempts', 'step-failed']

/** Words of `detail` by the rule that a password breaks; `SAME_AS_OLD` is the vendor's, the others follow it. */
const DETAILS: ReadonlyMap<string, string> = new Map([
  ['REQUIRED', 'TOO_SHORT'],
  ['MIN_LENGTH', 'TOO_SHORT'],
  ['MAX_LENGTH', 'TOO_LONG'],
  ['AT_LEAST_X_CAPITAL_LETTERS', 'REQUIRED_CHARACTERS_MISSING'],
  ['AT_LEAST_X_NUMBERS', 'REQUIRED_CHARACTERS_MISSING'],
  ['CANNOT_CONTAIN_OTHERS', 'CONTAINS_USER_DATA'],
  ['COMMON', 'BLACKLISTED'],
  ['BREACHED', 'BLACKLISTED'],
  // The rule covers the present password and earlier ones and does not say which it was.
  ['HISTORY', 'SAME_AS_OLD'],
])

/**
 * Status, code and source of a problem. Nothing in it depends on whether the person exists.
 * @param pointerOf turns a pointer into our answer into one into the body of the call.
 */
export function wordsOf(settings: AirlockSettings, problem: Problem, pointerOf: (at: string) => string): ErrorWords {
  const own = problem.reason !== undefined && JUDGED.includes(problem.code) ? REASONS.get(problem.reason) : undefined
  const [status, code] = own ?? PROBLEMS[problem.code]
  const source = sourceOf(settings, problem, pointerOf)
  return { status, code, ...(source && { source }) }
}

/**
 * One word for a refused password: the vendor groups its checks and reports the first that fails.
 * Source: vendor documentation, password policy meta check.
 */
export function policyDetail({ policyDetails }: AirlockSettings, failures: readonly PolicyFailure[]): string {
  const rule = failures[0]?.rule
  return rule === undefined ? 'TOO_SHORT' : (policyDetails.get(rule) ?? DETAILS.get(rule) ?? rule)
}

function sourceOf(
  settings: AirlockSettings,
  { code, reason, at, details }: Problem,
  pointerOf: (at: string) => string,
): ErrorSource | undefined {
  if (code === 'answer-missing') return { pointer: pointerOf(at ?? ''), detail: 'REQUIRED' }
  if (code === 'answer-invalid') return { pointer: pointerOf(at ?? ''), detail: 'INVALID' }
  const weak = JUDGED.includes(code) && (reason === 'policy' || reason === 'password-missing')
  return weak ? { pointer: pointerOf(at ?? '/password'), detail: policyDetail(settings, details ?? []) } : undefined
}
