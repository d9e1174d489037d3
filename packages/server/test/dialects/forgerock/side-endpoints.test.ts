import { Secret, type JsonObject, type QueryAnswers } from '@rekey/core'
import { describe, expect, test } from 'vitest'
import type { StrayFault } from '../../../src/dialect/dialect.js'
import { ANONYMOUS, HEADERS, mounted, post, queried, request, type Sent } from './wire.js'

const VALIDATE = '/openidm/policy/selfservice/reset?_action=validateObject'
const DENIED = { status: 403, headers: HEADERS, body: { code: 403, reason: 'Forbidden', message: 'Access denied' } }

const ANSWERS: QueryAnswers = {
  passwordRules: [
    { id: 'required', rule: 'REQUIRED', params: {} },
    { id: 'minimum-length', rule: 'MIN_LENGTH', params: { minLength: 8 } },
  ],
  checkPassword: [{ rule: 'MIN_LENGTH', params: { minLength: 8 } }],
  factors: undefined,
  session: undefined,
  flows: [
    { as: 'reset', flow: 'password-reset' },
    { as: 'unlock', flow: 'unlock' },
  ],
}

/** The answer of a query route when the engine says what stands above. */
function answer(method: 'GET' | 'POST', target: string, sent: Sent = {}, answers = ANSWERS) {
  const asked = method === 'GET' ? request('GET', target, sent) : post(target, sent)
  const { route, request: routed } = queried(asked)
  const refused = route.ask(routed)
  if ('refuse' in refused) return refused.refuse
  switch (route.query) {
    case 'passwordRules':
      return route.answer(answers.passwordRules, routed)
    case 'checkPassword':
      return route.answer(answers.checkPassword, routed)
    case 'flows':
      return route.answer(answers.flows, routed)
    case 'factors':
      return route.answer(answers.factors, routed)
    case 'session':
      return route.answer(answers.session, routed)
  }
}

const policy = (resource: string): JsonObject => ({
  _id: '*',
  resource,
  properties: [
    {
      name: 'password',
      policyRequirements: ['REQUIRED', 'MIN_LENGTH'],
      policies: [
        { policyId: 'required', policyRequirements: ['REQUIRED'] },
        { policyId: 'minimum-length', params: { minLength: 8 }, policyRequirements: ['MIN_LENGTH'] },
      ],
    },
  ],
})

const switches = { configuration: { lang: 'en', passwordReset: true, forgotUsername: false, selfRegistration: false } }

describe('what the pages read beside a process', () => {
  test.for([
    ['/openidm/policy/selfservice/reset', policy('selfservice/reset')],
    ['/openidm/policy/selfservice/reset/', policy('selfservice/reset')],
    ['/openidm/policy/managed/user', policy('managed/user')],
    ['/openidm/info/uiconfig', switches],
    ['/openidm/config/ui/configuration', switches],
    [
      '/openidm/info/features?_queryFilter=true',
      {
        result: [
          { name: 'passwordReset', enabled: true, endpoints: ['selfservice/reset'] },
          { name: 'retrieveUsername', enabled: false, endpoints: ['selfservice/username'] },
          { name: 'registration', enabled: false, endpoints: ['selfservice/registration'] },
          { name: 'unlock', enabled: true, endpoints: ['selfservice/unlock'] },
        ],
      },
    ],
  ] as const)('GET %s', ([target, body]) => {
    expect(answer('GET', target)).toEqual({ status: 200, headers: HEADERS, body })
    expect(answer('GET', target, { headers: { ...ANONYMOUS, 'x-openidm-password': 'x' } })?.status).toBe(401)
  })

  test.for([VALIDATE, '/openidm/policy/selfservice/reset/?_action=validateObject'])('POST %s', (target) => {
    expect(answer('POST', target, { body: { password: 'x' } })).toEqual({
      status: 200,
      headers: HEADERS,
      body: {
        result: false,
        failedPolicyRequirements: [
          { property: 'password', policyRequirements: [{ policyRequirement: 'MIN_LENGTH', params: { minLength: 8 } }] },
        ],
      },
    })
    expect(answer('POST', target, { body: { password: 'x' } }, { ...ANSWERS, checkPassword: [] })?.body).toEqual({
      result: true,
      failedPolicyRequirements: [],
    })
  })

  test.for<readonly [string, unknown, string]>([
    ['a password', { password: 'Passw0rd' }, 'Passw0rd'],
    ['no password', {}, ''],
    ['a null password', { password: null }, ''],
    ['no body', undefined, ''],
  ])('asks about %s', ([, body, text]) => {
    const { route, request: routed } = queried(post(VALIDATE, { body }))
    const asked = route.ask(routed)
    if (!('secret' in asked)) throw new Error('it asks about a secret')
    expect([asked.query, asked.secret.reveal()]).toEqual(['checkPassword', text])
    expect(asked.secret).toBeInstanceOf(Secret)
  })

  test.for<readonly [string, string, Sent, number, string]>([
    ['a password that is no text', VALIDATE, { body: { password: 1 } }, 400, '/password: Expecting a java.lang.String'],
    [
      'a body that is no JSON',
      VALIDATE,
      { text: '{' },
      400,
      'The request could not be processed because the provided content is not valid JSON',
    ],
    ['another action', '/openidm/policy/selfservice/reset?_action=x', { body: {} }, 403, 'Access denied'],
    ['wrong credentials', VALIDATE, { body: {}, headers: { 'x-openidm-password': 'x' } }, 401, 'Access Denied'],
    ['an unknown process', '/openidm/policy/selfservice/other?_action=validateObject', { body: {} }, 403, 'Access denied'],
  ])('refuses %s', ([, target, sent, status, message]) => {
    expect(answer('POST', target, sent)).toMatchObject({ status, headers: HEADERS, body: { code: status, message } })
  })

  test('knows no policy of a process that is not served', () => {
    expect(answer('GET', '/openidm/policy/selfservice/__proto__')).toEqual(DENIED)
  })
})

describe('strays', () => {
  test.for<readonly [string, string, StrayFault, Sent, number, string]>([
    ['an unknown path', 'GET', 'no-route', {}, 404, "Resource 'managed/user' not found"],
    ['a bent path', 'GET', 'bad-path', {}, 404, "Resource 'managed/user' not found"],
    ['an unknown path to write to', 'POST', 'no-route', {}, 401, 'Access Denied'],
    ['an unknown path to write to, with credentials', 'POST', 'no-route', { headers: ANONYMOUS }, 404, "Resource 'managed/user' not found"],
    ['another method', 'DELETE', 'bad-method', { headers: ANONYMOUS }, 403, 'Access denied'],
    ['another method without credentials', 'DELETE', 'bad-method', {}, 401, 'Access Denied'],
    ['a fault of ours', 'POST', 'fault', {}, 503, 'Service unavailable'],
  ])('%s', ([, method, fault, sent, status, message]) => {
    const response = mounted().stray(request(method, '/openidm/managed/user', sent), fault)
    expect(response).toMatchObject({ status, headers: HEADERS, body: { code: status, message } })
  })

  test('another method where no credentials are demanded is not implemented', () => {
    const response = mounted({ credentials: 'off' }).stray(request('PUT', '/openidm/selfservice/reset'), 'bad-method')
    expect(response).toMatchObject({ status: 501, body: { message: 'Not Implemented' } })
  })

  test('repeats a path bounded and printable', () => {
    const response = mounted().stray(request('GET', `/openidm/\u0007<ü>${'x'.repeat(5000)}`), 'no-route')
    expect(response.body).toEqual({ code: 404, reason: 'Not Found', message: `Resource '?<?>${'x'.repeat(96)}...' not found` })
  })
})

describe('links and addresses', () => {
  test.for([
    ['the default base', { as: 'reset' }, 'C', 'https://rekey.example/#/passwordreset/&token=a.b.c&code=C'],
    ['a base of the flow', { link: 'https://id.example/#passwordReset/' }, 'C', 'https://id.example/#passwordReset/&token=a.b.c&code=C'],
    ['no code', { as: 'reset' }, undefined, 'https://rekey.example/#/passwordreset/&token=a.b.c'],
  ] as const)('a link with %s', ([, options, code, link]) => {
    expect(mounted({}, options).link?.('reset', 'a.b.c', code, 'd.e.f', {})).toBe(link)
  })

  test('names the addresses of a flow under every base path', () => {
    expect(mounted({ basePaths: ['/openidm', '/am'] }).addresses('reset')).toEqual([
      'GET /openidm/selfservice/reset',
      'POST /openidm/selfservice/reset?_action=submitRequirements',
      'GET /am/selfservice/reset',
      'POST /am/selfservice/reset?_action=submitRequirements',
    ])
  })
})
