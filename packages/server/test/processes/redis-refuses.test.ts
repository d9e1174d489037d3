import { Redis } from 'ioredis'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startRedis } from '../../../../scripts/redis-server.mjs'
import { ALL_WELL, ResetByMail } from '../adapters/redis/reset-by-mail.js'
import type { Answer } from '../wire/call.js'
import { wireServer, type WireServer } from '../wire/server.js'
import { PATIENCE_MS } from './house.js'

const WAIT = { timeout: PATIENCE_MS, interval: 50 }
const PASSWORD = 'Correct-Horse-1'

/** An act in each dialect that needs the store. */
const ACTS = {
  forgerock: ({ client }: WireServer) =>
    client.post('/openidm/selfservice/resetOneStage?_action=submitRequirements', { input: { queryFilter: 'userName eq "mmuster"' } }),
  airlock: ({ client }: WireServer) => client.post('/auth/rest/public/self-service/flows/password-reset/select', {}),
  centrify: ({ client }: WireServer) =>
    client.post('/Security/StartAuthentication', { User: 'mmuster' }, { 'X-CENTRIFY-NATIVE-CLIENT': '1' }),
  cidaas: ({ client }: WireServer, requestId: string) =>
    client.post('/users-srv/resetpassword/initiate', {
      requestId,
      email: 'mmuster@example.de',
      processingType: 'CODE',
      resetMedium: 'EMAIL',
    }),
  'bright-pattern': ({ client }: WireServer) =>
    client.post(
      '/api/users',
      { type: 'request', request: { action: 'generate_password', user: 'Jon.One' } },
      { Authorization: 'Bearer secret_token' },
    ),
} as const

/** What each dialect says where the store does not take it: the status, and a stretch of the body. */
const UNAVAILABLE = {
  forgerock: [503, '"message":"Service unavailable"'],
  airlock: [503, '"code":"EXTERNAL_SERVICE_UNAVAILABLE"'],
  centrify: [503, '"Message":"The service is not available. Please try again later."'],
  cidaas: [500, '"success":false'],
  'bright-pattern': [200, '{"res":"failed"}'],
} as const

/** What each says where it does. */
const TAKEN = {
  forgerock: [200, '"tag":"validateCode"'],
  airlock: [200, '"nextStep":"USERNAME_REQUIRED"'],
  centrify: [200, '"success":true'],
  cidaas: [200, '"reset_initiated":true'],
  'bright-pattern': [200, '{"res":"ok"'],
} as const

type Dialect = keyof typeof ACTS

/** A server in this process on a Redis of its own, which may be hurt. */
async function open() {
  const redis = await startRedis()
  onTestFinished(() => redis.stop())
  const admin = new Redis(redis.url)
  onTestFinished(() => admin.disconnect())
  const server = await wireServer({
    redis: { url: redis.url, prefix: 'rekey:' },
    // What hangs in Redis is done when it goes on; its lease has to end then.
    leaseMs: 1_500,
    config: { store: { timeout: '1s' }, dialects: { 'bright-pattern': { minimumMs: 0 } } },
  })
  onTestFinished(() => server.close())
  const { text } = await server.client.post('/authz-srv/authrequest/authz/generate', { client_id: 'demo' })
  const requestId = /"requestId":"([^"]+)"/.exec(text)?.[1] ?? ''
  const acts = async () => {
    const answers = await Promise.all(Object.values(ACTS).map((act) => act(server, requestId)))
    return new Map(Object.keys(ACTS).map((dialect, at) => [dialect as Dialect, answers[at]]))
  }
  return { redis, admin, server, acts }
}

function expectEach(answers: ReadonlyMap<Dialect, Answer | undefined>, wanted: Readonly<Record<Dialect, readonly [number, string]>>): void {
  const heard = Object.fromEntries([...answers].map(([dialect, answer]) => [dialect, [answer?.status, answer?.text]]))
  expect(heard).toEqual(
    Object.fromEntries(Object.entries(wanted).map(([dialect, [status, part]]) => [dialect, [status, expect.stringContaining(part)]])),
  )
}

test('a Redis that hangs is told as unavailable in every dialect, and forgets nothing meanwhile', async () => {
  const { redis, server, acts } = await open()
  const jdoe = new ResetByMail(server)
  expect(await jdoe.begin()).toBe('200 emailValidation')
  const code = await jdoe.code()
  process.kill(redis.pid, 'SIGSTOP')
  try {
    const [said, answers] = await Promise.all([jdoe.say({ code }), acts()])
    expect(said).toBe('503 Service unavailable')
    expectEach(answers, UNAVAILABLE)
  } finally {
    process.kill(redis.pid, 'SIGCONT')
  }
  await vi.waitFor(async () => expect(await jdoe.say({ code })).toBe('200 resetStage'), WAIT)
  expect(await jdoe.say({ password: PASSWORD })).toBe('200 resetStage end')
  await vi.waitFor(async () => expectEach(await acts(), TAKEN), WAIT)
})

test('a Redis that is full is told as unavailable in every dialect, nothing is half written, and it goes on when there is room', async () => {
  const { admin, server, acts } = await open()
  const jdoe = new ResetByMail(server)
  expect(await jdoe.begin()).toBe('200 emailValidation')
  const code = await jdoe.code()
  await vi.waitFor(async () => expect(await owed(admin)).toBe(0), WAIT)
  const before = await everything(admin)
  await admin.config('SET', 'maxmemory', '1')
  const [said, answers] = await Promise.all([jdoe.say({ code }), acts()])
  expect(said).toBe('503 Service unavailable')
  expectEach(answers, UNAVAILABLE)
  expect(await everything(admin)).toEqual(before)
  expect((await server.client.get('/ready')).status).toBe(200)
  await admin.config('SET', 'maxmemory', '0')
  expect(await jdoe.say({ code })).toBe('200 resetStage')
  expect(await jdoe.say({ password: PASSWORD })).toBe('200 resetStage end')
  expectEach(await acts(), TAKEN)
})

test('what is owed when Redis becomes full is sent all the same', async () => {
  const { admin, server } = await open()
  const jdoe = new ResetByMail(server)
  // The full Redis takes no act of ours; the mail of this one was owed before.
  expect(await jdoe.begin()).toBe('200 emailValidation')
  await admin.config('SET', 'maxmemory', '1')
  expect(await jdoe.code()).toMatch(/^\d{8}$/)
  await vi.waitFor(async () => expect(await owed(admin)).toBe(0), WAIT)
})

test('scripts that Redis forgets in mid-conversation, and connections that it cuts, cost nothing', async () => {
  const { admin, server } = await open()
  const jdoe = new ResetByMail(server)
  const said = [await jdoe.begin()]
  await admin.script('FLUSH', 'SYNC')
  said.push(await jdoe.say({ code: await jdoe.code() }))
  await admin.script('FLUSH', 'SYNC')
  await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
  said.push(await jdoe.say({ password: PASSWORD }))
  expect(said).toEqual(ALL_WELL)
})

test.for([
  ['allkeys-lru', 1],
  ['volatile-ttl', 1],
  ['noeviction', 0],
] as const)('that Redis may drop what it keeps is told at start: %s', async ([policy, told]) => {
  const redis = await startRedis({ args: ['--maxmemory-policy', policy, '--maxmemory', '100mb'] })
  onTestFinished(() => redis.stop())
  const server = await wireServer({ redis: { url: redis.url, prefix: 'rekey:' } })
  onTestFinished(() => server.close())
  const sentences = server.running.report.weaknesses.filter((sentence) => sentence.includes(`\`maxmemory-policy ${policy}\``))
  expect(sentences).toHaveLength(told)
})

/** Names and values of all keys, without those of the machines, which are written again now and then. */
async function everything(redis: Redis): Promise<Readonly<Record<string, string | undefined>>> {
  const keys = (await redis.keys('*')).filter((key) => !key.includes(':machine:')).toSorted()
  const values = await Promise.all(keys.map((key) => redis.dumpBuffer(key)))
  return Object.fromEntries(keys.map((key, at) => [key, values[at]?.toString('base64')]))
}

async function owed(redis: Redis): Promise<number> {
  const streams = (await redis.keys('*:outbox')).toSorted()
  return (await Promise.all(streams.map((stream) => redis.xlen(stream)))).reduce((sum, length) => sum + length, 0)
}
