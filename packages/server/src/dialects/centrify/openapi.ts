import type { JsonObject } from '@rekey/core'
import type { OpenapiContext, OpenapiPart } from '../../dialect/openapi.js'
import {
  anyOf,
  body,
  closed,
  exactly,
  list,
  NULL,
  open,
  parameter,
  ref,
  response,
  SECRET,
  TEXT,
  TRUTH,
  words,
} from '../../dialect/openapi-words.js'
import { SESSION_COOKIE } from './caller.js'
import { packageSchemas } from './openapi-package.js'
import { failed, good, loggedIn, refusals, summary } from './openapi-results.js'
import { readSettings, type CentrifySettings } from './settings.js'

/** Describes the calls of the slots that flows take. */
export function describeCentrify({ settings: given, flows }: OpenapiContext): OpenapiPart {
  const settings = readSettings(given)
  const flowOf = (slot: string) => flows.find(({ as }) => as === slot)?.id
  const [login, forgot, change] = ['login', 'forgot', 'change'].map(flowOf)
  const isTalking = login !== undefined || forgot !== undefined
  const tags = { tags: [login, forgot].filter((id) => id !== undefined) }
  return {
    description:
      'Centrify Identity Service: a log-in that may become a forgotten password, under one session id. HTTP says 200 for every outcome of a call that worked; letter case of paths and of the names of members does not count.',
    paths: {
      ...(isTalking && {
        '/Security/StartAuthentication': { post: { ...tags, ...start(settings) } },
        '/Security/AdvanceAuthentication': { post: { ...tags, ...advance(settings) } },
        '/Security/CleanupAuthentication': { post: { ...tags, ...cleanup(settings) } },
        '/Security/Approve': approve(tags),
      }),
      '/Security/Logout': { post: logout(settings) },
      ...(change !== undefined && { '/UserMgmt/ChangeUserPassword': { post: { tags: [change], ...changePassword(settings) } } }),
    },
    schemas: packageSchemas(settings, flows),
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', description: 'The `Auth` of a log-in' },
      cookie: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE, description: 'The same, as browsers send it' },
    },
  }
}

function headers({ requireNativeHeader }: CentrifySettings): JsonObject {
  const native = parameter('header', 'X-CENTRIFY-NATIVE-CLIENT', TEXT, 'Any value: the caller is no browser', requireNativeHeader)
  return { parameters: [native] }
}

function start(settings: CentrifySettings): JsonObject {
  const host = closed({ PodFqdn: TEXT, Summary: exactly('Undefined') })
  return {
    summary: 'Begin a log-in, and tell what it asks',
    ...headers(settings),
    requestBody: body(open({ User: { ...TEXT, minLength: 1 }, TenantId: TEXT, Version: TEXT }, ['User'])),
    responses: {
      200: response(
        'What to answer; or the session that the caller has; or a refusal',
        anyOf([good(anyOf([ref('Package'), host, loggedIn(settings)])), failed(['Failure', 'Undefined'])]),
      ),
      ...refusals(['Failure', 'Undefined']),
    },
  }
}

function advance(settings: CentrifySettings): JsonObject {
  const results = [ref('Package'), summary('StartNextChallenge'), summary('OobPending'), NONCOMMITAL, loggedIn(settings)]
  const refused = ['Failure', 'LoginFailure', 'Undefined'] as const
  return {
    summary: 'Answer, have a code sent, poll, or ask for a new password',
    ...headers(settings),
    requestBody: body(anyOf([operation({ SessionId: TEXT }), several()])),
    responses: { 200: response('What comes next, or a refusal', anyOf([good(anyOf(results)), failed(refused)])), ...refusals(refused) },
  }
}

const NONCOMMITAL = closed({ ClientMessage: TEXT, Summary: exactly('NoncommitalSuccess') })

/** One action, about one mechanism or about the session. */
function operation(more: JsonObject): JsonObject {
  const common = { ...more, TenantId: TEXT, PersistentLogin: TRUTH }
  const required = Object.keys(more)
  const ANSWER: JsonObject = { anyOf: [TEXT, { type: 'object', additionalProperties: TEXT, description: 'By the `Uuid` of the question' }] }
  return {
    anyOf: [
      {
        title: 'Answer',
        ...open({ ...common, Action: exactly('Answer'), MechanismId: TEXT, Answer: ANSWER }, [
          ...required,
          'Action',
          'MechanismId',
          'Answer',
        ]),
      },
      {
        title: 'Open',
        ...open({ ...common, Action: words(['StartOOB', 'Poll']), MechanismId: TEXT }, [...required, 'Action', 'MechanismId']),
      },
      { title: 'Forgot', ...open({ ...common, Action: exactly('ForgotPassword') }, [...required, 'Action']) },
    ],
  }
}

function several(): JsonObject {
  const operations = { ...list(operation({})), minItems: 1, maxItems: 8 }
  return {
    title: 'Several',
    ...open({ SessionId: TEXT, TenantId: TEXT, Action: exactly('MultipleOperations'), MultipleOperations: operations }, [
      'SessionId',
      'Action',
      'MultipleOperations',
    ]),
  }
}

function cleanup(settings: CentrifySettings): JsonObject {
  return {
    summary: 'Give a session up; succeeds for one that is over as well',
    ...headers(settings),
    requestBody: body(open({ SessionId: TEXT, TenantId: TEXT })),
    responses: { 200: response('Done', good(NULL)), ...refusals(['Failure', 'Undefined']) },
  }
}

function logout(settings: CentrifySettings): JsonObject {
  return {
    summary: 'End the login session of the caller',
    security: SIGNED_IN,
    ...headers(settings),
    requestBody: { ...body({ anyOf: [open({ redirectUrl: TEXT }), { type: 'array', maxItems: 0 }] }), required: false },
    responses: { 200: response('Done, or a refusal', anyOf([good(NULL), failed()])), ...refusals() },
  }
}

function changePassword(settings: CentrifySettings): JsonObject {
  return {
    summary: 'Change the password of the caller',
    security: SIGNED_IN,
    ...headers(settings),
    requestBody: body(open({ oldPassword: SECRET, newPassword: SECRET }, ['oldPassword', 'newPassword'])),
    responses: { 200: response('Done, or a refusal', anyOf([good(NULL), failed()])), ...refusals() },
  }
}

const SIGNED_IN = [{ bearer: [] }, { cookie: [] }]

function approve(tags: JsonObject): JsonObject {
  const page = (text: string) => response(text, TEXT, { types: ['text/html'] })
  const responses = { 200: page('A page that says what is asked, or that it is over'), 503: page('A page that says to come back later') }
  const form = closed({ token: TEXT, answer: words(['approve', 'deny']) })
  return {
    get: {
      ...tags,
      summary: 'The page behind a mailed link; changes nothing',
      parameters: [parameter('query', 'token', TEXT, 'Of the link')],
      responses,
    },
    post: {
      ...tags,
      summary: 'Approve, or say that it was somebody else',
      requestBody: body(form, ['application/x-www-form-urlencoded']),
      responses,
    },
  }
}
