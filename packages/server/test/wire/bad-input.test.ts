import { gzipSync } from 'node:zlib'
import { memoryStore } from '@rekey/core/memory'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ANONYMOUS, submitTo, tokenOf, valuesOf, type Answer, type Call } from './call.js'
import { wireServer, type WireServer } from './server.js'

let server: WireServer
let withoutCredentials: WireServer
beforeAll(async () => {
  server = await wireServer()
  withoutCredentials = await wireServer({ config: { dialects: { forgerock: { credentials: 'off' } } } })
})
afterAll(async () => {
  await server.close()
  await withoutCredentials.close()
})

const REASONS = new Map([
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [412, 'Precondition Failed'],
  [413, 'Payload Too Large'],
  [415, 'Unsupported Media Type'],
  [501, 'Not Implemented'],
])

/** The contract's error: `code`, `reason`, `message`, `detail` in this order, as JSON that no cache keeps. */
function shown(answer: Answer) {
  return {
    status: answer.status,
    type: valuesOf(answer, 'content-type'),
    cache: valuesOf(answer, 'cache-control'),
    sniff: valuesOf(answer, 'x-content-type-options'),
    cookies: valuesOf(answer, 'set-cookie'),
    text: answer.text,
  }
}
function error(status: number, message: string, detail?: string) {
  return {
    status,
    type: ['application/json; charset=UTF-8'],
    cache: ['no-cache, no-store'],
    sniff: ['nosniff'],
    cookies: [],
    text: JSON.stringify({ code: status, reason: REASONS.get(status), message, ...(detail !== undefined && { detail }) }),
  }
}

const JSON_HEADERS = { ...ANONYMOUS, 'Content-Type': 'application/json' }
const SUBMIT = submitTo('resetKba')
const NOT_JSON = 'The request could not be processed because the provided content is not valid JSON'
const NOT_JSON_TYPE = (type: string) =>
  `The request could not be processed because it specified the content-type '${type}' when only the content-type 'application/json' and 'multipart/form-data' are supported`
const UNREADABLE = 'Unexpected character or end of input'
const TOO_DEEP = 'Nesting deeper than 32 levels'
const GOOD = { queryFilter: 'userName eq "jdoe"' }

/** Begins a conversation; it waits for the search. */
async function begun({ client }: WireServer, as = 'resetKba'): Promise<string> {
  return tokenOf(await client.post(submitTo(as), { input: {} }))
}

/** What is sent with the token of a conversation that waits, and what it must be answered with. */
type Bad = readonly [name: string, call: (token: string) => Partial<Call>, status: number, message: string, detail?: string]

const body =
  (text: string | Buffer): (() => Partial<Call>) =>
  () => ({ body: text })
const filter =
  (text: unknown): ((token: string) => Partial<Call>) =>
  (token) => ({ body: JSON.stringify({ token, input: { queryFilter: text } }) })
const good = (token: string) => JSON.stringify({ token, input: GOOD })

const BODIES: readonly Bad[] = [
  ['no body', body(''), 400, 'No input provided'],
  ['blanks', body(' \r\n\t '), 400, 'No input provided'],
  ['no JSON', body('input=1'), 400, NOT_JSON, UNREADABLE],
  ['HTML', body('<html></html>'), 400, NOT_JSON, UNREADABLE],
  ['half a document', body('{"input":{'), 400, NOT_JSON, UNREADABLE],
  ['a bare word', body('undefined'), 400, NOT_JSON, UNREADABLE],
  ['comments', body('{/* */"input":{}}'), 400, NOT_JSON, UNREADABLE],
  ['single quotes', body("{'input':{}}"), 400, NOT_JSON, UNREADABLE],
  ['a control character in a text', body('{"input":{"queryFilter":"a\u0001"}}'), 400, NOT_JSON, UNREADABLE],
  ['half a surrogate pair', body('{"input":{"queryFilter":"\\ud800"}}'), 400, NOT_JSON, UNREADABLE],
  ['a number beyond numbers', body('{"input":{"n":1e999}}'), 400, NOT_JSON, UNREADABLE],
  [
    'two documents',
    (token) => ({ body: `${good(token)}{}` }),
    400,
    'The request could not be processed because there is trailing data after the JSON content',
  ],
  [
    'something behind',
    (token) => ({ body: `${good(token)};` }),
    400,
    'The request could not be processed because there is trailing data after the JSON content',
  ],
  ['a byte order mark', (token) => ({ body: `\ufeff${good(token)}` }), 400, NOT_JSON, UNREADABLE],
  ['UTF-16', (token) => ({ body: Buffer.from(`\ufeff${good(token)}`, 'utf16le') }), 400, NOT_JSON, 'Not UTF-8'],
  ['bytes that are no UTF-8', body(Buffer.from([0x7b, 0xff, 0x7d])), 400, NOT_JSON, 'Not UTF-8'],
  ['20 000 arrays', body(`${'['.repeat(20_000)}${']'.repeat(20_000)}`), 400, NOT_JSON, TOO_DEEP],
  ['20 000 arrays that never end', body(`{"input":${'['.repeat(20_000)}`), 400, NOT_JSON, TOO_DEEP],
  [
    '33 objects inside the input',
    (token) => ({ body: `{"token":"${token}","input":{"a":${'{"a":'.repeat(33)}1${'}'.repeat(33)}}}` }),
    400,
    NOT_JSON,
    TOO_DEEP,
  ],
  ['10 000 members', body(`{"input":{${Array.from({ length: 10_000 }, (_, at) => `"a${at}":1`).join()}}}`), 413, 'too large'],
  [
    '2 000 members',
    body(`{"input":{${Array.from({ length: 2_000 }, (_, at) => `"a${at}":1`).join()}}}`),
    400,
    NOT_JSON,
    'More than 1000 members',
  ],
  ['a megabyte', (token) => ({ body: JSON.stringify({ token, input: { ...GOOD, more: 'a'.repeat(1_048_576) } }) }), 413, 'too large'],
  ['a megabyte of blanks', body(' '.repeat(1_048_576)), 413, 'too large'],
  ['a list', body('[]'), 400, 'No input provided'],
  ['a text', body('"input"'), 400, 'No input provided'],
  ['a number', body('17'), 400, 'No input provided'],
  ['null', body('null'), 400, 'No input provided'],
  ['no input', (token) => ({ body: JSON.stringify({ token }) }), 400, 'No input provided'],
  ['input null', (token) => ({ body: JSON.stringify({ token, input: null }) }), 400, 'No input provided'],
  ['input false', (token) => ({ body: JSON.stringify({ token, input: false }) }), 400, '/input/queryFilter: Expecting a value'],
  ['input a list', (token) => ({ body: JSON.stringify({ token, input: [GOOD] }) }), 400, '/input/queryFilter: Expecting a value'],
  ['input a text', (token) => ({ body: JSON.stringify({ token, input: 'x' }) }), 400, '/input/queryFilter: Expecting a value'],
  [
    'the filter beside the input',
    (token) => ({ body: JSON.stringify({ token, ...GOOD, input: {} }) }),
    400,
    '/input/queryFilter: Expecting a value',
  ],
  [
    'a prototype',
    (token) => ({ body: `{"token":"${token}","input":{"__proto__":{"queryFilter":"userName eq \\"jdoe\\""}}}` }),
    400,
    '/input/queryFilter: Expecting a value',
  ],
  [
    'a prototype of the whole',
    (token) => ({ body: `{"token":"${token}","__proto__":{"input":{"queryFilter":"userName eq \\"jdoe\\""}}}` }),
    400,
    'No input provided',
  ],
  [
    'a constructor',
    (token) => ({ body: `{"token":"${token}","input":{"constructor":{"prototype":{"queryFilter":"x"}}}}` }),
    400,
    '/input/queryFilter: Expecting a value',
  ],
  [
    'a name doubled, the bad one last',
    (token) => ({ body: `{"token":"${token}","input":{"queryFilter":"userName eq \\"jdoe\\"","queryFilter":17}}` }),
    400,
    '/input/queryFilter: Expecting a java.lang.String',
  ],
  [
    'a token doubled, the bad one last',
    (token) => ({ body: `{"token":"${token}","token":"x","input":{}}` }),
    400,
    'Snapshot token is invalid',
  ],
]

const FILTERS: readonly Bad[] = [
  ...[17, true, {}, [], ['userName eq "jdoe"'], { is: 'equals', field: 'userName', value: 'jdoe' }].map((value): Bad => [
    `a filter that is ${JSON.stringify(value)}`,
    filter(value),
    400,
    '/input/queryFilter: Expecting a java.lang.String',
  ]),
  ['a filter that is null', filter(null), 400, '/input/queryFilter: Expecting a value'],
  ...[
    '',
    ' ',
    '*',
    'true',
    'false',
    'userName',
    'userName pr',
    'userName eq',
    'userName eq jdoe',
    'userName sw "j"',
    'userName co "doe"',
    'userName ew "e"',
    'userName gt "a"',
    'userName != "x"',
    'userName EQUALS "jdoe"',
    '!(userName eq "jdoe")',
    'not (userName eq "jdoe")',
    'not userName eq "nobody"',
    'userName eq "jdoe" and not (mail eq "x")',
    'userName eq "jdoe" and ! mail eq "x"',
    'userName eq "jdoe" or true',
    'userName eq "jdoe" xor mail eq "x"',
    'userName eq "jdoe" and',
    'or userName eq "jdoe"',
    'userName eq "jdoe")',
    '(userName eq "jdoe"',
    '()',
    'userName eq "jdoe',
    'userName eq "jdoe" "x"',
    'userName eq "jdoe"; drop table people',
    'userName eq "jdoe" -- ',
    'userName eq "jdoe" # ',
    '(uid=*)(|(uid=*))',
    '(&(objectClass=*)(uid=jdoe))',
    'userName="jdoe"',
    "userName like '%'",
    '_id eq "1"',
    'password eq "Passw0rd1"',
    'password_hash eq "x"',
    'kbaInfo/0/answer eq "Blue"',
    'accountStatus eq "active"',
    '__proto__ eq "x"',
    'constructor eq "x"',
    '//mail eq "jdoe@example.com"',
    'mail/0 eq "jdoe@example.com"',
    'MAIL eq "jdoe@example.com"',
    'mail\u0000 eq "x"',
    'ｍail eq "jdoe@example.com"',
    `${'('.repeat(300)}userName eq "jdoe"${')'.repeat(300)}`,
    `userName eq "jdoe"${' or userName eq "x"'.repeat(300)}`,
    `userName eq "${'a'.repeat(2_000)}"`,
    '('.repeat(20_000),
    ' '.repeat(20_000),
    'givenName eq "John"',
    'sn eq "Doe"',
    'telephoneNumber eq "+15550101"',
    'userName eq "jdoe" or sn eq "Doe"',
    `userName eq "jdoe"${' or mail eq "x"'.repeat(16)}`,
  ].map((text): Bad => [
    `the filter ${text.length > 60 ? `${text.slice(0, 40)}… of ${text.length}` : text}`,
    filter(text),
    400,
    'Invalid query filter',
  ]),
]

const REQUESTS: readonly Bad[] = [
  ['no credentials', () => ({ headers: { 'Content-Type': 'application/json' } }), 401, 'Access Denied'],
  ['no credentials, but from a script', () => ({ headers: { 'X-Requested-With': 'XMLHttpRequest' } }), 401, 'Access Denied'],
  ['another password', () => ({ headers: { ...JSON_HEADERS, 'X-OpenIDM-Password': 'x' } }), 401, 'Access Denied'],
  ['a user without a password', () => ({ headers: { 'X-OpenIDM-Username': 'anonymous' } }), 401, 'Access Denied'],
  ['the user twice', () => ({ headers: { ...JSON_HEADERS, 'X-OpenIDM-Username': ['anonymous', 'anonymous'] } }), 401, 'Access Denied'],
  ['a bearer', () => ({ headers: { Authorization: 'Bearer anonymous' } }), 401, 'Access Denied'],
  ['Basic without a colon', () => ({ headers: { Authorization: 'Basic YW5vbnltb3Vz' } }), 401, 'Access Denied'],
  ['Basic that is no base64', () => ({ headers: { Authorization: 'Basic %%%' } }), 401, 'Access Denied'],
  ['a flow that nobody serves', () => ({ target: submitTo('registration') }), 403, 'Access denied'],
  ['the flow __proto__', () => ({ target: submitTo('__proto__') }), 403, 'Access denied'],
  ['the flow constructor', () => ({ target: submitTo('constructor') }), 403, 'Access denied'],
  ['the flow by its own id', () => ({ target: submitTo('forgerock-reset-kba') }), 403, 'Access denied'],
  ['the flow in other letter case', () => ({ target: submitTo('RESETKBA') }), 403, 'Access denied'],
  ['a flow of 2 000 letters', () => ({ target: submitTo('a'.repeat(2_000)) }), 403, 'Access denied'],
  ['the flow ..', () => ({ target: submitTo('..%2Fconfig') }), 403, 'Access denied'],
  ['another path', () => ({ target: '/openidm/managed/user?_action=submitRequirements' }), 404, "Resource 'managed/user' not found"],
  [
    'a path below the flow',
    () => ({ target: '/openidm/selfservice/reset/x?_action=submitRequirements' }),
    404,
    "Resource 'selfservice/reset/x' not found",
  ],
  ['a path that does not decode', () => ({ target: '/openidm/selfservice/%ff' }), 404, "Resource 'selfservice/%ff' not found"],
  ['a path with NUL', () => ({ target: '/openidm/selfservice/%00' }), 404, "Resource 'selfservice/%00' not found"],
  ['no action', () => ({ target: '/openidm/selfservice/resetKba' }), 400, "No values provided for the request parameter '_action'"],
  [
    'the action twice',
    () => ({ target: `${SUBMIT}&_action=submitRequirements` }),
    400,
    "Multiple values provided for the single-valued request parameter '_action'",
  ],
  [
    'the action twice in two spellings',
    () => ({ target: `${SUBMIT}&_ACTION=submitRequirements` }),
    400,
    "Multiple values provided for the single-valued request parameter '_action'",
  ],
  ['an unknown action', () => ({ target: '/openidm/selfservice/resetKba?_action=create' }), 403, 'Access denied'],
  ['an empty action', () => ({ target: '/openidm/selfservice/resetKba?_action=' }), 403, 'Access denied'],
  ['the action in other letter case', () => ({ target: '/openidm/selfservice/resetKba?_action=SubmitRequirements' }), 403, 'Access denied'],
  [
    'no action under protocol 2.1',
    () => ({ target: '/openidm/selfservice/resetKba', headers: { ...JSON_HEADERS, 'Accept-API-Version': 'protocol=2.1' } }),
    403,
    'Access denied',
  ],
  [
    'protocol 3.0',
    () => ({ headers: { ...JSON_HEADERS, 'Accept-API-Version': 'protocol=3.0' } }),
    400,
    'Unsupported protocol version: 3.0',
  ],
  [
    'a version that is none',
    () => ({ headers: { ...JSON_HEADERS, 'Accept-API-Version': 'protocol=x' } }),
    400,
    'Invalid Accept-API-Version header',
  ],
  [
    'two versions',
    () => ({ headers: { ...JSON_HEADERS, 'Accept-API-Version': ['protocol=1.0', 'protocol=2.0'] } }),
    400,
    'Invalid Accept-API-Version header',
  ],
  ['If-Match', () => ({ headers: { ...JSON_HEADERS, 'If-Match': '*' } }), 412, 'If-Match not supported for POST requests'],
  ['If-None-Match', () => ({ headers: { ...JSON_HEADERS, 'If-None-Match': '*' } }), 412, 'If-None-Match not supported for POST requests'],
  ['an override to DELETE', () => ({ headers: { ...JSON_HEADERS, 'X-HTTP-Method-Override': 'DELETE' } }), 403, 'Access denied'],
  ['an override to nothing', () => ({ headers: { ...JSON_HEADERS, 'X-HTTP-Method-Override': '' } }), 403, 'Access denied'],
  ['two overrides', () => ({ headers: { ...JSON_HEADERS, 'X-HTTP-Method-Override': ['POST', 'POST'] } }), 403, 'Access denied'],
  ...['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'COPY', 'PROPFIND'].map((method): Bad => [
    method,
    () => ({ method }),
    403,
    'Access denied',
  ]),
  [
    'GET that is a query',
    () => ({ method: 'GET', target: '/openidm/selfservice/resetKba?_queryFilter=true', body: '' }),
    403,
    'Access denied',
  ],
  ['GET of a flow that nobody serves', () => ({ method: 'GET', target: '/openidm/selfservice/nothing', body: '' }), 403, 'Access denied'],
  ...[
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'application/json; charset=utf-16',
    'application/json, text/plain',
    'application/json; charset=utf-8; x=y',
    'x',
  ].map((type): Bad => [`the type ${type}`, () => ({ headers: { ...ANONYMOUS, 'Content-Type': type } }), 400, NOT_JSON_TYPE(type)]),
  [
    'the type twice',
    () => ({ headers: { ...ANONYMOUS, 'Content-Type': ['application/json', 'application/json'] } }),
    400,
    NOT_JSON_TYPE('application/json, application/json'),
  ],
  [
    'a form with files',
    () => ({ headers: { ...ANONYMOUS, 'Content-Type': 'multipart/form-data; boundary=x' } }),
    400,
    NOT_JSON,
    'multipart/form-data is not read here',
  ],
  [
    'gzip',
    (token) => ({ headers: { ...JSON_HEADERS, 'Content-Encoding': 'gzip' }, body: gzipSync(good(token)) }),
    415,
    'The request could not be processed because content encodings are not supported',
  ],
  [
    'a gzip bomb',
    () => ({ headers: { ...JSON_HEADERS, 'Content-Encoding': 'gzip' }, body: gzipSync(Buffer.alloc(50_000_000)) }),
    415,
    'The request could not be processed because content encodings are not supported',
  ],
]

const TOO_LARGE = 'The request could not be processed because the provided content is too large'

describe('bad input is answered with the error of the contract, and the conversation goes on', () => {
  test.for([...BODIES, ...FILTERS, ...REQUESTS])('%s', async ([, call, status, message, detail]) => {
    const token = await begun(server)
    const request: Call = { method: 'POST', target: SUBMIT, headers: JSON_HEADERS, body: good(token), ...call(token) }
    expect(shown(await server.client.send(request))).toEqual(error(status, message === 'too large' ? TOO_LARGE : message, detail))
    const next = await server.client.post(SUBMIT, { token, input: GOOD })
    expect([next.status, JSON.parse(next.text)]).toMatchObject([200, { type: 'kbaSecurityAnswerVerificationStage' }])
  })

  test('HEAD is answered without a body', async () => {
    const answer = await server.client.send({ method: 'HEAD', target: '/openidm/selfservice/reset' })
    expect([answer.status, answer.text]).toEqual([403, ''])
  })

  test('an override to POST is a POST', async () => {
    const token = await begun(server)
    expect((await server.client.post(SUBMIT, { token, input: GOOD }, { 'X-HTTP-Method-Override': 'post' })).status).toBe(200)
  })

  test.for<Bad>([
    ['an unknown action', () => ({ target: '/openidm/selfservice/resetKba?_action=create' }), 501, 'Unknown action create'],
    [
      'an action of control characters',
      () => ({ target: `/openidm/selfservice/resetKba?_action=%0d%0aSet-Cookie:x%00${'a'.repeat(500)}` }),
      501,
      `Unknown action ??Set-Cookie:x?${'a'.repeat(85)}...`,
    ],
    ['PUT', () => ({ method: 'PUT' }), 501, 'Not Implemented'],
    [
      'GET that is a query',
      () => ({ method: 'GET', target: '/openidm/selfservice/resetKba?_queryId=x', body: '' }),
      501,
      'Not Implemented',
    ],
    ['a form of a foreign page', () => ({ headers: { 'Content-Type': 'application/json' } }), 403, 'Access denied'],
  ])('without credentials the service itself answers: %s', async ([, call, status, message]) => {
    const request: Call = {
      method: 'POST',
      target: SUBMIT,
      headers: { ...JSON_HEADERS, 'X-Requested-With': 'x' },
      body: '{"input":{}}',
      ...call(''),
    }
    expect(shown(await withoutCredentials.client.send(request))).toEqual(error(status, message))
  })
})

describe('later answers', () => {
  /** A conversation that waits for a code or an answer. */
  const waiting = async (as: string) => {
    const token = await begun(server, as)
    return tokenOf(await server.client.post(submitTo(as), { token, input: GOOD }))
  }
  const UNMATCHED = 'Answers are not matched'

  test.for<readonly [as: string, input: unknown, message: string]>([
    ['resetEmail', {}, 'Input code is missing'],
    ['resetEmail', { code: '' }, 'Input code is missing'],
    ['resetEmail', { code: null }, 'Input code is missing'],
    ['resetEmail', [], 'Input code is missing'],
    ['resetEmail', { code: 12_345_678 }, '/input/code: Expecting a java.lang.String'],
    ['resetEmail', { code: ['1'] }, '/input/code: Expecting a java.lang.String'],
    ['resetEmail', { code: { $ne: null } }, '/input/code: Expecting a java.lang.String'],
    ['resetEmail', { code: '00000000\u0000' }, 'Invalid code'],
    ['resetEmail', { code: '０００００００１' }, 'Invalid code'],
    ['resetEmail', { code: '1'.repeat(60_000) }, 'Invalid code'],
    ['resetKba', {}, UNMATCHED],
    ['resetKba', { answer1: null }, UNMATCHED],
    ['resetKba', { answer1: '' }, UNMATCHED],
    ['resetKba', { answer2: 'Blue' }, UNMATCHED],
    ['resetKba', { answers: { answer1: 'Blue' } }, UNMATCHED],
    ['resetKba', { answer1: true }, '/input/answer1: Expecting a java.lang.String'],
    ['resetKba', { answer1: ['Blue'] }, '/input/answer1: Expecting a java.lang.String'],
    ['resetKba', { answer1: 'Blue'.repeat(10_000) }, UNMATCHED],
  ])('%s is told of %j (SEC-45)', async ([as, input, message]) => {
    const token = await waiting(as)
    expect(shown(await server.client.post(submitTo(as), JSON.stringify({ token, input })))).toEqual(error(400, message))
    if (as === 'resetKba') expect((await server.client.post(submitTo(as), { token, input: { answer1: 'Blue' } })).status).toBe(200)
  })

  test.for<readonly [name: string, password: unknown, message: string]>([
    ['no password', undefined, 'password is missing from input'],
    ['an empty one', '', 'password is missing from input'],
    ['a number', 12_345_678, '/input/password: Expecting a java.lang.String'],
    ['a list', ['Passw0rd2'], '/input/password: Expecting a java.lang.String'],
    ['60 000 characters', 'a'.repeat(60_000), '/input/password: Invalid value'],
  ])('a new password: %s', async ([, password, message]) => {
    const kba = await waiting('resetKba')
    // Nobody finishes here: the others need jdoe's password version as it is.
    const token = tokenOf(await server.client.post(SUBMIT, { token: kba, input: { answer1: 'Blue' } }))
    const input = password === undefined ? {} : { password }
    expect(shown(await server.client.post(SUBMIT, JSON.stringify({ token, input })))).toEqual(error(400, message))
    expect((await server.client.post(SUBMIT, { token, input: { password: 'short' } })).status).toBe(200)
  })

  test('members that name somebody else are ignored (SEC-23)', async () => {
    const token = await waiting('resetEmail')
    const mails = await server.nextMail('jdoe@example.com', 0)
    expect(mails.to).toBe('jdoe@example.com')
    const more = { userId: 'x', sub: 'x', mail: 'bjensen@example.com', userName: 'bjensen', queryFilter: 'userName eq "bjensen"' }
    expect(shown(await server.client.post(submitTo('resetEmail'), { token, input: { code: '1', ...more } }))).toEqual(
      error(400, 'Invalid code'),
    )
    expect(await server.mails('bjensen@example.com')).toEqual([])
  })
})

describe('bent tokens', () => {
  const invalid = error(400, 'Snapshot token is invalid')
  const sent = (token: unknown) => server.client.post(SUBMIT, JSON.stringify({ token, input: GOOD }))
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

  test('each character changed is noticed, and the true one still moves the conversation (SEC-16)', async () => {
    const token = await begun(server)
    const bent = Array.from(token).flatMap((character, at) =>
      [character === 'A' ? 'B' : 'A', character === '_' ? '-' : '_'].map((other) => token.slice(0, at) + other + token.slice(at + 1)),
    )
    const answers = await Promise.all(bent.map(async (text) => shown(await sent(text))))
    expect(answers).toEqual(bent.map(() => invalid))
    expect((await sent(token)).status).toBe(200)
  })

  test.for<readonly [string, (token: string) => unknown]>([
    ['empty', () => ''],
    ['a word', () => 'x'],
    ['dots', () => '..'],
    ['four parts', (token) => `${token}.x`],
    ['five parts, as an encrypted one', (token) => `${token}.x.y`],
    ['without its signature', (token) => token.slice(0, token.lastIndexOf('.') + 1)],
    ['without its last character', (token) => token.slice(0, -1)],
    ['with a blank', (token) => `${token} `],
    ['with padding', (token) => `${token}=`],
    ['with a line break', (token) => `${token}\n`],
    ['with an unseen character', (token) => `${token}\u200b`],
    ['6 000 characters', () => 'a'.repeat(6_000)],
    ['no algorithm (SEC-11)', (token) => `${part({ alg: 'none', typ: 'rekey+jwt' })}.${token.split('.')[1] ?? ''}.`],
    ['another algorithm', (token) => `${part({ alg: 'RS256', typ: 'rekey+jwt' })}.${token.split('.').slice(1).join('.')}`],
    ['another type', (token) => `${part({ alg: 'HS256', typ: 'JWT' })}.${token.split('.').slice(1).join('.')}`],
    [
      'a key of a path (SEC-12)',
      (token) => `${part({ alg: 'HS256', typ: 'rekey+jwt', kid: '../../dev/null' })}.${token.split('.').slice(1).join('.')}`,
    ],
    ['a key __proto__', (token) => `${part({ alg: 'HS256', typ: 'rekey+jwt', kid: '__proto__' })}.${token.split('.').slice(1).join('.')}`],
    [
      'a key from outside',
      (token) => `${part({ alg: 'HS256', typ: 'rekey+jwt', jku: 'http://127.0.0.1:1/' })}.${token.split('.').slice(1).join('.')}`,
    ],
    ['a costly encrypted one', (token) => `${part({ alg: 'PBES2-HS256+A128KW', p2c: 2_147_483_647 })}.a.b.c.${token.slice(-22)}`],
    ['claims of a text', (token) => `${token.split('.')[0] ?? ''}.${part('x')}.${token.split('.')[2] ?? ''}`],
    ['another version', (token) => withClaims(token, { ver: 2 })],
    ['a later end', (token) => withClaims(token, { exp: 9_999_999_999 })],
    ['another conversation', (token) => withClaims(token, { jti: '00000000-0000-4000-8000-000000000000' })],
  ])('%s', async ([, bend]) => {
    const token = await begun(server)
    const begin = process.cpuUsage()
    expect(shown(await sent(bend(token)))).toEqual(invalid)
    // Of this process alone: a machine that is busy elsewhere makes nothing slow. What the costly one asks for would take minutes.
    expect(process.cpuUsage(begin).user).toBeLessThan(5_000_000)
    expect((await sent(token)).status).toBe(200)
  })

  test.for<readonly [string, unknown]>([
    ['a number', 17],
    ['a list', ['x']],
    ['an object', { token: 'x' }],
    ['a boolean', true],
  ])('%s is no text', async ([, token]) => {
    expect(shown(await sent(token))).toEqual(error(400, '/token: Expecting a java.lang.String'))
  })

  test('a token of another flow (SEC-13)', async () => {
    const token = await begun(server, 'resetEmail')
    expect(shown(await sent(token))).toEqual(error(400, 'Invalid token'))
    expect((await server.client.post(submitTo('resetEmail'), { token, input: GOOD })).status).toBe(200)
  })

  test('a token of a server with other keys', async () => {
    const stranger = await wireServer({ ownKeys: true })
    const token = await begun(stranger)
    await stranger.close()
    expect(shown(await sent(token))).toEqual(invalid)
  })

  test('a good token of a conversation that this store does not hold', async () => {
    expect(shown(await sent(await begun(withoutCredentials)))).toEqual(invalid)
  })

  test('a bad token is told before a missing input', async () => {
    expect(shown(await server.client.post(SUBMIT, { token: 'x' }))).toEqual(invalid)
  })

  test('an expired token (SEC-13)', async () => {
    let late = 0
    // The store's clock decides; this one runs ahead by what is added.
    const other = await wireServer({
      adapt: (ports) => ({ ...ports, ...memoryStore({ now: () => Date.now() + late }) }),
    })
    try {
      const token = await begun(other)
      late = 301_000
      // The engine hears of the store's clock with each conversation it touches.
      await other.client.post(SUBMIT, { token: await begun(other), input: GOOD })
      expect(shown(await other.client.post(SUBMIT, { token, input: GOOD }))).toEqual(invalid)
    } finally {
      await other.close()
    }
  })
})

function withClaims(token: string, claims: Readonly<Record<string, unknown>>): string {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const own: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return `${header}.${Buffer.from(JSON.stringify(Object.assign({}, own, claims))).toString('base64url')}.${signature}`
}
