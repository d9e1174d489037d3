import type { Answer, AnswerRead, AskedRequirement, Channel, Intent, JsonObject, Problem, View } from '@rekey/core'
import type { Refusal, Site } from '../../dialect/dialect.js'
import { header, type WireRequest, type WireResponse } from '../../dialect/wire.js'
import { filterOf } from './identifier.js'
import { openCode } from './mailed-code.js'
import { isBent, readObjectOrForm, textOf } from './members.js'
import { fail, succeed, type Ids, type ResetCall } from './outcome.js'
import { handlesAt, intentFor, isCompleted, malformed, newPassword, UNSPEAKABLE } from './password.js'
import { failureOf, type Fault } from './problems.js'
import { isRequestId } from './request-id.js'
import { denied } from './envelope.js'
import type { CidaasSettings } from './settings.js'

/** Handles of a reset: `rprq` from the first answer on, `exchange` once the code was right. */
export const HANDLES = ['rprq', 'exchange'] as const

/** What a call is made with: how this dialect is set up, and where it runs. */
export interface Desk {
  readonly settings: CidaasSettings
  readonly site: Site
}

/** A call of the reset conversation: how it is read, and how its outcome is drawn. */
export interface ResetRoute {
  read(desk: Desk, request: WireRequest): Intent | Refusal
  write(desk: Desk, view: View | undefined, problem: Problem | undefined, request: WireRequest): WireResponse
}

/**
 * Begins a reset. Whoever is named, and whether they exist or not, the answer is the same. Begun again within `repeatSeconds`, the same
 * code is sent again. Source: vendor documentation, reset password initiate; the PHP SDK's tests for unknown people.
 */
export const initiate: ResetRoute = {
  read: (desk, request) =>
    readReset(desk, 'initiate', request, (members) => {
      const { settings, site } = desk
      const filter = filterOf(members)
      const channel = channelOf(members)
      if (!filter || !channel || !hasProcessingType(members)) return 'missing'
      const requestId = textOf(members, 'requestId') ?? header(request, 'requestid') ?? ''
      const isOurs = isRequestId(site, requestId, request.now)
      if (settings.requireRequestId && !isOurs) return 'request-id'
      return {
        ...intentFor(request, 'start', 'forgot'),
        answers: [{ kind: 'identifier', value: { filter } }, chosen(channel)],
        // Only whoever holds the same request id may come back to the same reset: a name alone is known to others too.
        ...(isOurs &&
          settings.repeatSeconds > 0 && {
            repeats: { key: JSON.stringify([requestId.toLowerCase(), channel, filter]), seconds: settings.repeatSeconds },
          }),
      }
    }),
  write({ settings }, view, problem, request) {
    if (problem && problem.reason !== NO_CHOICE) return drawFailure(settings, 'initiate', problem, request)
    const rprq = handlesAt(view, 'code')?.['rprq']
    if (rprq === undefined) return drawFailure(settings, 'initiate', UNSPEAKABLE, request)
    return succeed(settings, 'initiate', { reset_initiated: true, rprq }, { rprq }, request)
  },
}

/** Judges the code. Source: the SDKs, validatecode; hosted-page exercise for forms. */
export const validate: ResetRoute = {
  read: (desk, request) =>
    readReset(desk, 'validate', request, (members) => {
      const handle = textOf(members, 'resetRequestId')
      const code = textOf(members, 'code')
      if (handle === undefined || code === undefined) return 'missing'
      return {
        ...intentFor(request, 'submit', 'forgot'),
        carried: { is: 'handle', handle, purpose: 'rprq' },
        answers: [{ kind: 'code', value: { code } }],
      }
    }),
  write({ settings }, view, problem, request) {
    if (problem) return drawFailure(settings, 'validate', problem, request)
    const { rprq: resetRequestId, exchange: exchangeId } = handlesAt(view, 'newPassword') ?? {}
    if (resetRequestId === undefined || exchangeId === undefined) return drawFailure(settings, 'validate', UNSPEAKABLE, request)
    return succeed(settings, 'validate', { exchangeId, resetRequestId }, { rprq: resetRequestId, exchangeId }, request)
  },
}

/**
 * Sets the new password. The exchange is the handle that a right code earned, or the sealed code of a mailed link; the latter is judged here,
 * together with the password. A refused password leaves the exchange good. Source: the SDKs, accept; vendor documentation for forms.
 */
export const accept: ResetRoute = {
  read: ({ settings, site }, request) =>
    readReset({ settings, site }, 'accept', request, (members) => {
      const rprq = textOf(members, 'resetRequestId')
      const exchange = textOf(members, 'exchangeId')
      const password = textOf(members, 'password')
      const again = textOf(members, 'confirmPassword')
      if (rprq === undefined || exchange === undefined || password === undefined || again === undefined) return 'missing'
      if (password !== again) return 'confirmation'
      const code = openCode(site, rprq, exchange)
      const intent = intentFor(request, 'submit', 'forgot')
      const reset = { handle: rprq, purpose: 'rprq' }
      if (code === undefined) {
        return {
          ...intent,
          carried: { is: 'handle', handle: exchange, purpose: 'exchange', beside: reset },
          answers: [newPassword(password)],
        }
      }
      return { ...intent, carried: { is: 'handle', ...reset }, answers: [codeOrPassword(code, password), newPassword(password)] }
    }),
  write({ settings }, view, problem, request) {
    // The code of a link may have been judged right and the password not: from then on the exchange is the handle.
    const ids: Ids = { exchangeId: handlesAt(view, 'newPassword')?.['exchange'] }
    if (problem) return drawFailure(settings, 'accept', problem, request, ids)
    if (!isCompleted(view)) return drawFailure(settings, 'accept', UNSPEAKABLE, request, ids)
    return succeed(settings, 'accept', { reseted: true }, {}, request)
  },
}

function readReset(
  { settings }: Desk,
  call: ResetCall,
  request: WireRequest,
  judge: (members: JsonObject) => Intent | Fault,
): Intent | Refusal {
  const body = readObjectOrForm(request)
  const read = body.is === 'fault' ? body.why : judge(body.members)
  // A reset needs no token, so what is wrong with the request itself is told at once.
  return typeof read === 'string' ? { refuse: drawFailure(settings, call, malformed(read), request) } : read
}

function drawFailure(settings: CidaasSettings, call: ResetCall, problem: Problem, request: WireRequest, ids: Ids = {}): WireResponse {
  const failure = failureOf(problem, call)
  return failure === 'denied' ? denied(request) : fail(settings, call, failure, request, ids)
}

/** Read without regard to case: the SDKs write `EMAIL`, the hosted pages `email`. A voice call (`IVR`) is nothing that we can make. */
const CHANNELS: ReadonlyMap<string, Channel> = new Map([
  ['', 'email'],
  ['EMAIL', 'email'],
  ['SMS', 'sms'],
])

function channelOf(members: JsonObject): Channel | undefined {
  return isBent(members, 'resetMedium') ? undefined : CHANNELS.get((textOf(members, 'resetMedium') ?? '').toUpperCase())
}

/** Whether the mail holds a code, a link or both is the flow's to say; what a client says of it must only be a word of this wire. */
function hasProcessingType(members: JsonObject): boolean {
  return !isBent(members, 'processingType') && ['', 'CODE', 'LINK'].includes((textOf(members, 'processingType') ?? '').toUpperCase())
}

/** Reason of our own: the flow left nothing to choose, and the medium was not needed. */
const NO_CHOICE = 'no-choice'

/** Picks the option of a choice that goes over the medium asked for; a flow with one medium has no choice, and takes its own. */
function chosen(channel: Channel): Answer {
  return {
    kind: 'open',
    input: { resetMedium: channel },
    read(requirement: AskedRequirement): AnswerRead {
      if (requirement.kind !== 'choice') return { is: 'fault', problem: { code: 'answer-missing', reason: NO_CHOICE } }
      const option = requirement.options?.find((one) => one.channel === channel)
      return option
        ? { is: 'value', value: { option: option.target } }
        : { is: 'fault', problem: { code: 'answer-invalid', at: '/resetMedium' } }
    },
  }
}

/** The first answer of a link: the code while it is asked for; the password when an earlier try has already passed the code. */
function codeOrPassword(code: string, password: string): Answer {
  return {
    kind: 'open',
    input: { code, password },
    read({ kind }: AskedRequirement): AnswerRead {
      if (kind === 'code') return { is: 'value', value: { code } }
      return kind === 'newPassword' ? { is: 'value', value: { password } } : { is: 'fault', problem: { code: 'out-of-turn' } }
    },
  }
}
