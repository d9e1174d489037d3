import { isJsonObject } from '@rekey/core'
import { readJson } from '@rekey/server/dialect'

/** @import { Answer, AnswerRead, AskedRequirement, Intent, Json, JsonObject } from '@rekey/core' */
/** @import { WireRequest } from '@rekey/server/dialect' */

/**
 * Turns a request into an intent. `say` is one line of text, or one of two gestures: `{"again": true}` sends the code once more,
 * `{"leave": true}` ends the conversation. What is wrong with the body travels in the intent, so that a flow that does not exist is told
 * first.
 * @param {WireRequest} request
 * @returns {Intent}
 */
export function readSay(request) {
  const body = readBody(request)
  const { session, say } = body ?? {}
  const isSound = body !== undefined && (session === undefined || typeof session === 'string') && isSayable(say)
  /** @type {Intent} */
  const intent = {
    act: typeof session === 'string' ? actOf(say) : 'start',
    dialect: 'kiosk',
    flow: request.params['as'] ?? '',
    answers: typeof say === 'string' ? [spoken(say)] : [],
    request: { languages: ['en'], address: request.address, requestId: request.requestId },
  }
  return {
    ...intent,
    ...(typeof session === 'string' && { carried: session }),
    ...(!isSound && { fault: { code: 'request-malformed' } }),
  }
}

/**
 * @param {WireRequest} request
 * @returns {JsonObject | undefined}
 */
function readBody({ body }) {
  const read = body.is === 'text' ? readJson(body.text) : undefined
  return read?.is === 'value' && isJsonObject(read.value) ? read.value : undefined
}

/** @param {Json | undefined} say */
function isSayable(say) {
  return say === undefined || typeof say === 'string' || (isJsonObject(say) && (say['again'] === true || say['leave'] === true))
}

/**
 * @param {Json | undefined} say
 * @returns {Intent['act']}
 */
function actOf(say) {
  if (!isJsonObject(say)) return 'submit'
  return say['leave'] === true ? 'cancel' : 'resend'
}

/**
 * The wire does not say what it answers; that is known when the engine has found the open question.
 * @param {string} say
 * @returns {Answer}
 */
function spoken(say) {
  return { kind: 'open', input: say, read: (requirement) => asAnswer(requirement, say) }
}

/**
 * @param {AskedRequirement} requirement
 * @param {string} say
 * @returns {AnswerRead}
 */
function asAnswer({ kind, required }, say) {
  const [member = ''] = required
  const value = kind === 'identifier' ? { is: 'equals', field: say.includes('@') ? 'mail' : 'userName', value: say } : say
  return { is: 'value', value: { [member]: value } }
}
