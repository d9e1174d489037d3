import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest'
import { isJsonObject, type Directory, type JsonObject } from '@rekey/core'
import type { Ports } from '../../src/compose.js'
import { createLogger } from '../../src/adapters/log/logger.js'
import { traceIn } from '../../src/compose/open-traces.js'
import { OtelTracing } from '../../src/observe/otel-tracing.js'
import { submitTo, tokenOf } from '../wire/call.js'
import type { WireServer } from '../wire/server.js'
import { serving } from '../wire/serving.js'
import { house, WIRES, type House, type HouseOptions } from '../wires/house.js'
import { CHANGERS, generate, generatedIn, PERSON } from '../wires/one-call.js'
import type { Wire } from '../wires/speaker.js'
import { guessed } from '../wires/strangers.js'
import { collector, trees, type Collector, type Manner } from './collector.js'

async function collecting(manner?: Manner): Promise<Collector> {
  const to = await collector(manner)
  onTestFinished(() => to.close())
  return to
}

const tracesTo = (to: Collector, more: JsonObject = {}): JsonObject => ({ traces: { otlp: to.url, ...more } })

async function housing<T>(options: HouseOptions, act: (at: House) => Promise<T>): Promise<T> {
  const at = await house(options)
  try {
    return await act(at)
  } finally {
    await at.close()
  }
}

const search = (mail: string) => ({ input: { queryFilter: `mail eq "${mail}"` } })

async function askedForMail(server: WireServer, headers = {}): Promise<void> {
  expect((await server.client.post(submitTo('resetOneStage'), search('jdoe@example.com'), headers)).status).toBe(200)
  await server.nextMail('jdoe@example.com', 0)
}

const requestsIn = (to: Collector) => to.spans().filter(({ kind }) => kind === 2)

describe('what is told', () => {
  test.each(['memory', 'Redis'])(
    'of a start, with %s: the request, its steps and its calls, and the delivery that it owed',
    async (store) => {
      const to = await collecting()
      const redis = { url: inject('redisUrl'), prefix: 'traces:' }
      await serving({ config: tracesTo(to), ...(store === 'Redis' && { redis }) }, askedForMail)
      const system = store === 'Redis' ? '{"db.system.name":"redis"}' : '{}'
      const step = (type: string, handler: string) =>
        `${type} ${handler} 1 {"rekey.step.type":"${type}","rekey.step.handler":"${handler}"} 0 0`
      const found = trees(to.spans())
      expect(found.map(({ span }) => span)).toEqual([
        'POST /openidm/selfservice/:as 2 {"http.request.method":"POST","rekey.status":"2xx","http.route":"/openidm/selfservice/:as","rekey.dialect":"forgerock"} 0 0',
        'deliver message 5 {} 0 1',
      ])
      const [request] = found
      expect(new Set(request?.below.map(({ span }) => span))).toEqual(
        new Set([
          `budgets.count 3 ${system} 0 0`,
          `conversations.create 3 ${system} 0 0`,
          step('emailValidation', 'prepare'),
          step('userQuery', 'prepare'),
          step('userQuery', 'submit'),
        ]),
      )
      expect(request?.below.find(({ span }) => span === step('userQuery', 'submit'))?.below).toEqual([
        { span: 'directory.find 3 {} 0 0', below: [] },
      ])
      const [first, delivery] = [requestsIn(to)[0], to.spans().find(({ name }) => name === 'deliver message')]
      expect(delivery?.links).toEqual([first?.traceId])
      expect(delivery?.traceId).not.toBe(first?.traceId)
    },
  )

  test('who tells: a name, a version and an id, with the configured headers', async () => {
    const to = await collecting()
    await serving({ config: tracesTo(to, { serviceName: 'bank', headers: { 'X-Collector': 'team-a' } }) }, askedForMail)
    const resource = JSON.parse(to.bodies[0] ?? '') as {
      resourceSpans: { resource: { attributes: { key: string; value: JsonObject }[] } }[]
    }
    const { attributes } = resource.resourceSpans[0]?.resource ?? { attributes: [] }
    expect(attributes.map(({ key }) => key).toSorted()).toEqual(['service.instance.id', 'service.name', 'service.version'])
    expect(attributes.find(({ key }) => key === 'service.name')?.value).toEqual({ stringValue: 'bank' })
    expect(to.headers[0]).toContain('"X-Collector","team-a"')
  })

  test('faults by their kind alone, at the call, at the step and at the request', async () => {
    const to = await collecting()
    const gone = Object.assign(new Error('jdoe@example.com is away'), { code: 'ECONNREFUSED' })
    const broken = (ports: Ports) => ({ ...ports, directory: over(ports.directory, { find: () => Promise.reject(gone) }) })
    await serving({ config: tracesTo(to), adapt: broken }, async ({ client }) => {
      expect((await client.post(submitTo('resetOneStage'), search('jdoe@example.com'))).status).toBe(503)
    })
    const faulty = to.spans().filter(({ status }) => status === 2)
    expect(faulty.map(({ name, words }) => [name, words['error.type'] ?? words['rekey.status']])).toEqual([
      ['directory.find', 'ECONNREFUSED'],
      ['userQuery submit', 'ECONNREFUSED'],
      ['POST /openidm/selfservice/:as', '5xx'],
    ])
    expect(to.bodies.join('')).not.toContain('jdoe')
  })

  test('nothing of probes, nor of paths that are nobody’s; of a dialect’s, whatever callers make up is one name', async () => {
    const to = await collecting()
    await serving({ config: tracesTo(to) }, async ({ client }) => {
      for (const path of ['/health', '/ready', '/nowhere/canary']) await client.get(path)
      await client.get('/openidm/canary')
      await client.send({ method: 'PURGE', target: '/openidm/canary?canary=1' })
    })
    expect(to.spans().map(({ name, words }) => [name, words['http.route']])).toEqual([
      ['GET', undefined],
      ['other', undefined],
    ])
    expect(to.bodies.join('')).not.toContain('canary')
  })

  test('the id of the request, which the audit trail has, and there the id of the trace', async () => {
    const to = await collecting()
    const entries = await serving({ config: { ...tracesTo(to), audit: { folder: 'trail', sync: 'always' } } }, async (server) => {
      await askedForMail(server)
      const trail = join(server.folder, 'trail')
      return vi.waitFor(
        async () => {
          const [name = ''] = await readdir(trail)
          const found = (await readFile(join(trail, name), 'utf8'))
            .split('\n')
            .filter((line) => line.includes('"started"') || line.includes('"sent"'))
            .map((line) => (JSON.parse(line) as { entry: { requestId?: string; more?: { trace?: string } } }).entry)
          expect(found).toHaveLength(2)
          return found
        },
        { timeout: 10_000, interval: 20 },
      )
    })
    const [request] = requestsIn(to)
    const delivery = to.spans().find(({ name }) => name === 'deliver message')
    expect(entries.map(({ requestId, more }) => [requestId, more?.trace])).toEqual([
      [request?.words['rekey.request'], request?.traceId],
      [undefined, delivery?.traceId],
    ])
  })
})

test('lines of the log have the id of the trace that they were written in, and others none', async () => {
  const to = await collecting()
  const tracing = otelTo(to)
  const lines: JsonObject[] = []
  const log = createLogger('info', { write: (line) => void lines.push(JSON.parse(line) as JsonObject) }, () => traceIn(tracing))
  log.info('outside')
  await tracing.request(undefined, async () => {
    await setImmediate()
    log.info('inside')
    return END
  })
  await tracing.close()
  expect(lines.map(({ msg, trace }) => [msg, trace])).toEqual([
    ['outside', undefined],
    ['inside', to.spans()[0]?.traceId],
  ])
})

test('nobody but what opens traces knows the library, and that loads it only when it is wanted', async () => {
  const root = join(import.meta.dirname, '../../src')
  const files = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.ts'))
  const own = ['otel-tracing', 'part-sampler', 'reporting-exporter', 'trace-parent']
  const knowing: string[] = []
  for (const file of files) {
    const text = await readFile(join(root, file), 'utf8')
    if (/from '@opentelemetry\//.test(text)) knowing.push(file)
    const isOwn = own.some((name) => file === join('observe', `${name}.ts`))
    if (!isOwn && own.some((name) => new RegExp(`^import .*${name}\\.js'`, 'm').test(text))) knowing.push(`${file} through another`)
  }
  expect(knowing.toSorted()).toEqual(own.map((name) => join('observe', `${name}.ts`)))
})

describe('whose traces are gone on with', () => {
  const FOREIGN = '4bf92f3577b34da6a3ce929d0e0e4736'
  const sent = (flags: string) => ({ traceparent: `00-${FOREIGN}-00f067aa0ba902b7-${flags}`, tracestate: 'vendor=canary' })

  test.for([
    ['nobody’s, unless it is said', {}, '01', false],
    ['nobody’s without being a trusted proxy', { trustedProxies: ['10.0.0.0/8'], trustIncoming: true }, '01', false],
    ['those of a trusted proxy, where it is said', { trustedProxies: ['127.0.0.1/32'], trustIncoming: true }, '01', true],
    ['not those of a trusted proxy, where it is not', { trustedProxies: ['127.0.0.1/32'] }, '01', false],
  ] as const)('%s', async ([, { trustedProxies = [], trustIncoming = false }, flags, taken]: TrustCase) => {
    const to = await collecting()
    const config = { ...tracesTo(to, { trustIncoming }), trustedProxies: [...trustedProxies], ...(trustedProxies.length > 0 && BEHIND) }
    await serving({ config }, async ({ client }) => {
      await client.post(submitTo('resetOneStage'), search('jdoe@example.com'), sent(flags))
    })
    const [request] = requestsIn(to)
    expect(request?.traceId === FOREIGN).toBe(taken)
    expect(request?.parentSpanId).toBe(taken ? '00f067aa0ba902b7' : '')
    expect(to.bodies.join('')).not.toContain('canary')
    if (!taken) expect(to.bodies.join('')).not.toContain(FOREIGN)
  })

  test('nobody can have themselves traced, where one in none is; a trusted proxy decides for its own', async () => {
    const to = await collecting()
    const told = async (more: JsonObject, flags: string) => {
      const before = requestsIn(to).length
      const config = {
        ...tracesTo(to, { sample: 0, ...more }),
        ...(more['trustIncoming'] === true && { trustedProxies: ['127.0.0.1/32'], ...BEHIND }),
      }
      await serving({ config }, ({ client }) => client.post(submitTo('resetOneStage'), search('jdoe@example.com'), sent(flags)))
      return requestsIn(to).length - before
    }
    expect(await told({}, '01')).toBe(0)
    expect(await told({ trustIncoming: true }, '01')).toBe(1)
    expect(await told({ trustIncoming: true, sample: 1 }, '00')).toBe(0)
  })

  test.for([
    '',
    'x',
    `01-${FOREIGN}-00f067aa0ba902b7-01`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${FOREIGN}-00f067aa0ba902b7-01-x`,
  ])('a `traceparent` that is none begins a new trace: %s', async (traceparent) => {
    const to = await collecting()
    const tracing = otelTo(to)
    await tracing.request(traceparent, () => Promise.resolve(END))
    await tracing.close()
    expect(to.spans().map(({ parentSpanId, traceId }) => [parentSpanId, traceId === FOREIGN])).toEqual([['', false]])
  })
})

describe('what is not told', () => {
  test('no password, code, token, answer, name or address, on any wire, also while things fail (SEC-74)', async () => {
    const to = await collecting()
    const canaries = await playedOnEveryWire(to)
    expect(canaries.size).toBeGreaterThan(40)
    expect(new Set(requestsIn(to).map(({ words }) => words['rekey.dialect']))).toEqual(
      new Set(['forgerock', 'centrify', 'airlock', 'cidaas', 'bright-pattern']),
    )
    expect(to.spans().filter(({ status }) => status === 2).length).toBeGreaterThan(4)
    expect(leaks(to, canaries)).toEqual([])
  })

  test('the search finds what is planted: a fault that bears the name of a person', async () => {
    const to = await collecting()
    const named = Object.assign(new Error('away'), { name: 'bjensen' })
    const canaries = await playedOnEveryWire(to, named)
    expect(leaks(to, canaries)).toEqual(['a name: bjensen'])
  })

  test.each(WIRES)('whether somebody exists, over $name: spans of strangers are those of anybody (SEC-1)', async (wire) => {
    const [known, ...others] = await treesOfGuesses(wire, ['jdoe', 'nobody', 'llock', 'nomail'])
    expect(known?.length).toBeGreaterThan(10)
    for (const stranger of others) expect(stranger).toEqual(known)
  })

  test('the comparison sees a call that fails for those alone who exist', async () => {
    const [forgerock] = WIRES.slice(0, 1)
    if (!forgerock) throw new Error('there are no wires')
    const failing = (ports: Ports) => ({
      ...ports,
      directory: over(ports.directory, {
        async read(id) {
          const found = await ports.directory.read(id)
          if (found) throw new Error('found')
          return found
        },
      }),
    })
    const [known, stranger] = await treesOfGuesses(forgerock, ['jdoe', 'nobody'], failing)
    expect(known).not.toEqual(stranger)
  })
})

describe('a collector that is', () => {
  test.for(['refuses', 'redirects', 'never answers'] as const)('one that %s changes no answer, and holds nobody up', async (manner) => {
    const to = await collecting(manner)
    const answers = await serving({ config: tracesTo(to) }, async ({ client }) => {
      const said = []
      for (let round = 0; round < 5; round += 1) {
        const { status, text } = await client.post(submitTo('resetOneStage'), search('jdoe@example.com'))
        said.push([status, tokenOf({ status, text, headers: [] }) !== ''])
      }
      return said
    })
    expect(answers).toEqual(Array.from({ length: 5 }, () => [200, true]))
    expect(to.bodies.length).toBeGreaterThan(0)
    expect(to.bodies.join('')).not.toContain('elsewhere')
  })

  test('away altogether changes no answer either', async () => {
    const to = await collector()
    await to.close()
    await serving({ config: tracesTo(to) }, askedForMail)
  })

  test('not answering takes no more memory than a queue and one call; what comes later is dropped', async () => {
    const to = await collecting('never answers')
    const tracing = otelTo(to)
    const requests = 6_000
    for (let round = 0; round < requests; round += 1) {
      await tracing.request(undefined, () => Promise.resolve(END))
      if (round % 50 === 0) await setImmediate()
    }
    await vi.waitFor(() => expect(to.mostOpen()).toBe(1), { timeout: 10_000, interval: 20 })
    to.behave('takes')
    await tracing.close()
    expect(to.spans().length).toBeGreaterThan(2_048)
    expect(to.spans().length).toBeLessThan(requests / 2)
  })

  test('away and back again is told once each way', async () => {
    const to = await collecting('refuses')
    const changes: boolean[] = []
    const tracing = otelTo(to, changes)
    const told = async (until: readonly boolean[]) => {
      await tracing.request(undefined, () => Promise.resolve(END))
      await vi.waitFor(() => expect(changes).toEqual(until), { timeout: 10_000, interval: 20 })
    }
    await told([false])
    to.behave('takes')
    await told([false, true])
    await tracing.close()
  })
})

const END = { method: 'POST', route: '/a', dialect: 'forgerock', status: 200, requestId: 'r' }

/** Answers to trusted proxies have a public address. */
const BEHIND: JsonObject = { publicUrl: 'https://id.example.com' }

type TrustCase = readonly [
  title: string,
  { readonly trustedProxies?: readonly string[]; readonly trustIncoming?: boolean },
  flags: string,
  taken: boolean,
]

function otelTo(to: Collector, changes: boolean[] = []): OtelTracing {
  return new OtelTracing({
    url: to.url,
    headers: {},
    sample: 1,
    serviceName: 'test',
    version: '0',
    onChange: (isWell) => void changes.push(isWell),
  })
}

function over(directory: Directory, methods: Partial<Directory>): Directory {
  return new Proxy(directory, {
    get(target, name) {
      const holder = name in methods ? methods : target
      const own: unknown = Reflect.get(holder, name, holder)
      return typeof own === 'function' ? own.bind(holder) : own
    },
  })
}

/** Traces of all that somebody without the mailbox can do, one person after the other. */
async function treesOfGuesses(
  wire: Wire,
  people: readonly string[],
  adapt: (ports: Ports) => Ports = (ports) => ports,
): Promise<readonly ReturnType<typeof trees>[]> {
  const to = await collecting()
  let pending = () => Promise.resolve(1)
  const watched = (ports: Ports) => {
    pending = () => ports.outbox.pending()
    return adapt(ports)
  }
  const counts = await housing({ config: tracesTo(to), adapt: watched }, async (at) => {
    const requests: number[] = []
    for (const userName of people) requests.push((await guessed(at, wire, userName)).length)
    await vi.waitFor(async () => expect(await pending()).toBe(0), { timeout: 20_000, interval: 20 })
    return requests
  })
  // One request was sent after the other, so they come in that order.
  const requests = requestsIn(to)
  expect(requests).toHaveLength(counts.reduce((sum, count) => sum + count, 0))
  return counts.map((count, person) => {
    const from = counts.slice(0, person).reduce((sum, earlier) => sum + earlier, 0)
    const own = new Set(requests.slice(from, from + count).map(({ traceId }) => traceId))
    return trees(to.spans().filter(({ traceId, links }) => own.has(traceId) || links.some((link) => own.has(link))))
  })
}

/**
 * Leads conversations to their ends on every wire, with a directory that fails now and then.
 * @returns what must be found nowhere, and what it is.
 */
async function playedOnEveryWire(to: Collector, fault?: Error): Promise<ReadonlyMap<string, string>> {
  const canaries = new Map<string, string>()
  const keep = (what: string, ...values: readonly string[]) => values.forEach((value) => value !== '' && canaries.set(value, what))
  keep('a name', 'bjensen', 'muster', 'Barbara', 'Jensen', 'Jon.One')
  keep('an address', 'bjensen@example.com', '127.0.0.1', '+15550101')
  const failing = { calls: 0, now: false }
  const adapt = (ports: Ports) => ({
    ...ports,
    directory: new Proxy(ports.directory, {
      get(target, name) {
        const own: unknown = Reflect.get(target, name, target)
        if (typeof own !== 'function') return own
        return (...args: readonly unknown[]): unknown =>
          failing.now && ['find', 'read', 'verifyPassword', 'setPassword'].includes(String(name))
            ? Promise.reject(fault ?? Object.assign(new Error(JSON.stringify(args)), { code: JSON.stringify(args), args }))
            : Reflect.apply(own, target, args)
      },
    }),
  })
  await housing({ config: tracesTo(to), adapt }, async (at) => {
    const twice = async (call: Parameters<House['send']>[0]) => {
      failing.now = true
      await at.send(call)
      failing.now = false
      const answer = await at.send(call)
      keep(
        'a token',
        ...carriersIn(answer.text),
        ...answer.headers.filter(([name]) => name === 'Set-Cookie').map(([, value]) => cookieOf(value)),
      )
      return answer
    }
    for (const [number, wire] of WIRES.entries()) {
      const visit = await at.named(wire, 'bjensen')
      keep('a token', ...visit.carriers())
      const code = await at.code('bjensen@example.com')
      keep('a code', code)
      await at.says(visit, visit.types('10000001'))
      visit.hears(await twice(visit.types(code)))
      keep('a token', ...visit.carriers())
      const password = `Canary-Passw0rd-${number}`
      keep('a password', password)
      visit.hears(await twice(visit.chooses(password)))
    }
    let old = 'Passw0rd1'
    for (const [number, changer] of CHANGERS.entries()) {
      const next = `Canary-Changed-${number}`
      keep('a password', old, next)
      keep('a token', await at.token(PERSON))
      const change = await changer.signedIn(at, old)
      await twice(change(old, next))
      old = next
    }
    keep('an id', await at.idOf(PERSON), await at.idOf('bjensen'))
    keep('a secret of a caller', 'secret_token')
    keep('a password', generatedIn(await twice(generate('Jon.One'))))
    for (const { text } of await at.mails('bjensen@example.com')) keep('a link', ...(text.match(/https?:\S+/g) ?? []))
  })
  return canaries
}

function carriersIn(text: string): readonly string[] {
  const body: unknown = text.startsWith('{') ? JSON.parse(text) : undefined
  return textsIn(body).filter((value) => value.length > 15)
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  return isJsonObject(value) ? Object.values(value).flatMap(textsIn) : []
}

const cookieOf = (header: string) => /^[^=]+=([^;]{8,})/.exec(header)?.[1] ?? ''

/** Everything that the collector was sent, headers included, in any usual spelling of it. */
function leaks(to: Collector, canaries: ReadonlyMap<string, string>): readonly string[] {
  // The address of the collector itself stands in the `Host` of each call.
  const sent = [...to.bodies, ...to.headers.map((line) => line.replaceAll(/"127\.0\.0\.1:\d+"/g, '""'))].join('\n')
  return [...canaries].filter(([value]) => spellings(value).some((one) => sent.includes(one))).map(([value, what]) => `${what}: ${value}`)
}

function spellings(value: string): readonly string[] {
  const bytes = Buffer.from(value)
  return [
    value,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('hex'),
  ]
}
