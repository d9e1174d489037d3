import type { JsonObject } from '@rekey/core'
import { list, membersOf, open, ref, response, SECRET, TEXT } from '../../dialect/openapi-words.js'
import { errorsOf, headers, listOf, objectBody, sessionName, STATUSES, TYPES } from './openapi-documents.js'
import type { Area } from './place.js'
import type { AirlockSettings } from './settings.js'

/** Where a call stands. */
export interface CallPlace {
  readonly settings: AirlockSettings
  readonly area: Area
  /** Ids of the flows that it belongs to. */
  readonly tags: readonly string[]
}

export interface CallWords {
  readonly summary: string
  /** Members of the body; a call without any takes an empty one too. */
  readonly request?: JsonObject
  /** Those that may be left out. */
  readonly optional?: readonly string[]
  /** In the place of the state of the flow. */
  readonly answer?: JsonObject
  /** Whether it needs no flow that runs. */
  readonly begins?: true
}

/** One operation. */
export function operation({ settings, area, tags }: CallPlace, { summary, request, optional, answer, begins }: CallWords): JsonObject {
  const session = begins ? {} : { session: [] }
  const login = settings.loginCookieName === undefined ? [] : [{ ...session, login: [] }]
  const security = area === 'protected' ? [{ ...session, bearer: [] }, ...login] : begins ? undefined : [session]
  return {
    ...(tags.length > 0 && { tags }),
    summary,
    ...(security && { security }),
    parameters: headers(settings),
    ...(request && { requestBody: objectBody(request, optional) }),
    responses: {
      200: response(answer ? summary : 'The state of the flow', answer ?? ref(sessionName(area)), {
        types: TYPES,
        ...(!answer && { headers: COOKIE }),
      }),
      ...errorsOf(STATUSES.filter((status) => status !== 401 || area === 'protected')),
    },
  }
}

const COOKIE: JsonObject = { 'Set-Cookie': { description: 'The cookie of the flow, or its end', schema: TEXT } }

/** The call that answers a step, by its path. */
export function callWords({ userDataItems }: AirlockSettings, path: string): CallWords {
  switch (path) {
    case 'username/identify':
      return { summary: 'Say who somebody is', request: { username: { type: 'string', minLength: 1, maxLength: 1024 } } }
    case 'user-data/identify': {
      const names = [...userDataItems.keys()]
      const items = membersOf(Object.fromEntries(names.map((name) => [name, { type: 'string', maxLength: 1024 } as const])))
      return { summary: 'Say who somebody is by data that must all fit', request: items, optional: names }
    }
    case 'verification/secret-questions/check':
      return { summary: 'Answer the security questions', request: { answers: list(open({ id: TEXT, answer: TEXT }, ['id', 'answer'])) } }
    case 'password/check':
      return { summary: 'Give the present password', request: { password: SECRET } }
    case 'password/set':
      return { summary: 'Set the new password', request: { newPassword: SECRET } }
    case 'message/acknowledge':
      return { summary: 'Consent to the message of the open step' }
    default:
      return { summary: 'Give the code', request: { otp: { type: 'string', minLength: 1 } } }
  }
}

/** What the open step shows. */
export const RETRIEVED = {
  questions: { summary: 'The security questions', answer: listOf('secret-question', { question: TEXT }, true) },
  options: { summary: 'The steps to pick from', answer: listOf('selection-option', { nextStep: TEXT }, true) },
} as const satisfies Record<string, CallWords>
