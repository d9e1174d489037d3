import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ANONYMOUS, submitTo, tokenOf, valuesOf, type Answer, type Call } from './call.js'
import { wireServer, type WireServer } from './server.js'

let server: WireServer
/** Conversations that wait for a search, a code, an answer and a password. */
let waiting: readonly Waiting[] = []

interface Waiting {
  readonly flow: string
  readonly token: string
  /** What is sent when nothing is bent. */
  readonly input: object
}
const NOBODY: Waiting = { flow: '', token: '', input: {} }

beforeAll(async () => {
  server = await wireServer()
})
afterAll(() => server.close())

/** A bent answer may end a conversation, so each round has its own. */
async function begin(): Promise<readonly Waiting[]> {
  const { client } = server
  const search = { queryFilter: 'userName eq "jdoe"' }
  const begun = async (flow: string) => tokenOf(await client.post(submitTo(flow), { input: {} }))
  const named = async (flow: string) => tokenOf(await client.post(submitTo(flow), { token: await begun(flow), input: search }))
  const proved = tokenOf(await client.post(submitTo('resetKba'), { token: await named('resetKba'), input: { answer1: 'Blue' } }))
  return [
    { flow: 'reset', token: await begun('reset'), input: search },
    { flow: 'resetEmail', token: await named('resetEmail'), input: { code: '00000000' } },
    { flow: 'resetKba', token: await named('resetKba'), input: { answer1: 'Red' } },
    { flow: 'resetKba', token: proved, input: { password: 'short' } },
  ]
}

const NAMES = ['token', 'input', 'queryFilter', 'code', 'answer1', 'password', '__proto__', 'constructor', 'toString', '', 'a.b', '0']
const TEXTS = [
  '',
  '*',
  'userName eq "x"',
  'mail eq "a" or not (mail eq "b")',
  '(((',
  '\u0000',
  '\r\n',
  '\ud83d\ude00',
  "'; drop table people --",
  '${7*7}',
  '{{x}}',
]

/** Any JSON value, with the names and texts that matter here more often than others. */
const anything = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<unknown>(...TEXTS, null, true, 0, -1, 1e21, 0.1),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 8 })), tie('value'), { maxKeys: 4 }),
  ),
})).value

/** A way to bend the text of a body. */
const textBend = fc.oneof(
  { weight: 6, arbitrary: fc.constant((text: string) => text) },
  fc.double({ min: 0, max: 1, noNaN: true }).map((share) => (text: string) => text.slice(0, Math.floor(text.length * share))),
  fc
    .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }))
    .map(([share, more]) => (text: string) => {
      const at = Math.floor(text.length * share)
      return text.slice(0, at) + more + text.slice(at)
    }),
  fc.constantFrom(
    (text: string) => `${text}${text}`,
    (text: string) => `\ufeff${text}`,
    (text: string) => `[${text}]`,
    () => '',
  ),
)

type Members = readonly (readonly [name: string, value: unknown])[]

/** A way to bend the members of a body: they are written one after the other, so that a name can stand twice. */
const memberBend = fc.oneof(
  { weight: 3, arbitrary: fc.constant((members: Members): Members => members) },
  fc.tuple(fc.constantFrom(...NAMES), anything).map(([name, value]) => (members: Members): Members => [...members, [name, value]]),
  fc.tuple(fc.nat(1), anything).map(
    ([at, value]) =>
      (members: Members): Members =>
        members.with(at, [members[at]?.[0] ?? '', value]),
  ),
  fc.nat(1).map(
    (at) =>
      (members: Members): Members =>
        members.toSpliced(at, 1),
  ),
  fc.tuple(fc.constantFrom(...NAMES), anything).map(
    ([name, value]) =>
      (members: Members): Members =>
        members.map(([own, old]) => [own, own === 'input' && typeof old === 'object' ? { ...old, [name]: value } : old]),
  ),
)

const header = fc.tuple(
  fc.constantFrom(
    'Content-Type',
    'Accept-API-Version',
    'X-HTTP-Method-Override',
    'If-Match',
    'Authorization',
    'X-OpenIDM-Username',
    'X-OpenIDM-NoSession',
    'Accept-Language',
    'Content-Encoding',
    'X-Forwarded-For',
    'Cookie',
    'Origin',
    'Expect',
  ),
  fc.oneof(
    fc.constantFrom('application/json', 'anonymous', 'protocol=2.1,resource=1.0', 'GET', 'POST', 'gzip', 'en;q=0.5,*', '*', ''),
    // What a client may put into a header at all.
    fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength: 60 }),
  ),
)

const path = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  fc.constantFrom('/', '//', '/x', '%00', '%ff', '%2e%2e', ';a=b', '/../config', '%'),
)
const query = fc.oneof(
  { weight: 6, arbitrary: fc.constant('_action=submitRequirements') },
  fc.constantFrom(
    '',
    '_action=',
    '_action=x',
    '_action=submitRequirements&_action=submitRequirements',
    '_ACTION=submitRequirements',
    '_prettyPrint=true&_action=submitRequirements',
    '_action=submitRequirements&_fields=*',
    '%',
    '&&&',
    '_queryFilter=true',
    '__proto__=x',
  ),
)

const bentRequest = fc
  .record({
    method: fc.oneof({ weight: 8, arbitrary: fc.constant('POST') }, fc.constantFrom('GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD')),
    at: fc.nat(3),
    path,
    query,
    members: memberBend,
    text: textBend,
    headers: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(header, { maxLength: 3 })),
  })
  .map(({ method, at, path, query, members, text, headers }) => (): Call => {
    const { flow, token, input } = waiting[at] ?? NOBODY
    const written = members([
      ['token', token],
      ['input', input],
    ]).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
    return {
      method,
      target: `/openidm/selfservice/${flow}${path}?${query}`,
      headers: { ...ANONYMOUS, 'Content-Type': 'application/json', ...Object.fromEntries(headers) },
      body: text(`{${written.join()}}`),
    }
  })

/** What every answer must be, whatever was asked. */
function faultsOf(call: Call, answer: Answer): readonly string[] {
  const [type = ''] = valuesOf(answer, 'content-type')
  const error = answer.status !== 200
  const isJson = call.method === 'HEAD' ? answer.text === '' : /^application\/(?:problem\+)?json/.test(type) && parses(answer.text)
  const keys = isJson && answer.text !== '' && type.startsWith('application/json') ? Object.keys(JSON.parse(answer.text)) : undefined
  const rules: readonly (readonly [string, boolean])[] = [
    [`the status ${answer.status}`, answer.status >= 500 || answer.status < 200],
    ['no JSON', !isJson],
    ['HTML', /<html|<!doctype|<pre>/i.test(answer.text)],
    ['a cache may keep it', !valuesOf(answer, 'cache-control').join().includes('no-store')],
    ['a cookie', valuesOf(answer, 'set-cookie').length > 0],
    ['a stack', /\n\s+at |node_modules|\.(?:ts|js):\d/.test(answer.text)],
    ['a token in an error', error && answer.text.includes('"token"')],
    ['an error of another shape', error && keys !== undefined && !/^code,reason,message(?:,detail)?$/.test(keys.join())],
  ]
  return rules
    .filter(([, broken]) => broken)
    .map(([name]) => `${name}: ${call.method} ${call.target} -> ${answer.status} ${answer.text.slice(0, 200)}`)
}

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const AT_ONCE = 20
const ROUNDS = 100

test(`${AT_ONCE * ROUNDS} bent requests: no 5xx, no HTML, no hang, and nothing is lost (SEC-48, SEC-55)`, async () => {
  const statuses = new Map<number, number>()
  await fc.assert(
    fc.asyncProperty(fc.array(bentRequest, { minLength: AT_ONCE, maxLength: AT_ONCE, size: 'max' }), async (requests) => {
      waiting = await begin()
      const calls = requests.map((request) => request())
      const answers = await Promise.all(calls.map(async (call) => [call, await server.client.send(call)] as const))
      for (const [, { status }] of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1)
      expect(answers.flatMap(([call, answer]) => faultsOf(call, answer))).toEqual([])
    }),
    { numRuns: ROUNDS, endOnFailure: true },
  )
  // Bending must not be so hard that nothing gets past the door.
  expect([...statuses.values()].reduce((sum, count) => sum + count)).toBe(AT_ONCE * ROUNDS)
  expect(statuses.get(200)).toBeGreaterThan(50)
  expect(Object.getOwnPropertyNames(Object.prototype).toSorted()).toEqual(PROTOTYPE)

  const { client } = server
  const token = tokenOf(await client.post(submitTo('resetKba'), { input: {} }))
  const asked = await client.post(submitTo('resetKba'), { token, input: { queryFilter: 'userName eq "admin"' } })
  expect(asked.status).toBe(200)
})

const PROTOTYPE = Object.getOwnPropertyNames(Object.prototype).toSorted()
