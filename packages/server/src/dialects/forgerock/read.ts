import { isJsonObject, parseAcceptLanguage, type Act, type Answer, type Intent, type Json, type RequestValues } from '@rekey/core'
import type { Refusal } from '../../dialect/dialect.js'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { readAnswer } from './answer.js'
import { refuseCaller, refuseForgery } from './caller.js'
import { readContent } from './content.js'
import { isListQuery, parameter, protocolOf, verbOf } from './crest.js'
import { errorDocument } from './document.js'
import { printable } from './printable.js'
import type { ForgerockSettings } from './settings.js'

/**
 * Reads a request to a process: GET describes, POST starts or continues. What stands before the process (caller, version, verb, action,
 * body) is refused here, in the vendor's order; what is wrong inside the body travels in the intent, so that an unknown process and a
 * bad token are told first.
 */
export function readProcess(settings: ForgerockSettings, request: WireRequest): Intent | Refusal {
  const verb = verbOf(request)
  const refuse =
    refuseCaller(request, settings, verb === 'GET' && request.method === 'GET') ??
    refuseVersion(request) ??
    (verb === 'GET' && !isListQuery(request) ? undefined : refuseAction(settings, request, verb, 'submitRequirements'))
  if (refuse) return { refuse }
  if (verb === 'GET') return intent(request, 'describe', [])
  const read = readContent(request)
  const refusal = read.is === 'refused' ? read.refuse : refuseForgery(request, settings)
  if (refusal) return { refuse: refusal }
  return read.is === 'content' ? readSubmit(request, read.content) : { refuse: errorDocument(400, 'No input provided', request) }
}

/** Refuses a version that nobody speaks. */
export function refuseVersion(request: WireRequest): WireResponse | undefined {
  const protocol = protocolOf(request)
  return protocol.is === 'fault' ? errorDocument(400, protocol.message, request) : undefined
}

/**
 * Refuses every verb but POST, conditions on it, and every action but the one given. Callers with the static user's role may do nothing
 * else, so they are denied; without credentials the request reaches the service, which does not implement it.
 */
export function refuseAction(settings: ForgerockSettings, request: WireRequest, verb: string, wanted: string): WireResponse | undefined {
  if (verb !== 'POST') return refuseVerb(settings, request, 'Not Implemented')
  if (request.headers.has('if-match')) return errorDocument(412, 'If-Match not supported for POST requests', request)
  if (request.headers.has('if-none-match')) return errorDocument(412, 'If-None-Match not supported for POST requests', request)
  const action = parameter(request, '_action')
  switch (action.is) {
    case 'many':
      return errorDocument(400, "Multiple values provided for the single-valued request parameter '_action'", request)
    case 'none': {
      // From protocol 2.1 on a POST without an action is a create.
      const protocol = protocolOf(request)
      const creates = protocol.is === 'version' && protocol.version === '2.1'
      return creates
        ? refuseVerb(settings, request, 'Not Implemented')
        : errorDocument(400, "No values provided for the request parameter '_action'", request)
    }
    case 'one':
      return action.value === wanted ? undefined : refuseVerb(settings, request, `Unknown action ${printable(action.value)}`)
  }
}

function refuseVerb({ credentials }: ForgerockSettings, request: WireRequest, message: string): WireResponse {
  return credentials === 'off' ? errorDocument(501, message, request) : errorDocument(403, 'Access denied', request)
}

/** A body that is no object has no members, and so no input. */
function readSubmit(request: WireRequest, content: Json | undefined): Intent {
  const members = isJsonObject(content) ? content : undefined
  const token = members?.['token'] ?? undefined
  if (token !== undefined && typeof token !== 'string') return bent(request, undefined, '/token: Expecting a java.lang.String')
  const input = members?.['input'] ?? undefined
  if (input === undefined) return bent(request, token, 'No input provided')
  const answers = [openAnswer(input)]
  return token === undefined ? intent(request, 'start', answers) : carrying(request, token, answers)
}

function bent(request: WireRequest, token: string | undefined, detail: string): Intent {
  const begun = token === undefined ? intent(request, 'start', []) : carrying(request, token, [])
  return { ...begun, fault: { code: 'request-malformed', detail } }
}

function openAnswer(input: Json): Answer {
  return { kind: 'open', input, read: (requirement) => readAnswer(requirement, input) }
}

function intent(request: WireRequest, act: Act, answers: readonly Answer[]): Intent {
  return { act, dialect: 'forgerock', flow: request.params['as'] ?? '', answers, request: requestValues(request) }
}

function carrying(request: WireRequest, carried: string, answers: readonly Answer[]): Intent {
  return { act: 'submit', dialect: 'forgerock', flow: request.params['as'] ?? '', carried, answers, request: requestValues(request) }
}

function requestValues(request: WireRequest): RequestValues {
  return {
    languages: parseAcceptLanguage(request.headers.get('accept-language')?.join(', ')),
    address: request.address,
    requestId: request.requestId,
  }
}
