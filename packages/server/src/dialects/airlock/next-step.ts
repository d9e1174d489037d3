import { isJsonObject, type AskedRequirement, type JsonObject, type Open } from '@rekey/core'
import type { WireRequest } from '../../dialect/wire.js'
import { areaOf, type Place } from './place.js'

/**
 * The code of the step that is open. `USERNAME_REQUIRED`, `EMAIL_OTP_REQUIRED` and `NEW_PASSWORD_REQUIRED` are printed in the vendor's
 * examples, `PASSWORD_REQUIRED` in those of its authentication flows; the others follow the pattern.
 * @throws Error for a kind that this wire has no word for; the compiler lets no such flow through.
 */
export function nextStepOf(place: Place, view: Open, request: WireRequest): string {
  const { requirement } = view
  const own = place.site.options(view.address)?.['nextSteps']
  const named = isJsonObject(own) ? own[requirement.step.id] : undefined
  if (typeof named === 'string') return named
  if (areaOf(place, request) === 'protected') {
    // Whoever sends both passwords in one call sends both again when the new one was refused.
    const changing = requirement.kind === 'newPassword' && /\/password\/change\/?$/.test(request.path)
    if (changing || requirement.kind === 'password') return 'PASSWORD_CHANGE_REQUIRED'
  }
  return codeOf(requirement)
}

/** The code of a step by its kind and channel. @throws Error for a kind that this wire has no word for. */
export function codeOf({ kind, channel }: AskedRequirement): string {
  switch (kind) {
    case 'identifier':
      return 'USERNAME_REQUIRED'
    case 'code':
      return channel === 'email' ? 'EMAIL_OTP_REQUIRED' : channel === 'sms' ? 'SMS_OTP_REQUIRED' : 'OATH_OTP_REQUIRED'
    case 'answers':
      return 'SECRET_QUESTIONS_REQUIRED'
    case 'password':
      return 'PASSWORD_REQUIRED'
    case 'newPassword':
      return 'NEW_PASSWORD_REQUIRED'
    case 'choice':
      return 'SELECTION_REQUIRED'
    case 'consent':
      return 'ACKNOWLEDGE_MESSAGE_REQUIRED'
    case 'approval':
    case 'attributes':
    case 'captcha':
      throw new Error(`the airlock dialect has no word for ${kind}`)
  }
}

/** Attributes of a session whose flow goes on. A masked address is none of them: it would tell known people from unknown ones. */
export function attributesOf(place: Place, view: Open, request: WireRequest): JsonObject {
  const { requirement } = view
  return {
    nextStep: nextStepOf(place, view, request),
    ...(requirement.kind === 'consent' && { messageId: requirement.step.id, serverMessage: requirement.asks }),
  }
}
