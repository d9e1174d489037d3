import type { JsonObject } from '@rekey/core'
import { body, closed, exactly, grouped, NUMBER, open, ref, response, TEXT } from '../../dialect/openapi-words.js'
import type { Failure } from './envelope.js'
import { FAULTS, INTERNAL, PROBLEMS, UNKNOWN } from './problems.js'

/** What one call is described by. */
export interface CallWords {
  readonly summary: string
  /** Id of the flow behind it. */
  readonly tag?: string | undefined
  /** Whether it needs a token. */
  readonly bearer?: true
  /** Whether it answers 401 though it needs none. */
  readonly denies?: true
  readonly request?: JsonObject
  readonly optionalBody?: true
  /** Whether a form may be sent, which is answered by a redirect. */
  readonly form?: true
  /** The `data` of a good answer. */
  readonly data?: JsonObject
  /** The whole of a good answer, where it has no envelope. */
  readonly answer?: JsonObject
}

/** One operation. */
export function call({ summary, tag, bearer, denies, request, optionalBody, form, data, answer }: CallWords): JsonObject {
  const requestBody = request && body(request, form ? ['application/json', FORM] : ['application/json'])
  return {
    ...(tag !== undefined && { tags: [tag] }),
    summary,
    ...(bearer && { security: [{ bearer: [] }, { accessToken: [] }] }),
    ...(requestBody && { requestBody: { ...requestBody, ...(optionalBody && { required: false }) } }),
    responses: {
      200: response('Done', answer ?? successOf(data ?? open({}))),
      ...(form && { 302: REDIRECT }),
      ...failures(),
      ...((bearer || denies) && { 401: response('The token is not good, or the client is not known', ref('Denied')) }),
    },
  }
}

const FORM = 'application/x-www-form-urlencoded'

const LOCATION: JsonObject = { Location: { description: 'A configured page, with what it needs to go on', schema: { type: 'string' } } }
export const REDIRECT = response('To the next page, or back with `error`, `error_code` and `error_description`', undefined, {
  headers: LOCATION,
})

function successOf(data: JsonObject): JsonObject {
  return closed({ success: exactly(true), status: exactly(200), data })
}

/** Every failure by its status; all have one shape. */
export function failures(): JsonObject {
  return Object.fromEntries(
    [...grouped(FAILURES.map((failure) => [failure.status, failure.error] as const))].map(([status, told]) => [
      status,
      response([...new Set(told)].join('; '), { allOf: [ref('Failure'), open({ status: exactly(status) })] }),
    ]),
  )
}

const FAILURES: readonly Failure[] = [
  ...Object.values(PROBLEMS).filter((words) => words !== 'denied'),
  ...Object.values(FAULTS),
  UNKNOWN,
  INTERNAL,
]

/** The shapes of what goes wrong. */
export function describedFaults(): JsonObject {
  const error = closed({
    code: NUMBER,
    moreInfo: TEXT,
    type: exactly('UsersException'),
    status: NUMBER,
    referenceNumber: TEXT,
    error: TEXT,
  })
  return {
    Failure: closed({ success: exactly(false), status: NUMBER, error }),
    Denied: closed({ success: exactly(false), status: exactly(401), error: TEXT, refnumber: TEXT }),
  }
}
