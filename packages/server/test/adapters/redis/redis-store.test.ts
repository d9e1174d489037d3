import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { storeContract } from '@rekey/core/testing'
import type { OpenStore } from '@rekey/core/testing'
import { DEFAULT_IN_ROW } from '@rekey/core'
import type { Redis } from 'ioredis'
import { connectRedis } from '../../../src/adapters/redis/index.js'
import { documentedUser } from './documented-user.js'
import type { DocumentedUser } from './documented-user.js'
import { opensRedisStore } from './open-redis-store.js'

const prefix = `${randomUUID()}:`
/** The contract is kept by a user who may do what the page for operators grants, and no more. */
let user: DocumentedUser | undefined
let opened: OpenStore | undefined
beforeAll(async () => {
  user = await documentedUser(inject('redisUrl'), prefix)
  opened = opensRedisStore(user.url, prefix)
})
afterAll(async () => {
  const refusals = await user?.refusals()
  await user?.remove()
  if (refusals === undefined || refusals.length > 0) throw new Error(`the user of the page was refused: ${refusals?.join(', ')}`)
})
const open: OpenStore = (wishes) => {
  if (opened === undefined) throw new Error('there is no user yet')
  return opened(wishes)
}

describe('redis', () => {
  storeContract('redis', open)

  test('SEC-73 every part of a store leaves keys that have an end and stand in their place', async () => {
    const store = await open()
    const id = randomUUID()
    const expiresAt = (await store.conversations.now()) + 60_000
    await store.conversations.create({ id, body: 'body', expiresAt, owed: ['message'], replies: [], ended: false })
    const claimed = await store.conversations.claim({ id, leaseMs: 1_000 })
    if (claimed.is === 'claimed') await store.conversations.mark(claimed.claim, 'mark', 1_000)
    await store.budgets.count([{ key: 'person', limit: 1, windowSeconds: 60 }])
    await store.budgets.refund([{ key: 'person', limit: 1, windowSeconds: 60 }])
    await store.budgets.attempt({ key: 'tries', limit: 1, windowSeconds: 60, inRow: DEFAULT_IN_ROW, keptSeconds: 60 })
    await store.machines.keep('hash', 'machine', 60)
    const issuedAt = Math.floor(Date.now() / 1_000)
    await store.sessions.issue({ principal: 'p-jdoe', credentialVersion: 'v', issuedAt, expiresAt: issuedAt + 60 })
    await store.once.claim('value', 60)
    await store.close()
    const kinds = (await withRedis((redis) => keysUnder(redis, prefix))).map((key) => key.replace(prefix, '').replace(/^\d+:/, ''))
    expect(kinds).toEqual(
      expect.arrayContaining([
        expect.stringMatching(`^{b\\d\\d}:c:${id}$`),
        'budget:person',
        'budget:tries',
        'machine:hash',
        expect.stringMatching(/^session:[0-9a-f]{64}$/),
        'once:value',
      ]),
    )
  })

  // After whatever ran, in whatever order: nothing may lie in Redis for ever.
  afterAll(async () => {
    const endless = await withRedis(async (redis) => {
      const keys = await keysUnder(redis, prefix)
      const ends = await Promise.all(keys.map(async (key) => ({ key, ttl: await redis.pttl(key) })))
      return ends.filter(({ ttl }) => ttl < 0).map(({ key }) => key)
    })
    const forgotten = endless.filter((key) => !/\{b[0-6]\d\}:(?:duties:)?outbox$/.test(key))
    if (forgotten.length > 0) throw new Error(`keys without an end: ${forgotten.join(', ')}`)
  })
})

async function withRedis<T>(use: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = connectRedis(inject('redisUrl'), { onError: (error) => process.emitWarning(error) })
  try {
    return await use(redis)
  } finally {
    redis.disconnect()
  }
}

async function keysUnder(redis: Redis, start: string): Promise<readonly string[]> {
  const found: string[] = []
  for (let cursor = '0'; ;) {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${start}*`, 'COUNT', 1_000)
    found.push(...keys)
    if (next === '0') return found
    cursor = next
  }
}
