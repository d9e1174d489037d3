import type { JsonObject } from '@rekey/core'
import type { DescribedFlow, OpenapiContext, OpenapiPart } from '../../dialect/openapi.js'
import { parameter, response, SECRET, TEXT } from '../../dialect/openapi-words.js'
import { callWords, operation, RETRIEVED } from './openapi-calls.js'
import { describedErrors, errorsOf, headers, listOf, objectBody, sessionSchemas, TYPES } from './openapi-documents.js'
import type { Area } from './place.js'
import { readSettings, type AirlockSettings } from './settings.js'
import { RESEND_CALLS, STEP_CALLS } from './step-calls.js'

/** Describes the areas that have flows, with the calls that their steps answer to. */
export function describeAirlock({ settings: given, flows }: OpenapiContext): OpenapiPart {
  const settings = readSettings(given)
  const { prefix } = settings
  const areas = (['public', 'protected'] as const).flatMap((area) => {
    const own = flows.filter(({ options }) => (options['area'] === 'protected' ? 'protected' : 'public') === area)
    return own.length === 0 ? [] : [{ area, flows: own }]
  })
  return {
    description:
      'Loginapp REST, self-service: a flow is selected, then each step has a call of its own; a cookie carries the flow, and every answer names the `nextStep`. Every path is served with and without a slash behind it.',
    paths: {
      ...Object.assign({}, ...areas.map(({ area, flows: own }) => selfService(settings, area, own))),
      ...(flows.some(({ as, options }) => as === settings.passwordChangeFlow && options['area'] === 'protected') && {
        [`${prefix}/protected/my/password/change`]: { post: changeAtOnce(settings) },
      }),
      [`${prefix}/public/password/policy/check`]: { post: policyCheck(settings) },
    },
    schemas: { ...Object.assign({}, ...areas.map(({ area, flows: own }) => sessionSchemas(area, own))), Error: describedErrors(flows) },
    securitySchemes: schemes(settings),
  }
}

function schemes({ cookieName, loginCookieName }: AirlockSettings): JsonObject {
  return {
    session: { type: 'apiKey', in: 'cookie', name: cookieName, description: 'Carries the flow; each answer sets it anew' },
    bearer: { type: 'http', scheme: 'bearer', description: 'The log-in of the person' },
    ...(loginCookieName !== undefined && {
      login: { type: 'apiKey', in: 'cookie', name: loginCookieName, description: 'The same, in the cookie of the log-in' },
    }),
  }
}

function selfService(settings: AirlockSettings, area: Area, flows: readonly DescribedFlow[]): OpenapiPart['paths'] {
  const root = `${settings.prefix}/${area}/self-service`
  const asked = flows.flatMap(({ steps }) => steps.flatMap(({ requirement }) => requirement ?? []))
  const at = { settings, area, tags: flows.map(({ id }) => id) }
  const kinds = new Set(asked.map(({ kind }) => kind))
  return {
    [root]: { get: operation(at, { summary: 'The state of the flow' }) },
    [`${root}/flow`]: { delete: { ...operation(at, { summary: 'End the flow' }), responses: { 204: ENDED, ...errorsOf([403, 503]) } } },
    ...Object.fromEntries(flows.map((flow) => [`${root}/flows/${flow.as}/select`, { post: select(settings, area, flow) }])),
    ...Object.fromEntries(
      STEP_CALLS.filter((call) => (call.area === undefined || call.area === area) && asked.some(call.fits)).map((call) => [
        `${root}/${call.path}`,
        { post: operation(at, callWords(settings, call.path)) },
      ]),
    ),
    ...Object.fromEntries(
      RESEND_CALLS.filter(({ fits }) => asked.some(fits)).map(({ path }) => [
        `${root}/${path}`,
        { post: operation(at, { summary: 'Send the code of the open step again' }) },
      ]),
    ),
    ...(kinds.has('answers') && { [`${root}/verification/secret-questions/retrieve`]: { post: operation(at, RETRIEVED.questions) } }),
    ...(kinds.has('choice') && {
      [`${root}/selection/options/retrieve`]: { post: operation(at, RETRIEVED.options) },
      [`${root}/selection/options/{id}/select`]: {
        post: {
          ...operation(at, { summary: 'Pick an offered step' }),
          parameters: [...headers(settings), parameter('path', 'id', TEXT, 'Id of an option')],
        },
      },
    }),
    ...(area === 'protected' &&
      kinds.has('password') &&
      kinds.has('newPassword') && {
        [`${root}/password/change`]: {
          post: operation(at, { summary: 'Answer two steps: the present password and the new one', request: CHANGE }),
        },
      }),
  }
}

const CHANGE = { oldPassword: SECRET, newPassword: SECRET }
const ENDED = response('No flow runs in the session')

function select(settings: AirlockSettings, area: Area, flow: DescribedFlow): JsonObject {
  const described = operation({ settings, area, tags: [flow.id] }, { summary: `Begin ${flow.title ?? flow.as}`, begins: true })
  const continuation = parameter(
    'header',
    'X-Flow-Continuation-Token',
    TEXT,
    'What a mailed link brought: the flow goes on where it was',
    false,
  )
  return { ...described, parameters: [...headers(settings), continuation] }
}

function changeAtOnce(settings: AirlockSettings): JsonObject {
  const at = { settings, area: 'protected', tags: [] } as const
  return operation(at, { summary: 'Change the password of whoever is signed in, in one call', request: CHANGE, begins: true })
}

function policyCheck(settings: AirlockSettings): JsonObject {
  return {
    summary: 'Judge a password by the rules that need nobody',
    parameters: headers(settings),
    requestBody: objectBody({ password: SECRET }),
    responses: {
      200: response('It breaks none', listOf('password-policy-check', {}, false), { types: TYPES }),
      ...errorsOf([400, 403, 413, 415, 503]),
    },
  }
}
