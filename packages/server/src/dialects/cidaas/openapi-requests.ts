import type { JsonObject } from '@rekey/core'
import type { OpenapiPart } from '../../dialect/openapi.js'
import { closed, exactly, open, parameter, SECRET, TEXT } from '../../dialect/openapi-words.js'
import { call, failures, REDIRECT, type CallWords } from './openapi-calls.js'
import type { CidaasSettings } from './settings.js'

export const REQUEST_ID: JsonObject = {
  type: 'string',
  format: 'uuid',
  description: 'A request id of this server, half an hour old at most',
}

const PERSON = { sub: TEXT, identityId: TEXT }

/** The person is the token's; what the body says of them is only compared. */
export const CHANGE_REQUEST: JsonObject = {
  ...open({ ...PERSON, old_password: SECRET, new_password: SECRET, confirm_password: SECRET }, [
    'old_password',
    'new_password',
    'confirm_password',
  ]),
  anyOf: [{ required: ['sub'] }, { required: ['identityId'] }],
}

export const SET_REQUEST = open({ ...PERSON, password: SECRET, confirmPassword: SECRET }, ['password', 'confirmPassword'])

const IDENTIFIERS = ['email', 'mobile', 'phone', 'username', 'sub'] as const

/** Read without regard to case. */
const MEDIUM: JsonObject = { type: 'string', pattern: '^(?:[Ee][Mm][Aa][Ii][Ll]|[Ss][Mm][Ss])?$', examples: ['EMAIL', 'SMS'] }
const PROCESSING: JsonObject = { type: 'string', pattern: '^(?:[Cc][Oo][Dd][Ee]|[Ll][Ii][Nn][Kk])?$', examples: ['CODE', 'LINK'] }

function initiateRequest({ requireRequestId }: CidaasSettings): JsonObject {
  const members = Object.fromEntries(IDENTIFIERS.map((name) => [name, { type: 'string', maxLength: 320 }]))
  return {
    title: 'Initiate',
    ...open({ ...members, requestId: REQUEST_ID, resetMedium: MEDIUM, processingType: PROCESSING }, requireRequestId ? ['requestId'] : []),
    oneOf: IDENTIFIERS.map((name) => ({ required: [name] })),
  }
}

const VALIDATE_REQUEST: JsonObject = { title: 'Validate', ...open({ resetRequestId: TEXT, code: TEXT }, ['resetRequestId', 'code']) }

const ACCEPTED = ['resetRequestId', 'exchangeId', 'password', 'confirmPassword']
const ACCEPT_REQUEST: JsonObject = {
  title: 'Accept',
  ...open({ resetRequestId: TEXT, exchangeId: TEXT, password: SECRET, confirmPassword: SECRET }, ACCEPTED),
}

const INITIATED = closed({ reset_initiated: exactly(true), rprq: TEXT })
const VALIDATED = closed({ exchangeId: TEXT, resetRequestId: TEXT })
const RESETED = closed({ reseted: exactly(true) })

/** The three calls of a forgotten password, at their own addresses and at the one of newer clients, and the link of the mail. */
export function resetOperations(tag: string, settings: CidaasSettings): OpenapiPart['paths'] {
  const initiate: CallWords = {
    summary: 'Begin a reset: the same answer whoever is named',
    tag,
    form: true,
    request: initiateRequest(settings),
    data: INITIATED,
  }
  const validate: CallWords = { summary: 'Judge the code', tag, form: true, request: VALIDATE_REQUEST, data: VALIDATED }
  const accept: CallWords = { summary: 'Set the new password', tag, form: true, request: ACCEPT_REQUEST, data: RESETED }
  const calls = [initiate, validate, accept]
  const any = (member: 'request' | 'data'): JsonObject => ({ anyOf: calls.flatMap((words) => words[member] ?? []) })
  const byAction = call({ summary: 'The three calls of a reset, by `action`', tag, form: true, request: any('request'), data: any('data') })
  return {
    '/users-srv/resetpassword/initiate': { post: call(initiate) },
    '/users-srv/resetpassword/validatecode': { post: call(validate) },
    '/users-srv/resetpassword/accept': { post: call(accept) },
    '/password-srv/resetpassword': {
      post: { ...byAction, parameters: [action(['initiatereset', 'validatecode', 'acceptreset'])] },
      get: followed(tag),
    },
  }
}

function action(values: readonly string[]): JsonObject {
  return parameter('query', 'action', { type: 'string', enum: values }, 'Which call it is')
}

/** Nothing is judged and nothing is spent by it. */
function followed(tag: string): JsonObject {
  const { 404: unknown } = failures()
  return {
    tags: [tag],
    summary: 'Follow the link of a mail to the page that asks for the new password',
    parameters: [
      action(['handlereset']),
      parameter('query', 'rprq', TEXT, 'The reset', false),
      parameter('query', 'code', TEXT, 'The sealed code', false),
    ],
    responses: { 302: REDIRECT, ...(unknown !== undefined && { 404: unknown }) },
  }
}
