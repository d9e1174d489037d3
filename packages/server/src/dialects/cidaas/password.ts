import type { Act, Answer, Intent, JsonObject, Open, Problem, View } from '@rekey/core'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { requestValues } from './caller.js'
import { denied, failed, success } from './envelope.js'
import { isBent, readObject, textOf } from './members.js'
import { failureOf, type Call, type Fault } from './problems.js'

/** An intent for a slot of this dialect. */
export function intentFor(request: WireRequest, act: Act, slot: string): Intent {
  return { act, dialect: 'cidaas', flow: slot, answers: [], request: requestValues(request) }
}

/** A fault that is told only once the token has been found good. */
export function malformed(why: Fault): Problem {
  return { code: 'request-malformed', detail: why }
}

/**
 * Reads a change of the password: `old_password`, `new_password`, `confirm_password`, and `sub` or `identityId`. The person is the token's;
 * what the body says of them is only compared. Members the clients add (`logout_option`, `access_token`, `null`s) are ignored.
 * Source: seed page, PUT /password-srv/password; the SDKs, POST /users-srv/changepassword.
 */
export function readChange(request: WireRequest): Intent {
  return readPasswords(request, 'change', ({ members, subjects }) => {
    const old = textOf(members, 'old_password')
    const next = textOf(members, 'new_password')
    const again = textOf(members, 'confirm_password')
    if (old === undefined || next === undefined || again === undefined || subjects.length === 0) return undefined
    return { next, again, answers: [{ kind: 'password', value: { password: old } }, newPassword(next)] }
  })
}

/** Reads a first password: `password`, `confirmPassword`; newer clients leave `sub` out. Source: seed page, POST /password-srv/password. */
export function readSet(request: WireRequest): Intent {
  return readPasswords(request, 'set', ({ members }) => {
    const next = textOf(members, 'password')
    const again = textOf(members, 'confirmPassword')
    return next === undefined || again === undefined ? undefined : { next, again, answers: [newPassword(next)] }
  })
}

interface Given {
  readonly next: string
  readonly again: string
  readonly answers: readonly Answer[]
}

/** In the order of the vendor's checks: token, body, fields, whose they are, confirmation, and only then the flow. */
function readPasswords(
  request: WireRequest,
  slot: 'change' | 'set',
  pick: (given: { readonly members: JsonObject; readonly subjects: readonly string[] }) => Given | undefined,
): Intent {
  const intent = intentFor(request, 'start', slot)
  const body = readObject(request)
  if (body.is === 'fault') return { ...intent, fault: malformed(body.why) }
  const { members } = body
  const names = ['sub', 'identityId']
  const subjects = names.flatMap((name) => textOf(members, name) ?? [])
  const given = names.some((name) => isBent(members, name)) ? undefined : pick({ members, subjects })
  if (!given) return { ...intent, fault: malformed('missing') }
  const named: Intent = { ...intent, request: { ...intent.request, ...(subjects.length > 0 && { subjects }) } }
  return given.next === given.again ? { ...named, answers: given.answers } : { ...named, fault: malformed('confirmation') }
}

export function newPassword(password: string): Answer {
  return { kind: 'newPassword', value: { password } }
}

/** Draws what became of a change. */
export function writePasswords(call: Call, view: View | undefined, problem: Problem | undefined, request: WireRequest): WireResponse {
  if (problem) return drawProblem(problem, call, request)
  return isCompleted(view) ? success({ changed: true }) : drawProblem(UNSPEAKABLE, call, request)
}

export function drawProblem(problem: Problem, call: Call, request: WireRequest): WireResponse {
  const failure = failureOf(problem, call)
  return failure === 'denied' ? denied(request) : failed(failure, request)
}

/**
 * A flow that asks for something else than this wire can ask for here. Its author finds out by the first call; the client is told of a
 * refusal, as what was judged before is committed and the same call will not do better.
 */
export const UNSPEAKABLE: Problem = { code: 'step-failed' }

export function isCompleted(view: View | undefined): boolean {
  return view?.is === 'ended' && view.as === 'completed'
}

/** Handles of a conversation that asks for this kind; undefined when it asks for another one, or for nothing. */
export function handlesAt(view: View | undefined, kind: Open['requirement']['kind']): Open['handles'] | undefined {
  return view?.is === 'open' && view.requirement.kind === kind ? view.handles : undefined
}
