import { isJsonObject, Secret, type Filter, type Intent, type Json, type Problem } from '@rekey/core'
import { readJson } from '../../dialect/json.js'
import { header, type WireRequest } from '../../dialect/wire.js'
import { filterOf } from './name-form.js'
import { hasTwinNames } from './twin-names.js'

/** What is wrong with a request, told only to a caller whose token was good. Travels as the `detail` of the problem. */
export type Fault = 'not-json' | 'not-a-request'

const BEARER = /^Bearer +([!-~]+)$/i

/**
 * Reads a request for a new password. Whatever is wrong with it travels in the intent: a caller without the token gets the answer of an unknown
 * path, and must not learn from another answer that there is one. Members beside `request` are legal; the whole body goes to the validator.
 * Source: Bright Pattern documentation, service API specification and external validation script.
 */
export function readGenerate(request: WireRequest): Intent {
  const bearer = BEARER.exec((header(request, 'authorization') ?? '').trim())?.[1]
  const read = readBody(request)
  const intent: Intent = {
    act: 'start',
    dialect: 'bright-pattern',
    flow: 'generate',
    answers: [],
    request: {
      languages: [],
      address: request.address,
      requestId: request.requestId,
      ...(bearer !== undefined && { bearer: new Secret(bearer) }),
      ...(read.is === 'user' && request.body.is === 'text' && { rawBody: request.body.text }),
    },
  }
  return read.is === 'user'
    ? { ...intent, answers: [{ kind: 'identifier', value: { filter: read.filter } }] }
    : { ...intent, fault: malformed(read.why) }
}

function malformed(why: Fault): Problem {
  return { code: 'request-malformed', detail: why }
}

type Read = { readonly is: 'user'; readonly filter: Filter } | { readonly is: 'fault'; readonly why: Fault }

/** JSON under any content type: that is what scenarios send. */
function readBody({ body }: WireRequest): Read {
  const json = body.is === 'text' ? readJson(body.text) : undefined
  if (json?.is !== 'value' || !isJsonObject(json.value) || body.is !== 'text') return { is: 'fault', why: 'not-json' }
  if (hasTwinNames(body.text)) return { is: 'fault', why: 'not-json' }
  const { type, request } = json.value
  const filter = type === 'request' ? userOf(request) : undefined
  return filter ? { is: 'user', filter } : { is: 'fault', why: 'not-a-request' }
}

function userOf(request: Json | undefined): Filter | undefined {
  if (!isJsonObject(request) || request['action'] !== 'generate_password') return undefined
  const { user } = request
  return typeof user === 'string' ? filterOf(user) : undefined
}
