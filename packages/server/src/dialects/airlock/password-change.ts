import type { Answer, AnswerRead, AskedRequirement, JsonObject, Problem, View } from '@rekey/core'
import type { IntentRoute } from '../../dialect/dialect.js'
import { readContent } from './content.js'
import { errorDocument, sessionDocument } from './document.js'
import { refuseForgery } from './guard.js'
import { optionsIn, type Place } from './place.js'
import { fault, readText, value } from './read-members.js'
import { intentOf, lostSession, refuseStranger, requestValues } from './session.js'
import { ASKS_FIRST, writeProblem, writeState } from './write.js'

/** Answers two steps of a protected flow in one call: the present password and the new one. */
export function changeInFlowRoute(place: Place, path: string): IntentRoute {
  return {
    method: 'POST',
    path,
    read(request) {
      const refuse = refuseForgery(place, request)
      if (refuse) return { refuse }
      const content = readContent(request)
      if (content.is === 'refused') return content
      const intent = intentOf(place, request, 'submit')
      if (!intent) return { refuse: lostSession(place, request) }
      return { ...intent, answers: bothPasswords(content.is === 'object' ? content.members : undefined) }
    },
    write: (view, problem, request) => writeState(place, request, view, problem, pointerFor(view, problem)),
  }
}

/** The same without a flow of the caller's: one request that begins and ends the configured flow. No cookie is read or given. */
export function changeAtOnceRoute(place: Place, path: string): IntentRoute {
  return {
    method: 'POST',
    path,
    read(request) {
      const flow = place.settings.passwordChangeFlow
      const refuse =
        refuseForgery(place, request) ??
        refuseStranger(place, request) ??
        (optionsIn(place, 'protected', flow) === undefined ? errorDocument(404, 'NOT_FOUND', request) : undefined)
      if (refuse) return { refuse }
      const content = readContent(request)
      if (content.is === 'refused') return content
      const begun = { act: 'start', dialect: 'airlock', flow, answers: [], request: requestValues(place, request) } as const
      if (content.is === 'malformed') return { ...begun, fault: { code: 'request-malformed' } }
      return { ...begun, answers: bothPasswords(content.members) }
    },
    write(view, problem, request) {
      if (view?.is === 'ended' && view.as === 'completed' && !problem) {
        return sessionDocument({ area: 'protected', conversation: view.conversation }, {}, request)
      }
      // A flow that asks for more than two passwords cannot be run through in one call.
      const short: Problem = problem?.reason === ASKS_FIRST || !problem ? { code: 'out-of-turn' } : problem
      return writeProblem(place, request, undefined, short, pointerFor(view, problem))
    },
  }
}

/**
 * The two answers of `{ "oldPassword", "newPassword" }`. Where the old password was accepted by an earlier call, the new one is the first
 * answer. Both members must be there before either is judged.
 * @param members undefined when the body is no JSON object.
 */
function bothPasswords(members: JsonObject | undefined): readonly Answer[] {
  const given = members && namesOf(members)
  const readAs = (requirement: AskedRequirement, otherwise: Problem): AnswerRead => {
    if (requirement.kind !== 'password' && requirement.kind !== 'newPassword') return fault(otherwise)
    if (!given) return fault({ code: 'request-malformed' })
    if (given.is === 'fault') return given
    return value({ password: requirement.kind === 'password' ? given.old : given.fresh })
  }
  const both = given?.is === 'both' ? given : undefined
  return [
    {
      kind: 'open',
      input: { call: 'password/change', ...(both && { oldPassword: both.old }) },
      read: (requirement) => readAs(requirement, { code: 'out-of-turn' }),
    },
    {
      kind: 'open',
      input: both ? { password: both.fresh } : null,
      read: (requirement) =>
        requirement.kind === 'newPassword'
          ? readAs(requirement, { code: 'out-of-turn' })
          : fault({ code: 'out-of-turn', reason: ASKS_FIRST }),
    },
  ]
}

type Names = { readonly is: 'both'; readonly old: string; readonly fresh: string } | { readonly is: 'fault'; readonly problem: Problem }

function namesOf(members: JsonObject): Names {
  const old = readText(members, 'oldPassword')
  if (old.is === 'fault') return old
  const fresh = readText(members, 'newPassword')
  return fresh.is === 'fault' ? fresh : { is: 'both', old: old.text, fresh: fresh.text }
}

/** Both steps call their member `password`: the open step tells which was refused, and at the end the reason does. */
function pointerFor(view: View | undefined, problem: Problem | undefined): (at: string) => string {
  const isOld = view?.is === 'open' ? view.requirement.kind === 'password' : problem?.reason !== 'policy'
  return (at) => (at === '/password' ? (isOld ? '/oldPassword' : '/newPassword') : at)
}
