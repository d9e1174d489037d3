import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Redis } from 'ioredis'
import { connectRedis, redisStore, Seal, UnreadableError } from '../../../src/adapters/redis/index.js'
import type { RedisStore } from '../../../src/adapters/redis/index.js'
import { keyLayout } from '../../../src/adapters/redis/keys.js'
import { TEST_KEY } from './open-redis-store.js'

const prefix = `${randomUUID()}:`
const keys = keyLayout(prefix)
const CANARY = 'canary-4f1c'
const LEASE_MS = 60_000

let redis: Redis
let store: RedisStore

beforeAll(() => {
  redis = connectRedis(inject('redisUrl'), { onError: (error) => process.emitWarning(error) })
  store = redisStore(redis, new Seal([TEST_KEY]), { prefix })
})
afterAll(() => redis.disconnect())

async function create(body: string, more: { readonly owed?: readonly string[] } = {}): Promise<string> {
  const id = randomUUID()
  const expiresAt = (await store.conversations.now()) + LEASE_MS
  await store.conversations.create({
    id,
    body,
    expiresAt,
    owed: more.owed ?? [],
    replies: [{ digest: `d ${CANARY}`, body: `reply ${CANARY}` }],
    ended: false,
  })
  return id
}

describe('what lies in Redis', () => {
  test('a conversation of 350 bytes takes 640 bytes at the most', async () => {
    const id = randomUUID()
    const expiresAt = (await store.conversations.now()) + LEASE_MS
    const reply = { digest: 'x'.repeat(43), body: JSON.stringify({ is: 'open', version: 2, requirement: 'validateCode', at: 1 }) }
    await store.conversations.create({ id, body: 'x'.repeat(350), expiresAt, owed: [], replies: [reply], ended: false })
    expect(await redis.strlen(keys.conversation(id))).toBeLessThanOrEqual(640)
  })

  test('SEC-72 nothing of a body, reply, mark, message or machine can be read', async () => {
    const id = await create(`body ${CANARY}`, { owed: [`message ${CANARY}`] })
    const claimed = await store.conversations.claim({ id, leaseMs: LEASE_MS })
    if (claimed.is !== 'claimed') throw new Error('not claimed')
    await store.conversations.mark(claimed.claim, `mark ${CANARY}`, LEASE_MS)
    await store.machines.keep('hash', `machine ${CANARY}`, 60)
    const dump = await dumpOf(redis, prefix)
    expect(dump.length).toBeGreaterThanOrEqual(3)
    expect(dump.filter((value) => value.includes(CANARY))).toEqual([])
    // The dump does show what is in clear, so the canary would have been found.
    expect(dump.some((value) => value.includes(id))).toBe(true)
  })
})

describe('a conversation that somebody changed in Redis', () => {
  test('SEC-72 does not open under another id', async () => {
    const [mine, other] = [await create('mine'), await create('other')]
    await redis.copy(keys.conversation(mine), keys.conversation(other), 'REPLACE')
    await expect(store.conversations.look(other)).rejects.toThrow(UnreadableError)
    await expect(store.conversations.claim({ id: other, version: 1, leaseMs: LEASE_MS })).rejects.toThrow(UnreadableError)
  })

  test.for([
    ['the format', 0],
    ['the end', 1],
    ['the version', 5],
    ['the fence of the content', 13],
    ['the number of replies', 30],
    ['the length', 34],
    ['the last byte', -1],
  ] as const)('does not open when %s was changed', async ([, at]) => {
    const id = await create('body')
    const key = keys.conversation(id)
    const raw = await redis.getBuffer(key)
    if (raw === null) throw new Error('not stored')
    const place = at < 0 ? raw.length + at : at
    raw[place] = (raw[place] ?? 0) ^ 1
    await redis.set(key, raw, 'KEEPTTL')
    await expect(store.conversations.look(id)).rejects.toThrow(/^(a sealed value|a conversation has a format)/)
  })

  test('an old content that was put back under a new fence does not open', async () => {
    const id = await create('old')
    const key = keys.conversation(id)
    const old = await redis.getBuffer(key)
    const claimed = await store.conversations.claim({ id, leaseMs: LEASE_MS })
    if (claimed.is !== 'claimed' || old === null) throw new Error('not claimed')
    const { now } = claimed
    await store.conversations.commit(claimed.claim, {
      body: 'new',
      version: 2,
      expiresAt: now + LEASE_MS,
      owed: [],
      replies: [],
      ended: false,
      release: true,
    })
    const present = await redis.getBuffer(key)
    if (present === null) throw new Error('not stored')
    // The clear header says version 2, the sealed part is that of version 1.
    await redis.set(key, Buffer.concat([present.subarray(0, 30), old.subarray(30)]), 'KEEPTTL')
    await expect(store.conversations.look(id)).rejects.toThrow(UnreadableError)
  })

  test('a mark does not open when it was taken from another conversation', async () => {
    const marked = async (): Promise<string> => {
      const id = await create('body')
      const claimed = await store.conversations.claim({ id, leaseMs: LEASE_MS })
      if (claimed.is !== 'claimed') throw new Error('not claimed')
      await store.conversations.mark(claimed.claim, 'mark', 1)
      await store.conversations.release(claimed.claim)
      return id
    }
    const [mine, other] = [await marked(), await marked()]
    const [from, to] = [await redis.getBuffer(keys.conversation(mine)), await redis.getBuffer(keys.conversation(other))]
    if (from === null || to === null) throw new Error('not stored')
    const markBytes = 4 + 1 + TEST_KEY.id.length + 12 + 'mark'.length + 16
    await redis.set(keys.conversation(other), Buffer.concat([to.subarray(0, -markBytes), from.subarray(-markBytes)]), 'KEEPTTL')
    await expect(store.conversations.claim({ id: other, leaseMs: LEASE_MS })).rejects.toThrow(UnreadableError)
    expect(await store.conversations.claim({ id: mine, leaseMs: LEASE_MS })).toMatchObject({ is: 'claimed', mark: 'mark' })
  })

  test('a machine does not open under another hash', async () => {
    await store.machines.keep('mine', 'machine', 60)
    await redis.copy(keys.machine('mine'), keys.machine('other'))
    await expect(store.machines.find('other')).rejects.toThrow(UnreadableError)
  })
})

test('a store with a new first key opens what the old one has sealed, and the other way round', async () => {
  const id = await create('old key')
  const next = { id: 'k2', key: Buffer.alloc(32, 9) }
  const rotated = redisStore(redis, new Seal([next, TEST_KEY]), { prefix })
  const claimed = await rotated.conversations.claim({ id, version: 1, leaseMs: LEASE_MS })
  if (claimed.is !== 'claimed') throw new Error('not claimed')
  const expiresAt = claimed.now + LEASE_MS
  await rotated.conversations.commit(claimed.claim, {
    body: 'new key',
    version: 2,
    expiresAt,
    owed: [],
    replies: [],
    ended: false,
    release: true,
  })
  const behind = redisStore(redis, new Seal([TEST_KEY, next]), { prefix })
  expect((await behind.conversations.look(id))?.body).toBe('new key')
  await expect(store.conversations.look(id)).rejects.toThrow(UnreadableError)
})

/** Everything under a prefix as Redis holds it: names, strings, and the entries of streams. */
async function dumpOf(client: Redis, start: string): Promise<readonly string[]> {
  const names = await client.keys(`${start}*`)
  const values = await Promise.all(
    names.map(async (name) => {
      const isStream = (await client.type(name)) === 'stream'
      return isStream ? JSON.stringify(await client.xrange(name, '-', '+')) : ((await client.getBuffer(name))?.toString('latin1') ?? '')
    }),
  )
  return names.map((name, index) => `${name} ${values[index] ?? ''}`)
}
