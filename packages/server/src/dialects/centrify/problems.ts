import type { JsonObject, Problem, ProblemCode } from '@rekey/core'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { refusal, type Summary } from './envelope.js'
import { weakPassword } from './policy-words.js'

interface Words {
  readonly status: 200 | 401 | 503
  readonly summary: Summary
  readonly message: string
}

/** Source: recorded answers of the service; one client compares the first words. Every refusal reads like it, whatever the reason. */
const STANDARD = 'Authentication (login or challenge) has failed. Please try again or contact your system administrator.'
const CANNOT_START = 'The request could not be read. Please try again or contact your system administrator.'

/** What each problem looks like. HTTP says 200 wherever the call itself worked: clients lose the message otherwise. */
export const PROBLEMS = {
  'flow-unknown': { status: 200, summary: 'Undefined', message: 'This is not set up here. Please contact your system administrator.' },
  'request-malformed': { status: 200, summary: 'Undefined', message: CANNOT_START },
  'answer-missing': { status: 200, summary: 'Failure', message: STANDARD },
  'answer-invalid': { status: 200, summary: 'Failure', message: STANDARD },
  'answer-rejected': { status: 200, summary: 'Failure', message: STANDARD },
  'out-of-turn': { status: 200, summary: 'Failure', message: STANDARD },
  'token-invalid': { status: 200, summary: 'Failure', message: STANDARD },
  'token-foreign': { status: 200, summary: 'Failure', message: STANDARD },
  spent: { status: 200, summary: 'Failure', message: STANDARD },
  ended: { status: 200, summary: 'Failure', message: STANDARD },
  // Wrong answers have ended the session: the client starts over.
  'too-many-attempts': { status: 200, summary: 'LoginFailure', message: STANDARD },
  'step-failed': { status: 200, summary: 'Failure', message: STANDARD },
  'already-changed': { status: 200, summary: 'Failure', message: 'The password has been changed meanwhile. Please start again.' },
  'caller-refused': { status: 401, summary: 'Failure', message: 'You are not authorized to do this. Please sign in and try again.' },
  limited: { status: 200, summary: 'Undefined', message: 'Too many attempts. Please wait before you try again.' },
  unavailable: { status: 503, summary: 'Undefined', message: 'The service is not available. Please try again later.' },
} as const satisfies Record<ProblemCode, Words>

/** Seconds that a client should wait after too many starts. Source: `RetryWaitingTime` of 30 in recorded packages. */
const WAIT_SECONDS = 30

/** The refusal that a problem of an authentication call is drawn as: its result is an object with a summary, always. */
export function refuseAdvance(problem: Problem, request: WireRequest): WireResponse {
  const { status, summary } = PROBLEMS[problem.code]
  const result: JsonObject = problem.code === 'limited' ? { RetryWaitingTime: WAIT_SECONDS, Summary: summary } : { Summary: summary }
  return refusal(request, { status, result, message: messageOf(problem) })
}

/** The refusal of every other call, which has no result. */
export function refuseCall(problem: Problem, request: WireRequest): WireResponse {
  const { status } = PROBLEMS[problem.code]
  const wrong = problem.code === 'answer-rejected' && problem.reason !== 'policy'
  return refusal(request, { status, result: null, message: wrong ? 'The old password is not correct.' : messageOf(problem) })
}

/** A request that no intent can be made of. */
export function refuseUnread(request: WireRequest): WireResponse {
  return refuseAdvance({ code: 'request-malformed' }, request)
}

/** Told only to somebody who has just given the right password. */
const MUST_CHANGE = 'Your password has to be changed before you can sign in. Please ask for a new one as if you had forgotten it.'

function messageOf({ code, reason, details }: Problem): string {
  if (reason === 'password-must-change') return MUST_CHANGE
  return reason === 'policy' ? weakPassword(details ?? []) : PROBLEMS[code].message
}
