import type { AskedRequirement, JsonObject } from '@rekey/core'
import type { DescribedFlow, OpenapiContext, OpenapiPart } from '../../dialect/openapi.js'
import {
  anyOf,
  body,
  closed,
  exactly,
  grouped,
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
import { errorBody, type ErrorStatus } from './document.js'
import { additionsOf, inputOf, stagesOf } from './openapi-stages.js'
import { PROBLEMS } from './problems.js'
import { readSettings, type ForgerockSettings } from './settings.js'

/** Describes the processes and the endpoints beside them, below every base path. */
export function describeForgerock({ settings: given, flows }: OpenapiContext): OpenapiPart {
  const settings = readSettings(given)
  const paths = settings.basePaths.flatMap((base) => [
    ...flows.flatMap((flow) => [
      [`${base}/selfservice/${flow.as}`, processItem(settings, flow)] as const,
      [`${base}/policy/selfservice/${flow.as}`, policyItem(settings, flow)] as const,
    ]),
    ...besides(settings, base),
  ])
  return {
    description:
      'ForgeRock self-service: GET describes a process, POST starts it or goes on with the token of the latest answer. Every path is served with and without a slash behind it.',
    paths: Object.fromEntries(paths),
    schemas: { Error: ERROR, Feature: FEATURE, PasswordPolicy: POLICY, PolicyResult: POLICY_RESULT },
    ...(settings.credentials !== 'off' && { securitySchemes: SCHEMES }),
  }
}

const SCHEMES: JsonObject = {
  basic: { type: 'http', scheme: 'basic', description: 'The static user of the self-service pages' },
  userName: { type: 'apiKey', in: 'header', name: 'X-OpenIDM-Username', description: 'The same user, together with the password' },
  password: { type: 'apiKey', in: 'header', name: 'X-OpenIDM-Password', description: 'The password of that user' },
}

/** Reading needs no credentials, but wrong ones are refused. */
function security({ credentials }: ForgerockSettings, isReading: boolean): JsonObject {
  if (credentials === 'off') return {}
  return { security: [{ basic: [] }, { userName: [], password: [] }, ...(isReading ? [{}] : [])] }
}

function processItem(settings: ForgerockSettings, flow: DescribedFlow): JsonObject {
  const asking = flow.steps.flatMap(({ requirement }) => requirement ?? [])
  const described = { _id: exactly('1'), _rev: TEXT }
  return {
    get: {
      tags: [flow.id],
      summary: 'What the process asks first; starts nothing',
      ...security(settings, true),
      parameters: [PRETTY, VERSION],
      responses: { 200: response('The first stage', anyOf(stagesOf(flow, described, ['_id', '_rev']))), ...errors(settings, READING) },
    },
    post: {
      tags: [flow.id],
      summary: 'Start the process, or submit what its open stage requires',
      ...security(settings, false),
      parameters: [action('submitRequirements'), PRETTY, VERSION, ...csrf(settings)],
      requestBody: body(anyOf([starting(asking), ...asking.map(going)])),
      responses: {
        200: response('The next stage, or the end', anyOf([...stagesOf(flow, { token: TOKEN }), endOf(flow)])),
        ...errors(settings, [...Object.values(PROBLEMS), ...WRITING, [403, 'Policy validation failed']]),
      },
    },
  }
}

/** Compact JWS. */
const TOKEN: JsonObject = {
  type: 'string',
  pattern: String.raw`^[\w-]+\.[\w-]+\.[\w-]+$`,
  description: 'Good for the next call, and for no later one',
}

/** A start answers the first stage. */
function starting([first]: readonly AskedRequirement[]): JsonObject {
  return { title: 'Start', ...open({ token: NULL, input: first ? inputOf(first) : open({}) }, ['input']) }
}

function going(requirement: AskedRequirement): JsonObject {
  return { title: `Answer to ${requirement.step.id}`, ...open({ token: TEXT, input: inputOf(requirement) }, ['token', 'input']) }
}

function endOf(flow: DescribedFlow): JsonObject {
  return {
    title: 'End',
    ...closed({ type: TEXT, tag: exactly('end'), status: exactly({ success: true }), additions: additionsOf(flow) }),
  }
}

function policyItem(settings: ForgerockSettings, flow: DescribedFlow): JsonObject {
  return {
    get: reading(settings, 'The rules for a new password', ref('PasswordPolicy'), [flow.id], [[403, 'Access denied']]),
    post: {
      tags: [flow.id],
      summary: 'Judge a password by the rules that need nobody',
      ...security(settings, false),
      parameters: [action('validateObject'), PRETTY, VERSION, ...csrf(settings)],
      requestBody: body(open({ password: { ...SECRET, description: 'Absent is the empty password' } })),
      responses: { 200: response('Which rules it breaks', ref('PolicyResult')), ...errors(settings, WRITING) },
    },
  }
}

function besides(settings: ForgerockSettings, base: string): readonly (readonly [string, JsonObject])[] {
  const switches = { lang: exactly('en'), passwordReset: TRUTH, forgotUsername: TRUTH, selfRegistration: TRUTH }
  const ui = { get: reading(settings, 'The switches that the pages read when they open', closed({ configuration: closed(switches) })) }
  return [
    [`${base}/policy/managed/user`, { get: reading(settings, 'The rules for passwords of people', ref('PasswordPolicy')) }],
    [`${base}/info/uiconfig`, ui],
    [`${base}/config/ui/configuration`, ui],
    [`${base}/info/features`, { get: reading(settings, 'The processes that there are', closed({ result: list(ref('Feature')) })) }],
  ]
}

function reading(settings: ForgerockSettings, summary: string, schema: JsonObject, tags?: readonly string[], more: Told = []): JsonObject {
  return {
    ...(tags && { tags }),
    summary,
    ...security(settings, true),
    parameters: [PRETTY, VERSION],
    responses: { 200: response(summary, schema), ...errors(settings, [...READING, ...more]) },
  }
}

type Told = readonly (readonly [status: ErrorStatus, message: string])[]

const READING: Told = [
  [400, 'Unsupported protocol version'],
  [401, 'Access Denied'],
  [403, 'Access denied'],
  [429, 'Too many requests'],
  [503, 'Service unavailable'],
]
/** What stands before any process. Source: common REST. */
const WRITING: Told = [
  ...READING,
  [412, 'If-Match not supported for POST requests'],
  [413, 'The request could not be processed because the provided content is too large'],
  [415, 'The request could not be processed because content encodings are not supported'],
]

function errors({ credentials }: ForgerockSettings, told: Told): JsonObject {
  const all: Told = credentials === 'off' ? [...told.filter(([status]) => status !== 401), [501, 'Not Implemented']] : told
  return Object.fromEntries(
    [...grouped(all)].map(([status, texts]) => {
      const { code, reason } = errorBody(status, '')
      const schema = { allOf: [ref('Error'), open({ code: exactly(code ?? status), reason: exactly(reason ?? '') })] }
      return [status, response([...new Set(texts)].join('; '), schema)]
    }),
  )
}

const PRETTY = parameter('query', '_prettyPrint', words(['true', 'false']), 'Whether the answer is spread over lines', false)
const VERSION = parameter('header', 'Accept-API-Version', TEXT, '`protocol=1.0,resource=1.0`; protocols 1.0, 2.0 and 2.1', false)

function action(name: string): JsonObject {
  return parameter('query', '_action', words([name]), 'What the POST does')
}

/** With credentials the headers that carry them are enough. */
function csrf({ csrf: isOn, credentials }: ForgerockSettings): readonly JsonObject[] {
  return isOn && credentials === 'off'
    ? [parameter('header', 'X-Requested-With', TEXT, 'Any value: a foreign page cannot send it. `Accept-API-Version` does as well', false)]
    : []
}

const ERROR = closed({ code: { type: 'integer' }, reason: TEXT, message: { ...TEXT, minLength: 1 }, detail: {} }, ['detail'])
const FEATURE = closed({ name: TEXT, enabled: TRUTH, endpoints: list(TEXT) })
const POLICY = closed({
  _id: exactly('*'),
  resource: TEXT,
  properties: list(
    closed({
      name: exactly('password'),
      policyRequirements: list(TEXT),
      policies: list(closed({ policyId: TEXT, params: open({}), policyRequirements: list(TEXT) }, ['params'])),
    }),
  ),
})
const BROKEN = closed({ policyRequirement: TEXT, params: open({}) }, ['params'])
const POLICY_RESULT = closed({
  result: TRUTH,
  failedPolicyRequirements: list(closed({ property: exactly('password'), policyRequirements: list(BROKEN) })),
})
