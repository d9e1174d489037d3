import type { AskedRequirement, Intent, JsonObject } from '@rekey/core'
import type { IntentRoute, Refusal } from '../../dialect/dialect.js'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { readContent } from './content.js'
import { listDocument, type Item } from './document.js'
import { refuseForgery } from './guard.js'
import type { Place } from './place.js'
import { refuseParameters } from './select.js'
import { intentOf, lostSession } from './session.js'
import type { StepCall } from './step-calls.js'
import { writeProblem, writeState } from './write.js'

/** A call that answers the open step. What is wrong with its body is told only when the call is for that step. */
export function answerRoute(place: Place, path: string, call: StepCall): IntentRoute {
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
      const members = content.is === 'object' ? content.members : undefined
      return {
        ...intent,
        answers: [
          {
            kind: 'open',
            input: { call: call.path, ...(members && { members, ...namedPassword(members, call.newPassword) }) },
            read(requirement) {
              if (!call.fits(requirement)) return { is: 'fault', problem: { code: 'out-of-turn' } }
              if (!members) return { is: 'fault', problem: { code: 'request-malformed' } }
              return call.read(requirement, members, place.settings)
            },
          },
        ],
      }
    },
    write: (view, problem, request) => writeState(place, request, view, problem, (at) => call.pointers[at] ?? at),
  }
}

/** A new password under the name by which the engine finds it in a repeated request. */
function namedPassword(members: JsonObject, name: string | undefined): JsonObject {
  const password = name === undefined ? undefined : members[name]
  return typeof password === 'string' ? { password } : {}
}

/** Sends the code of the open step again. */
export function resendRoute(place: Place, path: string, { path: name, fits }: Pick<StepCall, 'path' | 'fits'>): IntentRoute {
  return {
    method: 'POST',
    path,
    read: (request) => read(place, request, (intent) => ({ ...intent, act: 'resend', target: { name, fits } })),
    write: (view, problem, request) => writeState(place, request, view, problem),
  }
}

/** Picks one of the offered steps by its id. */
export function chooseRoute(place: Place, path: string): IntentRoute {
  return {
    method: 'POST',
    path,
    read: (request) =>
      read(place, request, (intent) => {
        const option = request.params['id'] ?? ''
        const isOffered = ({ kind, options = [] }: AskedRequirement) => kind === 'choice' && options.some(({ step }) => step.id === option)
        return {
          ...intent,
          act: 'submit',
          answers: [
            {
              kind: 'open',
              input: { call: 'selection', option },
              read: (requirement) =>
                isOffered(requirement) ? { is: 'value', value: { option } } : { is: 'fault', problem: { code: 'out-of-turn' } },
            },
          ],
        }
      }),
    write: (view, problem, request) => writeState(place, request, view, problem),
  }
}

/** Lists what the open step shows. It reads only, though it is a POST. */
export function retrieveRoute(
  place: Place,
  path: string,
  { fits, list }: Pick<StepCall, 'fits'> & { readonly list: (requirement: AskedRequirement, request: WireRequest) => readonly Item[] },
): IntentRoute {
  return {
    method: 'POST',
    path,
    read: (request) => read(place, request, (intent) => intent),
    write(view, problem, request): WireResponse {
      if (problem) return writeProblem(place, request, view, problem)
      if (view?.is !== 'open') return lostSession(place, request)
      return fits(view.requirement)
        ? listDocument(list(view.requirement, request), request)
        : writeProblem(place, request, view, { code: 'out-of-turn' })
    },
  }
}

/** A call without parameters about the session's conversation. */
function read(place: Place, request: WireRequest, intend: (intent: Intent) => Intent): Intent | Refusal {
  const refuse = refuseForgery(place, request) ?? refuseParameters(request)
  if (refuse) return { refuse }
  const intent = intentOf(place, request, 'look')
  return intent ? intend(intent) : { refuse: lostSession(place, request) }
}
