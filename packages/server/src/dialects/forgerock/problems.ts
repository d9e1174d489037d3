import type { Json, PolicyFailure, Problem, ProblemCode } from '@rekey/core'
import type { ErrorStatus } from './document.js'
import { wirePointer } from './pointer.js'
import { printable } from './printable.js'
import { failedRequirements } from './policy.js'

/** What an error says on this wire. */
export interface ErrorWords {
  readonly status: ErrorStatus
  readonly message: string
  readonly detail?: Json
}

/** Status and text of each problem when no reason has a text of its own. */
export const PROBLEMS = {
  'flow-unknown': [403, 'Access denied'],
  'request-malformed': [400, 'No input provided'],
  'answer-missing': [400, 'No input provided'],
  'answer-invalid': [400, 'Invalid input'],
  'answer-rejected': [400, 'Invalid input'],
  // This wire names no requirement beside its token, so a wrong turn is a wrong token.
  'out-of-turn': [400, 'Snapshot token is invalid'],
  'token-invalid': [400, 'Snapshot token is invalid'],
  'token-foreign': [400, 'Invalid token'],
  spent: [400, 'Snapshot token is invalid'],
  ended: [400, 'Snapshot token is invalid'],
  'too-many-attempts': [400, 'Invalid input'],
  'step-failed': [400, 'Unable to complete the process'],
  'already-changed': [409, 'The password has been changed meanwhile'],
  'caller-refused': [401, 'Access Denied'],
  limited: [429, 'Too many requests'],
  unavailable: [503, 'Service unavailable'],
} as const satisfies Record<ProblemCode, readonly [ErrorStatus, string]>

/** The vendor's texts for what steps say. A reason that is not here has the text of its problem. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['no-match', 'Unable to find account'],
  ['ambiguous', 'Unable to find account'],
  ['restricted', 'Unable to find account'],
  ['filter-invalid', 'Invalid query filter'],
  ['filter-field', 'Invalid query filter'],
  ['no-mail', 'Unable to verify email'],
  ['no-address', 'Unable to verify email'],
  ['state-locked', 'You do not have permissions to reset password. Please contact administrator'],
  ['state-disabled', 'You do not have permissions to reset password. Please contact administrator'],
  ['not-active', 'You do not have permissions to reset password. Please contact administrator'],
  ['code-missing', 'Input code is missing'],
  ['code-mismatch', 'Invalid code'],
  // The vendor adds how many there are; we tell nobody.
  ['too-few-questions', 'Insufficient number of questions'],
  ['no-kba', 'Insufficient number of questions'],
  ['answers-mismatch', 'Answers are not matched'],
  ['password-missing', 'password is missing from input'],
  ['captcha-refused', 'Recaptcha verification is unsuccessful. '],
  ['consent-refused', 'Must accept terms and conditions'],
  ['mail-mismatch', 'Email address mismatch'],
])

/** What the vendor's JSON reader says of a member of the wrong type. */
const EXPECTED: ReadonlyMap<string, string> = new Map([
  ['expects-string', 'java.lang.String'],
  ['expects-boolean', 'java.lang.Boolean'],
  ['expects-number', 'java.lang.Number'],
  ['expects-array', 'java.util.List'],
  ['expects-object', 'java.util.Map'],
])

/** Members whose absence, or whose bent value, has a text of its own; everything else is named by pointer. */
const ABSENT: ReadonlyMap<string, string> = new Map([
  ['/code', 'Input code is missing'],
  ['/password', 'password is missing from input'],
  ['/answers', 'Answers are not matched'],
])
const BENT: ReadonlyMap<string, string> = new Map([
  ['/code', 'Invalid code'],
  ['/filter', 'Invalid query filter'],
  ['/answers', 'Answers are not matched'],
])

/** Status, text and detail of a problem. Nothing in it depends on whether the person exists. */
export function wordsOf(problem: Problem): ErrorWords {
  if (problem.reason === 'policy') return weakPassword(problem.details ?? [])
  const [status, otherwise] = PROBLEMS[problem.code]
  return { status, message: messageOf(problem) ?? otherwise }
}

/** The words for a password that breaks the policy. Source: OpenIDM, `policyFilter.js`. */
export function weakPassword(failures: readonly PolicyFailure[]): ErrorWords {
  return { status: 403, message: 'Policy validation failed', detail: { ...failedRequirements(failures), result: false } }
}

function messageOf({ code, reason, at, detail }: Problem): string | undefined {
  if (code === 'request-malformed') return detail
  const pointer = at === undefined ? '' : printable(wirePointer(at))
  const expected = reason === undefined ? undefined : EXPECTED.get(reason)
  if (expected !== undefined) return `/input${pointer}: Expecting a ${expected}`
  const text = reason === undefined ? undefined : REASONS.get(reason)
  if (text !== undefined || at === undefined) return text
  if (code === 'answer-missing') return ABSENT.get(at) ?? `/input${pointer}: Expecting a value`
  if (code === 'answer-invalid') return BENT.get(memberOf(at)) ?? `/input${pointer}: Invalid value`
  return undefined
}

/** `/filter` of `/filter/of/0`. */
function memberOf(at: string): string {
  return at.split('/', 2).join('/')
}
