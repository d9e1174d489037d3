import type { Intent, Problem, View } from '@rekey/core'
import type { IntentRoute, Refusal } from '../../dialect/dialect.js'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { readContent } from './content.js'
import { NOT_CONTINUED, readContinuation } from './continuation.js'
import { tokenIn } from './cookie.js'
import { errorDocument } from './document.js'
import { refuseForgery } from './guard.js'
import { areaOf, optionsIn, type Place } from './place.js'
import { keptApart, refuseStranger, requestValues } from './session.js'
import { writeState } from './write.js'

/** Selects a flow: always a new conversation, whatever cookie came along; with a continuation token the one that its mail is about. */
export function selectRoute(place: Place, path: string): IntentRoute {
  return {
    method: 'POST',
    path,
    read: (request) => readSelect(place, request),
    write: (view, problem, request) => writeSelect(place, request, view, problem),
  }
}

const CONTINUATION = 'x-flow-continuation-token'

function readSelect(place: Place, request: WireRequest): Intent | Refusal {
  const as = request.params['as'] ?? ''
  const refuse =
    refuseForgery(place, request) ??
    refuseStranger(place, request) ??
    refuseParameters(request) ??
    (optionsIn(place, areaOf(place, request), as) === undefined ? errorDocument(404, 'FLOW_NOT_FOUND', request) : undefined)
  if (refuse) return { refuse }
  const intent = { dialect: 'airlock', flow: as, answers: [], request: requestValues(place, request) }
  if (request.headers.has(CONTINUATION)) return readContinued(request, intent)
  const running = tokenIn(place, request)
  return {
    ...intent,
    act: 'start',
    ...(running !== undefined && { carried: running, whileRunning: place.settings.selectWhileRunning, ...keptApart(place, request) }),
  }
}

/** Refuses a body that is no JSON object where none is needed; the members of one that is are ignored. */
export function refuseParameters(request: WireRequest): WireResponse | undefined {
  const content = readContent(request)
  if (content.is === 'refused') return content.refuse
  return content.is === 'malformed' ? errorDocument(400, 'MALFORMED_REQUEST', request) : undefined
}

/** The token of a mailed link stands in the place of the cookie, its code in that of the typed one. */
function readContinued(request: WireRequest, intent: Omit<Intent, 'act'>): Intent | Refusal {
  const [given = '', another] = request.headers.get(CONTINUATION) ?? []
  const continuation = another === undefined ? readContinuation(given) : undefined
  if (!continuation) return { refuse: notContinued(request) }
  const { token, code } = continuation
  return {
    ...intent,
    act: 'submit',
    carried: token,
    answers: [
      {
        kind: 'open',
        input: { call: 'continuation', code },
        read: ({ kind, channel }) =>
          kind === 'code' && channel === 'email' ? { is: 'value', value: { code } } : { is: 'fault', problem: { code: 'out-of-turn' } },
      },
    ],
  }
}

/** Nothing of a conversation is told to whoever could not continue it: no `nextStep`, and no cookie. */
function writeSelect(place: Place, request: WireRequest, view: View | undefined, problem: Problem | undefined): WireResponse {
  const refused = problem && request.headers.has(CONTINUATION) && NOT_CONTINUED.includes(problem.code)
  return refused ? notContinued(request) : writeState(place, request, view, problem)
}

function notContinued(request: WireRequest): WireResponse {
  return errorDocument(403, 'FLOW_CONTINUATION_TOKEN_INVALID', request)
}
