/** @import { Problem, ProblemCode, View } from '@rekey/core' */
/** @import { StrayFault, WireResponse } from '@rekey/server/dialect' */

/**
 * Draws what became of a request: what is asked next, what was wrong with the answer, or that it is over.
 * @param {View | undefined} view
 * @param {Problem | undefined} problem
 * @returns {WireResponse}
 */
export function writeReply(view, problem) {
  const status = problem ? STATUS[problem.code] : 200
  if (view?.is === 'open') {
    const { requirement, token } = view
    return answer(status, { session: token, ask: requirement.asks, ...(problem && { wrong: problem.reason ?? problem.code }) })
  }
  if (problem) return answer(status, { error: problem.code })
  return answer(status, { over: view?.is === 'ended' ? view.as : 'completed' })
}

/**
 * Draws a path or method that the kiosk has not, and faults of the server.
 * @param {StrayFault} fault
 * @returns {WireResponse}
 */
export function writeFault(fault) {
  return fault === 'fault' ? answer(503, { error: 'unavailable' }) : answer(404, { error: 'nothing-here' })
}

/**
 * @param {number} status
 * @param {Readonly<Record<string, string>>} body
 * @returns {WireResponse}
 */
function answer(status, body) {
  return { status, headers: { 'Cache-Control': 'no-store' }, body }
}

/**
 * Every problem there is; where types are checked, one that is missing is an error here.
 * @satisfies {Record<ProblemCode, number>}
 */
const STATUS = {
  'flow-unknown': 404,
  'request-malformed': 400,
  'answer-missing': 400,
  'answer-invalid': 400,
  'answer-rejected': 400,
  'out-of-turn': 409,
  'token-invalid': 410,
  'token-foreign': 410,
  spent: 409,
  ended: 410,
  'too-many-attempts': 410,
  'step-failed': 410,
  'already-changed': 409,
  'caller-refused': 401,
  limited: 429,
  unavailable: 503,
}
