import type { PolicyFailure, Problem, ProblemCode } from '@rekey/core'
import type { Failure } from './envelope.js'

/** Calls whose words differ. */
export type Call = 'change' | 'set' | 'initiate' | 'validate' | 'accept'

/** What is wrong with a request before anybody judges it; travels as the `detail` of `request-malformed`. */
export const FAULTS = {
  body: { status: 400, code: 10_004, moreInfo: 'VER_0004', error: 'The request is no JSON object' },
  'too-large': { status: 413, code: 10_413, moreInfo: '', error: 'The request is too large' },
  missing: { status: 417, code: 10_005, moreInfo: 'VER_0005', error: 'A required field is missing or has the wrong type' },
  confirmation: { status: 417, code: 10_009, moreInfo: '', error: 'password and confirmPassword not matching' },
  'request-id': { status: 400, code: 10_001, moreInfo: '', error: 'Invalid request id' },
} as const satisfies Readonly<Record<string, Failure>>

export type Fault = keyof typeof FAULTS

/** No such path, method or action. */
export const UNKNOWN: Failure = { status: 404, code: 10_003, moreInfo: 'VER_0003', error: 'Not found' }
/** A part is down, or something is wrong with us: nothing else is told. */
export const INTERNAL: Failure = { status: 500, code: 10_500, moreInfo: '', error: 'Internal server error' }

const INVALID_IDS: Failure = { status: 400, code: 10_002, moreInfo: '', error: 'Invalid resetRequestId' }
const ALREADY_RESET: Failure = { ...INVALID_IDS, moreInfo: 'VER_0007' }
const INVALID_CODE: Failure = { status: 400, code: 10_008, moreInfo: '', error: 'Invalid code' }
const WRONG_PASSWORD: Failure = { status: 400, code: 507, moreInfo: '', error: 'Given old password is incorrect' }
const CHANGED: Failure = { status: 409, code: 10_409, moreInfo: '', error: 'The password has been changed meanwhile' }
const REFUSED: Failure = { status: 400, code: 10_006, moreInfo: 'VER_0006', error: 'The request was refused' }

/** Words of each problem when its reason has none of its own. `denied` is the flat 401. */
export const PROBLEMS = {
  'flow-unknown': UNKNOWN,
  'request-malformed': FAULTS.body,
  'answer-missing': FAULTS.missing,
  'answer-invalid': FAULTS.missing,
  'answer-rejected': REFUSED,
  // A code sent where a password is due, or a password before the code: the id does not belong there.
  'out-of-turn': INVALID_IDS,
  'token-invalid': INVALID_IDS,
  'token-foreign': INVALID_IDS,
  spent: INVALID_IDS,
  ended: INVALID_IDS,
  'too-many-attempts': REFUSED,
  'step-failed': REFUSED,
  'already-changed': CHANGED,
  'caller-refused': 'denied',
  limited: { status: 429, code: 10_429, moreInfo: '', error: 'Too many requests' },
  unavailable: INTERNAL,
} as const satisfies Record<ProblemCode, Failure | 'denied'>

/** What steps say. */
const REASONS: ReadonlyMap<string, Failure> = new Map([
  ['code-mismatch', INVALID_CODE],
  ['code-missing', INVALID_CODE],
  ['password-mismatch', WRONG_PASSWORD],
  ['has-password', { status: 400, code: 10_014, moreInfo: 'PASSWORD_EXISTS', error: 'A password is set already' }],
  ['no-match', { status: 400, code: 10_013, moreInfo: 'USER_NOT_FOUND', error: 'User not found' }],
  ['filter-field', FAULTS.missing],
])

/** Rules that have a code of their own; every other rule is the policy's. */
const COMPROMISED = ['COMMON', 'COMPROMISED', 'BREACHED']

/** What is told of a problem to the caller of one call. Nothing in it depends on whether the person exists. */
export function failureOf({ code, reason, detail, details = [] }: Problem, call: Call): Failure | 'denied' {
  if (code === 'request-malformed') return faultOf(detail, call)
  if (reason === 'policy') return weakPassword(details)
  // `password_already_resetted` is true of a reset that was completed only, not of one that was given up or refused to the end.
  const isReset = code === 'ended' && reason === 'completed'
  const said = code === 'answer-rejected' || code === 'too-many-attempts' || code === 'step-failed' ? REASONS.get(reason ?? '') : undefined
  const failure = isReset ? ALREADY_RESET : (said ?? PROBLEMS[code])
  if (failure === 'denied') return failure
  return failure.code === INVALID_IDS.code && call === 'accept' ? { ...failure, error: 'Invalid resetRequestId or exchangeId' } : failure
}

function faultOf(detail: string | undefined, call: Call): Failure {
  const known = Object.entries(FAULTS).find(([name]) => name === detail)
  const failure: Failure = known?.[1] ?? FAULTS.body
  return failure === FAULTS.confirmation && call === 'change'
    ? { ...failure, error: 'new_password and confirm_password not matching' }
    : failure
}

/** In the order of the vendor's checks: policy, compromised, history. */
function weakPassword(failures: readonly PolicyFailure[]): Failure {
  const rules = failures.map(({ rule }) => rule)
  const own = rules.filter((rule) => !COMPROMISED.includes(rule) && rule !== 'HISTORY')
  if (own.length === 0 && rules.some((rule) => COMPROMISED.includes(rule)))
    return { status: 400, code: 10_120, moreInfo: 'VER_0120', error: 'The password is compromised' }
  if (own.length === 0 && rules.includes('HISTORY'))
    return { status: 400, code: 10_012, moreInfo: 'PASSWORD_HISTORY', error: 'The password was used before' }
  const named = own.length === 0 ? '' : `: ${own.join(', ')}`
  return { status: 400, code: 10_011, moreInfo: 'PASSWORD_POLICY', error: `The password violates the password policy${named}` }
}
