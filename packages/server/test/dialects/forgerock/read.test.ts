import { describe, expect, test } from 'vitest'
import { ANONYMOUS, HEADERS, mounted, post, read, readIntent, refusal, request, SUBMIT, type Sent } from './wire.js'

const BODY = { input: {} }
const NOT_JSON = 'The request could not be processed because the provided content is not valid JSON'
const CONTENT_TYPE = (type: string) =>
  `The request could not be processed because it specified the content-type '${type}' when only the content-type 'application/json' and ` +
  `'multipart/form-data' are supported`
const NO_ACTION = "No values provided for the request parameter '_action'"
const TWO_ACTIONS = "Multiple values provided for the single-valued request parameter '_action'"

const PHRASES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  412: 'Precondition Failed',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  501: 'Not Implemented',
}

function answer(status: number, message: string, detail?: string) {
  return {
    status,
    headers: HEADERS,
    body: { code: status, reason: PHRASES[status], message, ...(detail !== undefined && { detail }) },
  }
}

function basic(pair: string) {
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

const REQUEST = { languages: [], address: '192.0.2.1', requestId: 'request-1' }
const begun = { dialect: 'forgerock', flow: 'reset', request: REQUEST }
const opened = (input: unknown) => ({ kind: 'open', input, read: expect.any(Function) })
const malformed = (detail: string) => ({ code: 'request-malformed', detail })

describe('reading a process', () => {
  test.for([
    ['GET', '/openidm/selfservice/reset', {}],
    ['GET with a slash', '/openidm/selfservice/reset/', {}],
    ['GET with credentials', '/openidm/selfservice/reset', { headers: ANONYMOUS }],
    ['GET with unknown parameters', '/openidm/selfservice/reset?x=1&_fields=a', {}],
  ] as const)('describes on %s', ([, target, sent]) => {
    expect(read(request('GET', target, sent))).toEqual({ ...begun, act: 'describe', answers: [] })
  })

  test.for([
    ['without a token', { input: {} }, { act: 'start', answers: [opened({})] }],
    ['with a null token', { token: null, input: {} }, { act: 'start', answers: [opened({})] }],
    ['with a token', { token: 'T', input: { code: 'C' } }, { act: 'submit', carried: 'T', answers: [opened({ code: 'C' })] }],
    ['with extra members', { token: 'T', code: 'C', input: { a: 1 } }, { act: 'submit', carried: 'T', answers: [opened({ a: 1 })] }],
    ['with an input that is a list', { input: [1] }, { act: 'start', answers: [opened([1])] }],
    ['without an input', { token: 'T' }, { act: 'submit', carried: 'T', answers: [], fault: malformed('No input provided') }],
    ['with a null input', { input: null }, { act: 'start', answers: [], fault: malformed('No input provided') }],
    ['with a list', [], { act: 'start', answers: [], fault: malformed('No input provided') }],
    ['with a text', 'x', { act: 'start', answers: [], fault: malformed('No input provided') }],
    ['with no body', undefined, { act: 'start', answers: [], fault: malformed('No input provided') }],
    ['with a number for a token', { token: 5 }, { act: 'start', answers: [], fault: malformed('/token: Expecting a java.lang.String') }],
    ['with a list for a token', { token: ['T'] }, { act: 'start', answers: [], fault: malformed('/token: Expecting a java.lang.String') }],
  ] as const)('reads a POST %s', ([, body, wanted]) => {
    expect(read(post(SUBMIT, { body }))).toEqual({ ...begun, ...wanted })
  })

  test.for([
    ['a slash before the question mark', '/openidm/selfservice/reset/?_action=submitRequirements', {}],
    ['another letter case of the parameter', '/openidm/selfservice/reset?_ACTION=submitRequirements', {}],
    ['a charset', SUBMIT, { headers: { 'content-type': 'application/json; charset=utf-8' } }],
    ['a charset in quotes and capitals', SUBMIT, { headers: { 'content-type': 'Application/JSON;charset="UTF-8"' } }],
    ['protocol 2.1', SUBMIT, { headers: { 'accept-api-version': 'resource=1.0, protocol=2.1' } }],
    ['protocol 1', SUBMIT, { headers: { 'accept-api-version': 'protocol=1' } }],
    ['an override to POST', SUBMIT, { headers: { 'x-http-method-override': 'post' } }],
    ['what the pages add', SUBMIT, { headers: { 'x-openidm-nosession': 'true', 'x-requested-with': 'XMLHttpRequest' } }],
  ] as const)('tolerates %s', ([, target, sent]) => {
    expect(readIntent(post(target, { body: BODY, ...sent })).act).toBe('start')
  })

  test('accepts Basic credentials', () => {
    const headers = basic('anonymous:anonymous')
    expect(readIntent(request('POST', SUBMIT, { headers, body: BODY })).act).toBe('start')
  })

  test('accepts a missing content type', () => {
    expect(readIntent(request('POST', SUBMIT, { headers: ANONYMOUS, body: BODY })).act).toBe('start')
  })

  test('passes the languages on, the most wanted first', () => {
    const sent = { body: BODY, headers: { 'accept-language': ['de;q=0.5', 'fr'] } }
    expect(readIntent(post(SUBMIT, sent)).request.languages).toEqual(['fr', 'de'])
  })

  test('describes on a POST whose override says GET, with credentials only', () => {
    const headers = { 'x-http-method-override': 'GET' }
    expect(readIntent(post(SUBMIT, { headers })).act).toBe('describe')
    expect(refusal(request('POST', SUBMIT, { headers }))).toEqual(answer(401, 'Access Denied'))
  })

  test.for<readonly [string, Sent]>([
    ['no credentials', {}],
    ['a wrong password', { headers: { ...ANONYMOUS, 'x-openidm-password': 'x' } }],
    ['a wrong user', { headers: { ...ANONYMOUS, 'x-openidm-username': 'openidm-admin' } }],
    ['half of the pair', { headers: { 'x-openidm-username': 'anonymous' } }],
    ['a doubled header', { headers: { ...ANONYMOUS, 'x-openidm-password': ['anonymous', 'x'] } }],
    ['wrong Basic', { headers: basic('a:b') }],
    ['something behind the password', { headers: basic('anonymous:anonymous\0') }],
    ['the same letters, parted elsewhere', { headers: basic('anonymousa:nonymous') }],
    ['the pair before much else', { headers: basic(`anonymous:anonymous${'\0'.repeat(2_000)}`) }],
    ['more than is compared', { headers: basic(`${'a'.repeat(2_000)}:${'a'.repeat(2_000)}`) }],
    ['Basic without a colon', { headers: { authorization: 'Basic YWFh' } }],
    ['another scheme', { headers: { authorization: 'Bearer x' } }],
  ])('refuses a POST with %s', ([, sent]) => {
    expect(refusal(request('POST', SUBMIT, { body: BODY, ...sent }))).toEqual(answer(401, 'Access Denied'))
  })

  test('refuses a GET with wrong credentials', () => {
    const wrong = { headers: { ...ANONYMOUS, 'x-openidm-password': 'x' } }
    expect(refusal(request('GET', '/openidm/selfservice/reset', wrong))).toEqual(answer(401, 'Access Denied'))
  })

  const P = '/openidm/selfservice/reset'
  test.for<readonly [string, string, Sent, readonly [number, string, string?]]>([
    ['no action', P, {}, [400, NO_ACTION]],
    ['no action under protocol 2.0', P, { headers: { 'accept-api-version': 'protocol=2.0' } }, [400, NO_ACTION]],
    ['no action under protocol 2.1', P, { headers: { 'accept-api-version': 'protocol=2.1' } }, [403, 'Access denied']],
    ['two actions (SEC-47)', `${SUBMIT}&_action=submitRequirements`, {}, [400, TWO_ACTIONS]],
    ['two spellings of one action', `${SUBMIT}&_Action=x`, {}, [400, TWO_ACTIONS]],
    ['another action', `${P}?_action=patch`, {}, [403, 'Access denied']],
    ['another letter case of the action', `${P}?_action=SubmitRequirements`, {}, [403, 'Access denied']],
    ['an override to PUT', SUBMIT, { headers: { 'x-http-method-override': 'PUT' } }, [403, 'Access denied']],
    ['two overrides', SUBMIT, { headers: { 'x-http-method-override': ['POST', 'GET'] } }, [403, 'Access denied']],
    ['If-Match', SUBMIT, { headers: { 'if-match': '"1"' } }, [412, 'If-Match not supported for POST requests']],
    ['If-None-Match', SUBMIT, { headers: { 'if-none-match': '*' } }, [412, 'If-None-Match not supported for POST requests']],
    ['protocol 3.0', SUBMIT, { headers: { 'accept-api-version': 'protocol=3.0' } }, [400, 'Unsupported protocol version: 3.0']],
    ['a bent version', SUBMIT, { headers: { 'accept-api-version': '<x>' } }, [400, 'Invalid Accept-API-Version header']],
    [
      'two versions',
      SUBMIT,
      { headers: { 'accept-api-version': 'protocol=1.0,protocol=2.0' } },
      [400, 'Invalid Accept-API-Version header'],
    ],
    ['a form', SUBMIT, { headers: { 'content-type': 'text/plain' } }, [400, CONTENT_TYPE('text/plain')]],
    [
      'another charset',
      SUBMIT,
      { headers: { 'content-type': 'application/json; charset=utf-16' } },
      [400, CONTENT_TYPE('application/json; charset=utf-16')],
    ],
    ['control characters in the type', SUBMIT, { headers: { 'content-type': 'a\u0007b' } }, [400, CONTENT_TYPE('a?b')]],
    ['a long type', SUBMIT, { headers: { 'content-type': 'x'.repeat(5000) } }, [400, CONTENT_TYPE(`${'x'.repeat(100)}...`)]],
    [
      'two types',
      SUBMIT,
      { headers: { 'content-type': ['application/json', 'text/plain'] } },
      [400, CONTENT_TYPE('application/json, text/plain')],
    ],
    [
      'multipart',
      SUBMIT,
      { headers: { 'content-type': 'multipart/form-data; boundary=x' } },
      [400, NOT_JSON, 'multipart/form-data is not read here'],
    ],
    ['no JSON', SUBMIT, { text: '{"input":' }, [400, NOT_JSON, 'Unexpected character or end of input']],
    ['deep JSON', SUBMIT, { text: '['.repeat(20_000) }, [400, NOT_JSON, 'Nesting deeper than 32 levels']],
    ['much JSON', SUBMIT, { text: `[${'0,'.repeat(1000)}0]` }, [400, NOT_JSON, 'More than 1000 members']],
    [
      'text behind the JSON',
      SUBMIT,
      { text: '{"input":{}} x' },
      [400, 'The request could not be processed because there is trailing data after the JSON content'],
    ],
    ['another encoding', SUBMIT, { wire: { is: 'not-utf8' } }, [400, NOT_JSON, 'Not UTF-8']],
    [
      'a long body',
      SUBMIT,
      { wire: { is: 'too-large' } },
      [413, 'The request could not be processed because the provided content is too large'],
    ],
    [
      'a packed body',
      SUBMIT,
      { wire: { is: 'encoded' } },
      [415, 'The request could not be processed because content encodings are not supported'],
    ],
  ])('refuses %s', ([, target, sent, wanted]) => {
    expect(refusal(post(target, { body: BODY, ...sent }))).toEqual(answer(...wanted))
  })

  test.for(['_queryId=all', '_queryFilter=true', '_queryExpression=x', '_QUERYFILTER=true'])('refuses the list query GET ?%s', (query) => {
    expect(refusal(request('GET', `${P}?${query}`))).toEqual(answer(403, 'Access denied'))
  })

  test.for<readonly [string, string, Sent, readonly [number, string]]>([
    ['another action', `${P}?_action=patch`, {}, [501, 'Unknown action patch']],
    ['a long action', `${P}?_action=${'a'.repeat(500)}`, {}, [501, `Unknown action ${'a'.repeat(100)}...`]],
    ['a create', P, { headers: { 'accept-api-version': 'protocol=2.1' } }, [501, 'Not Implemented']],
    ['another verb', SUBMIT, { headers: { 'x-http-method-override': 'DELETE' } }, [501, 'Not Implemented']],
  ])('without credentials reaches the service with %s', ([, target, sent, wanted]) => {
    const asked = request('POST', target, { body: BODY, ...sent, headers: { 'x-requested-with': 'XMLHttpRequest', ...sent.headers } })
    expect(refusal(asked, mounted({ credentials: 'off' }))).toEqual(answer(...wanted))
  })

  test.for([
    [{}, 'refused'],
    [{ 'x-requested-with': 'XMLHttpRequest' }, 'read'],
    [{ 'accept-api-version': 'resource=1.0' }, 'read'],
    [{ origin: 'https://evil.example' }, 'refused'],
  ] as const)('without credentials a POST with headers %j is %s', ([headers, wanted]) => {
    const result = read(request('POST', SUBMIT, { headers, body: BODY }), mounted({ credentials: 'off' }))
    expect('status' in result ? result : 'read').toEqual(wanted === 'read' ? 'read' : answer(403, 'Access denied'))
  })

  test('serves other base paths and other credentials', () => {
    const dialect = mounted({ basePaths: ['/json/realms/root', '/openidm'], userName: 'portal', password: 'p:w' })
    const target = '/json/realms/root/selfservice/forgottenPassword?_action=submitRequirements'
    const headers = basic('portal:p:w')
    expect(readIntent(request('POST', target, { headers, body: BODY }), dialect).flow).toBe('forgottenPassword')
    expect(refusal(post(target, { body: BODY }), dialect)).toEqual(answer(401, 'Access Denied'))
  })
})
