import { randomUUID } from 'node:crypto'
import { inject, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { JsonObject } from '@rekey/core'
import { Metrics } from '../../src/observe/metrics.js'
import { submitTo, tokenOf, type Answer } from '../wire/call.js'
import { wireServer, type WireOptions, type WireServer } from '../wire/server.js'
import { countedBetween, readMetrics, type Series } from './read-metrics.js'

const BEARER = 'a bearer of these tests'.replaceAll(' ', '-')
const ON = { metrics: { bearer: BEARER } } as const satisfies JsonObject

async function serving(config: JsonObject = ON, more: WireOptions = {}): Promise<WireServer> {
  const server = await wireServer({ config, ...more })
  onTestFinished(() => server.close())
  return server
}

const metricsOf = ({ client }: WireServer, bearer = BEARER): Promise<Answer> =>
  client.get('/metrics', { Authorization: `Bearer ${bearer}` })

async function series(server: WireServer): Promise<Series> {
  return readMetrics((await metricsOf(server)).text)
}

/** What an act of somebody adds to the counters. */
async function adds(server: WireServer, act: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> {
  const before = await series(server)
  await act()
  const after = await series(server)
  // Each reading is a request itself, counted after it was answered.
  return Object.fromEntries(Object.entries(countedBetween(before, after)).filter(([name]) => !name.includes('route="/metrics"')))
}

describe('who may read', () => {
  test('nobody, where nothing is configured', async () => {
    const { client } = await serving({})
    expect((await client.get('/metrics')).status).toBe(404)
  })

  test.for([
    ['without a bearer', {}],
    ['with another one', { Authorization: `Bearer ${BEARER}x` }],
    ['with an empty one', { Authorization: 'Bearer ' }],
    ['with a part of it', { Authorization: `Bearer ${BEARER.slice(0, -1)}` }],
    ['with Basic', { Authorization: `Basic ${BEARER}` }],
    ['with two of them', { Authorization: [`Bearer ${BEARER}`, `Bearer ${BEARER}`] }],
    ['with it in the query', {}, `?bearer=${BEARER}`],
  ] as const)('on the main port not %s', async ([, headers, query = '']) => {
    const { client } = await serving()
    const { status, text } = await client.get(`/metrics${query}`, headers)
    expect([status, text]).toEqual([401, '{"type":"urn:rekey:unauthorized","title":"Unauthorized","status":401}'])
  })

  test('on a port of their own whoever reaches it, and there is nothing else but whether the server is well', async () => {
    const { running, client } = await serving({ metrics: { port: 0 } })
    const own = running.metricsUrl ?? ''
    expect(readMetrics(await (await fetch(own)).text()).get('rekey_ready')).toBe(1)
    expect(
      await Promise.all(
        ['/health', '/ready', '/openidm/selfservice/reset', '/dev/mailbox'].map(async (path) => (await fetch(new URL(path, own))).status),
      ),
    ).toEqual([200, 200, 404, 404])
    expect((await client.get('/metrics')).status).toBe(404)
  })

  test('on a port of their own with the bearer, where one is configured', async () => {
    const { running } = await serving({ metrics: { port: 0, bearer: BEARER } })
    const own = running.metricsUrl ?? ''
    expect((await fetch(own)).status).toBe(401)
    expect((await fetch(own, { headers: { Authorization: `Bearer ${BEARER}` } })).headers.get('content-type')).toBe(
      'text/plain; version=0.0.4; charset=utf-8',
    )
  })
})

const search = (value: string) => ({ input: { queryFilter: `mail eq "${value}"` } })

/** A start, a wrong code, until the tries are used up. */
async function guess({ client }: WireServer, mail: string): Promise<void> {
  const token = tokenOf(await client.post(submitTo('resetOneStage'), search(mail)))
  for (const code of ['00000001', '00000002', '00000003', '00000004', '00000005', '00000006'])
    await client.post(submitTo('resetOneStage'), { token, input: { code } })
}

describe('what is counted', () => {
  test('a conversation from its start to its end', async () => {
    const server = await serving()
    const { client } = server
    const counted = await adds(server, async () => {
      const token = tokenOf(await client.post(submitTo('resetOneStage'), search('jdoe@example.com')))
      const { text } = await server.nextMail('jdoe@example.com', 0)
      const code = /^ {4}(\d{8})$/m.exec(text)?.[1] ?? ''
      const proved = tokenOf(await client.post(submitTo('resetOneStage'), { token, input: { code } }))
      const last = tokenOf(await client.post(submitTo('resetOneStage'), { token: proved, input: { answer1: 'Blue' } }))
      await client.post(submitTo('resetOneStage'), { token: last, input: { password: 'Canary-Passw0rd' } })
      await server.nextMail('jdoe@example.com', 1)
      await vi.waitFor(async () => expect((await series(server)).get('rekey_outbox_pending')).toBe(0), { timeout: 10_000, interval: 20 })
    })
    const flow = Object.entries(counted).filter(([name]) => name.startsWith('rekey_conversations') || name.startsWith('rekey_step_events'))
    expect(flow.map(([name, count]) => `${name} ${count}`)).toMatchInlineSnapshot(`
      [
        "rekey_conversations_started_total{flow="forgerock-reset-one-stage",dialect="forgerock"} 1",
        "rekey_conversations_ended_total{flow="forgerock-reset-one-stage",dialect="forgerock",outcome="completed"} 1",
        "rekey_step_events_total{flow="forgerock-reset-one-stage",step="userQuery",event="opened"} 1",
        "rekey_step_events_total{flow="forgerock-reset-one-stage",step="userQuery",event="named"} 1",
        "rekey_step_events_total{flow="forgerock-reset-one-stage",step="emailValidation",event="opened"} 1",
        "rekey_step_events_total{flow="forgerock-reset-one-stage",step="emailValidation",event="passed"} 1",
        "rekey_step_events_total{flow="forgerock-reset-one-stage",step="kba",event="opened"} 1",
        "rekey_step_events_total{flow="forgerock-reset-one-stage",step="kba",event="passed"} 1",
        "rekey_step_events_total{flow="forgerock-reset-one-stage",step="reset",event="opened"} 1",
        "rekey_step_events_total{flow="forgerock-reset-one-stage",step="reset",event="passed"} 1",
        "rekey_step_events_total{flow="forgerock-reset-one-stage",step="reset",event="changed"} 1",
      ]
    `)
    expect(counted['rekey_messages_handled_total{dialect="forgerock"}']).toBe(2)
    const requests = Object.entries(counted).filter(
      ([name]) => name.startsWith('rekey_http_request_seconds_count') && name.includes('forgerock'),
    )
    expect(requests.map(([name, count]) => [/status="(...)"/.exec(name)?.[1], count])).toEqual([['2xx', 4]])
  })

  test('the outbox of a Redis, its limits and its age', async () => {
    const prefix = `metrics:${randomUUID()}:`
    let refuses = true
    const server = await serving(ON, {
      redis: { url: inject('redisUrl'), prefix },
      adapt: (ports) => ({
        ...ports,
        mailer: {
          async send(mail) {
            if (refuses) throw new Error('away')
            await ports.mailer.send(mail)
          },
        },
      }),
    })
    expect(await series(server)).toEqual(expect.objectContaining({}))
    expect([(await series(server)).get('rekey_outbox_pending'), (await series(server)).get('rekey_outbox_oldest_seconds')]).toEqual([0, 0])
    await server.client.post(submitTo('resetOneStage'), search('jdoe@example.com'))
    await vi.waitFor(
      async () => {
        const found = await series(server)
        expect([found.get('rekey_outbox_pending'), found.get('rekey_outbox_dead')]).toEqual([1, 0])
        expect(found.get('rekey_outbox_oldest_seconds')).toBeGreaterThan(0)
      },
      { timeout: 10_000, interval: 50 },
    )
    refuses = false
    await vi.waitFor(async () => expect((await series(server)).get('rekey_outbox_pending')).toBe(0), { timeout: 20_000, interval: 50 })
  })

  test('starts that the limit stops, and tokens that are forged', async () => {
    const server = await serving({ ...ON, limits: { starts: { address: '2/h' } } })
    const { client } = server
    const counted = await adds(server, async () => {
      for (let start = 0; start < 4; start++) await client.post(submitTo('resetOneStage'), search('jdoe@example.com'))
      await client.post(submitTo('resetOneStage'), { token: 'x.y.z', input: { code: '1' } })
    })
    expect(Object.entries(counted).filter(([name]) => /limits|alarms/.test(name))).toEqual([
      ['rekey_limits_hit_total{flow="forgerock-reset-one-stage",limit="starts"}', 2],
      ['rekey_alarms_total{event="token-refused"}', 1],
    ])
  })
})

describe('what is not told', () => {
  test('whether somebody exists: people, strangers and the locked add the same (SEC-1)', async () => {
    const server = await serving()
    const of = (mail: string) =>
      adds(server, async () => {
        await guess(server, mail)
        await vi.waitFor(async () => expect((await series(server)).get('rekey_outbox_pending')).toBe(0), { timeout: 10_000, interval: 20 })
      })
    const known = await of('jdoe@example.com')
    expect(Object.keys(known).length).toBeGreaterThan(5)
    for (const mail of ['nobody@example.com', 'llock@example.com']) expect(await of(mail)).toEqual(known)
  })

  test('what callers send: no path, method, header or name of theirs makes a series', async () => {
    const server = await serving()
    const { client } = server
    await guess(server, 'jdoe@example.com')
    await client.get('/nowhere/canary-0')
    await client.post(submitTo('canary-0'), { input: { queryFilter: 'mail eq "canary-0@example.com"' } })
    const before = [...(await series(server)).keys()]
    for (let number = 1; number <= 50; number++) {
      const canary = `canary-${number}`
      await client.get(`/nowhere/${canary}`)
      await client.get(`/openidm/${canary}`)
      await client.send({ method: 'PURGE', target: `/${canary}` })
      await client.post(submitTo(canary), { input: { queryFilter: `mail eq "${canary}@example.com"` }, token: canary })
      await client.post(submitTo('resetOneStage'), { input: { queryFilter: `mail eq "${canary}@example.com"` } }, { 'User-Agent': canary })
    }
    const after = await metricsOf(server)
    expect(after.text).not.toContain('canary')
    expect(after.text).not.toMatch(/127\.0\.0\.1|[0-9a-f]{8}-[0-9a-f]{4}-/)
    expect([...readMetrics(after.text).keys()].length - before.length).toBeLessThan(80)
  })

  test('more names than there may be: later ones are others', async () => {
    const metrics = new Metrics({ outbox: () => Promise.resolve({ pending: 0, dead: 0 }), ready: () => Promise.resolve(true) })
    for (let number = 0; number < 5_000; number++) {
      metrics.event({ event: 'passed', at: 0, flow: `flow-${number}`, step: `step-${number}` })
      metrics.event({ event: `event-${number}`, at: 0, alarm: true })
      metrics.request({ route: `/route-${number}`, method: `M${number}`, status: 200, seconds: 0 })
    }
    const found = readMetrics(await metrics.text())
    expect([...found.keys()].filter((name) => name.startsWith('rekey_step_events_total')).length).toBe(501)
    expect([...found.keys()].filter((name) => name.startsWith('rekey_http_request_seconds_count')).length).toBe(501)
    expect(found.get('rekey_step_events_total{flow="other",step="other",event="passed"}')).toBe(4_500)
    expect(found.get('rekey_alarms_total{event="other"}')).toBe(5_000)
  })
})

test('a store that does not answer takes its figures with it, and the rest is still told', async () => {
  let away = false
  const outbox = () => (away ? Promise.reject(new Error('away')) : Promise.resolve({ pending: 3, dead: 1, oldestMs: 2_000 }))
  const metrics = new Metrics({ outbox, ready: () => Promise.resolve(!away) })
  const told = async () => {
    const found = readMetrics(await metrics.text())
    return ['rekey_outbox_pending', 'rekey_outbox_dead', 'rekey_outbox_oldest_seconds', 'rekey_ready'].map((name) => found.get(name))
  }
  expect(await told()).toEqual([3, 1, 2, 1])
  away = true
  expect(await told()).toEqual([undefined, undefined, undefined, 0])
  away = false
  expect(await told()).toEqual([3, 1, 2, 1])
})

test('the process itself is told: memory, processor time, and how late the event loop is', async () => {
  const { client } = await serving()
  const { text } = await client.get('/metrics', { Authorization: `Bearer ${BEARER}` })
  expect(
    ['process_resident_memory_bytes', 'process_cpu_seconds_total', 'nodejs_eventloop_lag_seconds'].filter(
      (name) => !readMetrics(text).has(name),
    ),
  ).toEqual([])
})
