import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { until } from '@rekey/core/testing'
import type { OutboxFault, OutboxItem } from '@rekey/core'
import type { Redis } from 'ioredis'
import { connectRedis, redisStore, Seal } from '../../../src/adapters/redis/index.js'
import type { RedisStore, RedisStoreOptions } from '../../../src/adapters/redis/index.js'
import { keyLayout } from '../../../src/adapters/redis/keys.js'
import { startRedis } from '../../../../../scripts/redis-server.mjs'
import { TEST_KEY } from './open-redis-store.js'

let redis: Redis

beforeAll(() => {
  redis = connectRedis(inject('redisUrl'), { onError: (error) => process.emitWarning(error) })
})
afterAll(() => redis.disconnect())

function open(options: RedisStoreOptions = {}, client: Redis = redis): { readonly store: RedisStore; readonly prefix: string } {
  const prefix = `${randomUUID()}:`
  return { store: redisStore(client, new Seal([TEST_KEY]), { prefix, ...options }), prefix }
}

async function owe(store: RedisStore, owed: readonly string[]): Promise<string> {
  const id = randomUUID()
  const expiresAt = (await store.conversations.now()) + 60_000
  await store.conversations.create({ id, body: 'body', expiresAt, owed, replies: [], ended: false })
  return id
}

const emptied = (store: RedisStore): Promise<true> =>
  until('an empty outbox', async () => ((await store.outbox.pending()) === 0 ? true : undefined))

test('an item that cannot be read is set aside at once, and the others go out', async () => {
  const faults: OutboxFault[] = []
  const { store, prefix } = open({ outbox: { report: (fault) => void faults.push(fault) } })
  const layout = keyLayout(prefix)
  const mine = await owe(store, ['moved'])
  const { outbox } = layout.bucketOf(mine)
  const [entry] = await redis.xrangeBuffer(outbox, '-', '+')
  if (entry === undefined) throw new Error('nothing is owed')
  const [id, fields] = entry
  await redis.xdel(outbox, id.toString())
  // The same sealed message, under the name of another conversation.
  const forged = fields.map((field, index) => (index > 0 && fields[index - 1]?.toString() === 'c' ? Buffer.from('somebody-else') : field))
  await redis.xadd(outbox, '*', ...forged)
  await redis.xadd(outbox, '*', 'no', 'form')
  await owe(store, ['good'])

  const taken: OutboxItem[] = []
  const running = store.outbox.consume(async (item) => void taken.push(item))
  await emptied(store)
  await running.stop()
  expect(taken.map((item) => (item.is === 'message' ? item.body : item.is))).toEqual(['good'])
  expect((await store.outbox.dead()).toSorted()).toEqual(['unreadable', 'unreadable somebody-else'])
  expect(faults.map(({ next }) => next)).toEqual(['dead', 'dead'])
  expect(await redis.pttl(layout.bucketOf(mine).dead)).toBeGreaterThan(29 * 86_400_000)
})

test('what was handed out is gone from the stream and from the group', async () => {
  const { store, prefix } = open()
  const running = store.outbox.consume(async () => undefined)
  const id = await owe(store, ['one', 'two', 'three'])
  await emptied(store)
  await running.stop()
  const { outbox } = keyLayout(prefix).bucketOf(id)
  expect(await redis.xlen(outbox)).toBe(0)
  expect(await redis.xpending(outbox, 'rekey')).toEqual([0, null, null, null])
})

test('an item that is worked on for longer than the idle time is not taken over', async () => {
  const { store } = open({ outbox: { idleMs: 150 } })
  let letGo = (): void => undefined
  const slowly: OutboxItem[] = []
  const slow = store.outbox.consume(async (item) => {
    slowly.push(item)
    await new Promise<void>((resolve) => {
      letGo = resolve
    })
  })
  await owe(store, ['slow'])
  await until('the item', () => (slowly.length > 0 ? true : undefined))
  const others: OutboxItem[] = []
  const quick = store.outbox.consume(async (item) => void others.push(item))
  const started = Date.now()
  await until('three idle times', () => (Date.now() - started > 450 ? true : undefined))
  letGo()
  await emptied(store)
  await Promise.all([slow.stop(), quick.stop()])
  expect([slowly.length, others]).toEqual([1, []])
})

test('a waiting consumer stops soon, and leaves no connection', async () => {
  const server = await startRedis()
  const client = connectRedis(server.url, { onError: (error) => process.emitWarning(error) })
  try {
    const { store } = open({}, client)
    const reading = async (): Promise<number> => String(await client.client('LIST')).split('cmd=xreadgroup').length - 1
    const running = store.outbox.consume(async () => undefined)
    await until('a waiting read', async () => ((await reading()) === 1 ? true : undefined))
    const started = Date.now()
    await running.stop()
    expect(Date.now() - started).toBeLessThan(1_000)
    await until('a closed connection', async () => ((await reading()) === 0 ? true : undefined))
  } finally {
    client.disconnect()
    await server.stop()
  }
})

test('a consumer outlives a Redis that comes back empty', async () => {
  const first = await startRedis()
  const client = connectRedis(first.url, { onError: () => undefined })
  const faults: OutboxFault[] = []
  const { store } = open({ outbox: { idleMs: 300, report: (fault) => void faults.push(fault) } }, client)
  const taken: OutboxItem[] = []
  const running = store.outbox.consume(async (item) => void taken.push(item))
  await owe(store, ['before'])
  await emptied(store)
  await first.stop()
  const second = await startRedis({ port: first.port })
  try {
    await until('the connection', async () =>
      client.ping().then(
        () => true,
        () => undefined,
      ),
    )
    await owe(store, ['after'])
    await until('the second message', () => (taken.length > 1 ? true : undefined))
    await running.stop()
    expect(taken.map((item) => (item.is === 'message' ? item.body : item.is))).toEqual(['before', 'after'])
    expect(faults.every(({ next }) => next === 'again')).toBe(true)
  } finally {
    client.disconnect()
    await second.stop()
  }
})

test('an item that waits to be tried again is dropped when another process has finished it', async () => {
  const { store, prefix } = open({ outbox: { firstBackoffMs: 300 } })
  const taken: OutboxItem[] = []
  const running = store.outbox.consume(async (item) => {
    taken.push(item)
    throw new Error('not now')
  })
  const id = await owe(store, ['one'])
  await until('the first try', () => (taken.length > 0 ? true : undefined))
  const { outbox } = keyLayout(prefix).bucketOf(id)
  const [entry] = await redis.xrange(outbox, '-', '+')
  if (entry === undefined) throw new Error('nothing is owed')
  await redis.xack(outbox, 'rekey', entry[0])
  await redis.xdel(outbox, entry[0])
  const started = Date.now()
  await until('the time of the second try', () => (Date.now() - started > 400 ? true : undefined))
  await running.stop()
  expect(taken.length).toBe(1)
})
