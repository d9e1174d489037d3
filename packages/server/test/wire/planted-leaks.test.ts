import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeSnapshot, isJsonObject, type JsonObject } from '@rekey/core'
import type { Ports } from '../../src/compose.js'
import type { Dialect } from '../../src/dialect/dialect.js'
import type { WireRequest, WireResponse } from '../../src/dialect/wire.js'
import { dialects } from '../../src/dialects/index.js'
import { differences, played, type Difference, type Script } from './masked.js'
import { askForMail, guessAnswers, guessCodes } from './scripts.js'
import { wireServer, type WireServer } from './server.js'

/**
 * Leaks are planted one at a time in a server that is otherwise the real one: in its parts through `adapt`, and in its dialect, which
 * is wrapped here. Each must be seen by the very comparison that finds no difference without it.
 */
interface Leak {
  readonly script: Script
  /** Where the comparison must see it first. */
  readonly seen: { readonly answer: number; readonly in: Difference['in'] }
  /** Bends the answers that one kind of people get. */
  readonly write?: (response: WireResponse, request: WireRequest) => WireResponse
  readonly parts?: (ports: Ports) => Partial<Ports>
}

/** What the planted parts know: which leak is open, and whether the search found somebody; absent before there was one. */
const spy: { leak: Leak | undefined; found: boolean | undefined } = { leak: undefined, found: undefined }

/** The dialect, with its answers bent while a leak is open. */
function leaky(dialect: Dialect): Dialect {
  return {
    ...dialect,
    mount(settings, site) {
      const mounted = dialect.mount(settings, site)
      return {
        ...mounted,
        routes: mounted.routes.map((route) =>
          'query' in route
            ? route
            : {
                ...route,
                write(view, problem, request) {
                  const response = route.write(view, problem, request)
                  return spy.leak?.write?.(response, request) ?? response
                },
              },
        ),
      }
    },
  }
}

/** Bends the JSON of answers about people who are there, or of those about people who are not. */
const bodies =
  (of: 'known' | 'unknown', bend: (body: JsonObject) => JsonObject) =>
  (response: WireResponse): WireResponse =>
    spy.found === (of === 'known') && isJsonObject(response.body) ? { ...response, body: bend(response.body) } : response

const headers =
  (bend: (headers: WireResponse['headers']) => WireResponse['headers']) =>
  (response: WireResponse): WireResponse =>
    spy.found ? { ...response, headers: bend(response.headers) } : response

const without = (body: JsonObject, name: string): JsonObject => Object.fromEntries(Object.entries(body).filter(([own]) => own !== name))
const isRefusal = (body: JsonObject) => body['message'] === 'Invalid code'
const tokenIn = ({ token }: JsonObject) => (typeof token === 'string' ? token : '')
const shadowIn = (body: string) => decodeSnapshot('', body).who?.shadow === true
/** In the script of codes, the answers to the search and to the first wrong code. */
const SEARCH = 2
const WRONG = 9

const LEAKS: Readonly<Record<string, Leak>> = {
  'a directory that fails for somebody unknown': {
    script: guessCodes,
    seen: { answer: SEARCH, in: 'status' },
    parts: ({ directory }) => ({
      directory: over(directory, {
        async find(filter) {
          const found = await directory.find(filter)
          if (found.length === 0) throw new Error('no such person')
          return found
        },
      }),
    }),
  },
  'another status': {
    script: guessCodes,
    seen: { answer: SEARCH, in: 'status' },
    write: (response) => (spy.found !== false || response.status !== 200 ? response : { ...response, status: 404 }),
  },
  'another message': {
    script: guessCodes,
    seen: { answer: WRONG, in: 'header Content-Length' },
    write: bodies('unknown', (body) => (isRefusal(body) ? { ...body, message: 'Wrong code' } : body)),
  },
  'another message of the same length': {
    script: guessCodes,
    seen: { answer: WRONG, in: 'body' },
    write: bodies('unknown', (body) => (isRefusal(body) ? { ...body, message: 'invalid code' } : body)),
  },
  'a detail for people who are there': {
    script: guessCodes,
    seen: { answer: WRONG, in: 'header Content-Length' },
    write: bodies('known', (body) => (isRefusal(body) ? { ...body, detail: { attemptsLeft: 1 } } : body)),
  },
  'one more header': {
    script: guessCodes,
    seen: { answer: SEARCH, in: 'header names' },
    write: headers((given) => ({ ...given, 'X-Request-Id': '1' })),
  },
  'a cookie': {
    script: guessCodes,
    seen: { answer: SEARCH, in: 'header names' },
    write: headers((given) => ({ ...given, 'Set-Cookie': 'session=1' })),
  },
  'headers in another order': {
    script: guessCodes,
    seen: { answer: SEARCH, in: 'header names' },
    write: headers((given) => Object.fromEntries(Object.entries(given).toReversed())),
  },
  'another value of a header': {
    script: guessCodes,
    seen: { answer: SEARCH, in: 'header Cache-Control' },
    write: headers((given) => ({ ...given, 'Cache-Control': 'no-store' })),
  },
  'a header in other letter case': {
    script: guessCodes,
    seen: { answer: SEARCH, in: 'header names' },
    write: headers((given) => Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]))),
  },
  'members in another order': {
    script: guessCodes,
    seen: { answer: SEARCH, in: 'body' },
    write: bodies('unknown', (body) => Object.fromEntries(Object.entries(body).toReversed())),
  },
  'no token': {
    script: guessCodes,
    seen: { answer: SEARCH, in: 'header Content-Length' },
    write: bodies('unknown', (body) => without(body, 'token')),
  },
  'a longer token': {
    script: guessCodes,
    seen: { answer: SEARCH, in: 'body' },
    write: bodies('unknown', (body) => ('token' in body ? { ...body, token: `${tokenIn(body)}A` } : body)),
  },
  'a token with one more claim': {
    script: guessCodes,
    seen: { answer: SEARCH, in: 'header Content-Length' },
    write: bodies('known', (body) => ('token' in body ? { ...body, token: claimed(tokenIn(body), { sub: 'jdoe' }) } : body)),
  },
  'a token of as many characters that lives shorter': {
    script: guessCodes,
    seen: { answer: SEARCH, in: 'body' },
    write: bodies('unknown', (body) => ('token' in body ? { ...body, token: shortened(tokenIn(body)) } : body)),
  },
  'a shorter body': {
    script: guessCodes,
    seen: { answer: SEARCH, in: 'header Content-Length' },
    write: bodies('unknown', (body) => without(body, 'tag')),
  },
  'one blank more': {
    script: guessCodes,
    seen: { answer: SEARCH, in: 'header Content-Length' },
    write: (response) =>
      spy.found !== false || response.status !== 200 ? response : { ...response, body: `${JSON.stringify(response.body)} ` },
  },
  'another step': {
    script: guessCodes,
    seen: { answer: SEARCH, in: 'header Content-Length' },
    write: bodies('unknown', (body) => (body['type'] === 'emailValidation' ? { ...body, type: 'userQuery' } : body)),
  },
  'one attempt fewer': {
    script: guessCodes,
    // The fourth of five different wrong codes ends it; the fifth is told so.
    seen: { answer: 14, in: 'header Content-Length' },
    parts: ({ conversations }) => ({
      conversations: over(conversations, {
        commit: (claim, entry) =>
          conversations.commit(claim, { ...entry, ended: entry.ended || (shadowIn(entry.body) && attemptsIn(entry.body) >= 4) }),
      }),
    }),
  },
  'a repeated request that is judged again': {
    script: guessCodes,
    seen: { answer: SEARCH + 1, in: 'status' },
    parts: ({ conversations }) => ({
      conversations: over(conversations, {
        claim: ({ digest, ...request }) =>
          conversations.claim({ ...request, ...(digest !== undefined && spy.found !== false && { digest }) }),
      }),
    }),
  },
  'mail that is sent within the request and fails': {
    script: guessCodes,
    seen: { answer: SEARCH, in: 'status' },
    parts: ({ conversations }) => ({
      conversations: over(conversations, {
        async commit(claim, entry) {
          if (entry.owed.length > 0 && !shadowIn(entry.body)) throw new Error('550 no such mailbox')
          return conversations.commit(claim, entry)
        },
      }),
    }),
  },
  'a budget of messages that is told': {
    script: askForMail,
    seen: { answer: 7, in: 'status' },
    parts({ budgets }) {
      let mails = 0
      return {
        budgets: over(budgets, {
          async count(given) {
            mails += spy.found === true && given.some(({ key }) => key.startsWith('messages:')) ? 1 : 0
            if (spy.found === true && mails > 3) throw new Error('too many mails')
            return budgets.count(given)
          },
        }),
      }
    },
  },
  'a question that nobody has configured': {
    script: guessAnswers,
    seen: { answer: 2, in: 'header Content-Length' },
    write: bodies('unknown', (body) =>
      JSON.parse(JSON.stringify(body).replace(/"systemQuestion":\{[^}]*\}/, '"systemQuestion":{"en":"?"}')),
    ),
  },
  'more questions for some': {
    script: guessAnswers,
    seen: { answer: 2, in: 'header Content-Length' },
    write: bodies('unknown', (body) =>
      JSON.parse(JSON.stringify(body).replace('"required":["answer1"]', '"required":["answer1","answer2"]')),
    ),
  },
  'answers that are checked for people who are there alone': {
    script: guessAnswers,
    seen: { answer: 5, in: 'status' },
    parts: ({ directory }) => ({
      directory: over(directory, {
        verifyAnswers: async (id, answers) => {
          if ((await directory.read(id)) === undefined) throw new Error('no such person')
          return directory.verifyAnswers(id, answers)
        },
      }),
    }),
  },
}

const KNOWN = 'userName eq "jdoe"'
const UNKNOWN = 'userName eq "nobody"'

/** The differences between somebody known and somebody unknown. */
async function compared(leak: Leak | undefined, script: Script): Promise<readonly Difference[]> {
  spy.leak = leak
  planted = { ...real, ...leak?.parts?.(real) }
  spy.found = undefined
  const known = await played(server.client, script, KNOWN)
  spy.found = undefined
  return differences(known, await played(server.client, script, UNKNOWN))
}

let server: WireServer
/** The parts of the server, and those that it is given instead while a leak is open. */
let real: Ports
let planted: Ports
beforeAll(async () => {
  server = await wireServer({
    dialects: dialects.map(leaky),
    adapt(ports) {
      real = ports
      planted = ports
      return {
        ...ports,
        conversations: through(() => planted.conversations, ports.conversations),
        budgets: through(() => planted.budgets, ports.budgets),
        directory: watched(through(() => planted.directory, ports.directory)),
      }
    },
  })
})
afterAll(() => server.close())

/** A part that is looked up at each call. */
function through<T extends object>(now: () => T, first: T): T {
  return new Proxy(first, {
    get(_first, name) {
      const part = now()
      const own: unknown = Reflect.get(part, name, part)
      return typeof own === 'function' ? own.bind(part) : own
    },
  })
}

function watched(directory: Ports['directory']): Ports['directory'] {
  return over(directory, {
    async find(filter) {
      const people = await directory.find(filter)
      spy.found = people.length === 1
      return people
    },
  })
}

/** A part with some of its methods replaced; the others stay with the object that they belong to. */
function over<T extends object>(part: T, methods: Partial<T>): T {
  return new Proxy(part, {
    get(target, name) {
      const own: unknown = Reflect.get(name in methods ? methods : target, name, name in methods ? methods : target)
      return typeof own === 'function' ? own.bind(name in methods ? methods : target) : own
    },
  })
}

test.for([guessCodes, guessAnswers, askForMail])('without a leak there is no difference', async (script) => {
  expect(await compared(undefined, script)).toEqual([])
})

test.for(Object.entries(LEAKS))('a planted leak is caught: %s (SEC-1)', async ([, leak]) => {
  const [first] = await compared(leak, leak.script)
  expect({ answer: first?.answer, in: first?.in }).toEqual(leak.seen)
})

function attemptsIn(body: string): number {
  return decodeSnapshot('', body).attempts['emailValidation'] ?? 0
}

function claimed(token: string, more: JsonObject): string {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return `${header}.${Buffer.from(JSON.stringify(Object.assign({}, claims, more))).toString('base64url')}.${signature}`
}

function shortened(token: string): string {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp: number }
  return claimed(token, { exp: claims.exp - 300 })
}
