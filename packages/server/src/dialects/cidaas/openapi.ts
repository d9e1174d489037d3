import type { JsonObject } from '@rekey/core'
import type { OpenapiContext, OpenapiPart } from '../../dialect/openapi.js'
import { closed, exactly, list, NUMBER, parameter, TEXT, TRUTH } from '../../dialect/openapi-words.js'
import { call, describedFaults, type CallWords } from './openapi-calls.js'
import { CHANGE_REQUEST, REQUEST_ID, resetOperations, SET_REQUEST } from './openapi-requests.js'
import { readSettings } from './settings.js'

/** Describes the calls of the slots that flows take, and those that need no flow. */
export function describeCidaas({ settings: given, publicUrl, flows }: OpenapiContext): OpenapiPart {
  const settings = readSettings(given, { publicUrl })
  const flowOf = (slot: string) => flows.find(({ as }) => as === slot)?.id
  const [change, set, forgot] = ['change', 'set', 'forgot'].map(flowOf)
  const changing: CallWords = {
    summary: 'Change the password of the caller',
    tag: change,
    bearer: true,
    request: CHANGE_REQUEST,
    data: CHANGED,
  }
  const setting: CallWords = {
    summary: 'Set the first password of the caller',
    tag: set,
    bearer: true,
    request: SET_REQUEST,
    data: CHANGED,
  }
  return {
    description: 'cidaas: the password calls of its pages and SDKs. Members of a request that are not named here are ignored.',
    paths: {
      ...((change !== undefined || set !== undefined) && {
        '/password-srv/password': {
          ...(change !== undefined && { put: call(changing) }),
          ...(set !== undefined && { post: call(setting) }),
        },
      }),
      ...(change !== undefined && { '/users-srv/changepassword': { post: call(changing) } }),
      ...(forgot !== undefined && { ...resetOperations(forgot, settings), '/public-srv/public/{requestId}': { get: publicInfo() } }),
      ...lists(settings.requireRequestId),
    },
    schemas: describedFaults(),
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', description: 'Access token of the person' },
      accessToken: { type: 'apiKey', in: 'header', name: 'access_token', description: 'The same, as mobile clients send it' },
    },
  }
}

const CHANGED = closed({ changed: exactly(true) })
const MEDIUM = closed({ id: TEXT, key_name: TEXT })
const CONFIGURED = closed({ configured_list: list(closed({ type: TEXT, mediums: list(MEDIUM) })) })

function lists(needsRequestId: boolean): OpenapiPart['paths'] {
  return {
    '/verification-srv/config/list': {
      get: call({
        summary: 'The methods of the installation',
        bearer: true,
        answer: list(closed({ verificationType: TEXT, active: exactly(true) })),
      }),
    },
    '/verification-srv/v2/setup/users/configured/list': {
      post: call({
        summary: 'The methods that the caller has set up',
        bearer: true,
        request: { type: 'object' },
        optionalBody: true,
        data: CONFIGURED,
      }),
    },
    '/verification-srv/v2/setup/public/configured/list': {
      post: call({
        summary: 'The methods that somebody without a token may try: the same for everybody',
        request: { type: 'object', properties: { request_id: REQUEST_ID }, ...(needsRequestId && { required: ['request_id'] }) },
        data: CONFIGURED,
      }),
    },
    '/authz-srv/authrequest/authz/generate': {
      post: call({
        summary: 'Give out a request id',
        request: { type: 'object', properties: { client_id: TEXT } },
        data: closed({ groupname: TEXT, lang: TEXT, view_type: exactly('login'), requestId: REQUEST_ID }),
        denies: true,
      }),
    },
  }
}

function publicInfo(): JsonObject {
  const policy = closed({
    blockCompromised: TRUTH,
    denyUsageCount: NUMBER,
    strengthRegexes: list(TEXT),
    changeEnforcement: closed({ expirationInDays: NUMBER, notifyUserBeforeInDays: NUMBER }),
  })
  const data = closed({
    client_name: TEXT,
    logo_uri: TEXT,
    policy_uri: TEXT,
    tos_uri: TEXT,
    login_providers: { type: 'array', maxItems: 0 },
    passwordless_enabled: exactly(false),
    password_policy: policy,
  })
  const words = { summary: 'What pages read of the installation before anybody is known', data }
  return { ...call(words), parameters: [parameter('path', 'requestId', TEXT, 'A request id of this server')] }
}
