import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { until } from '@rekey/core/testing'
import type { OutboxFault, OutboxItem } from '@rekey/core'
import type { Redis } from 'ioredis'
import { connectRedis, redisStore, Seal } from '../../../src/adapters/redis/index.js'
import type { RedisStore, RedisStoreOptions } from '../../../src/adapters/redis/index.js'
import { outboxFigures } from '../../../src/adapters/redis/outbox-figures.js'
import { keyLayout } from '../../../src/adapters/redis/keys.js'
import { Wake } from '../../../src/adapters/redis/wake.js'
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

function created(answer: Awaited<ReturnType<RedisStore['conversations']['create']>>) {
  if (answer.is !== 'created') throw new Error('a new id is taken')
  return answer
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
  const dead = await store.outbox.dead()
  expect(dead.map(({ is, conversation, reason }) => `${is} ${reason} ${conversation}`).toSorted()).toEqual([
    'unreadable unreadable ',
    'unreadable unreadable somebody-else',
  ])
  expect(faults.map(({ next }) => next)).toEqual(['dead', 'dead'])
  expect(await redis.pttl(layout.bucketOf(mine).dead)).toBeGreaterThan(29 * 86_400_000)
})

test('SEC-62 of duties nothing stands in the streams of messages, which a process of the first release reads and would set aside', async () => {
  const { store, prefix } = open()
  const layout = keyLayout(prefix)
  const id = randomUUID()
  const expiresAt = (await store.conversations.now()) + 60_000
  const { claim } = created(
    await store.conversations.create({
      id,
      body: '1',
      expiresAt,
      owed: [],
      duties: ['ended'],
      replies: [],
      ended: false,
      marks: { mark: 'mark', leaseMs: 60_000 },
    }),
  )
  const next = { body: '2', version: 2, expiresAt, replies: [], ended: true, release: true }
  expect(await store.conversations.commit(claim, { ...next, owed: ['hello'], duties: ['revoked', 'changed'] })).toBe(true)
  const { outbox, duties } = layout.bucketOf(id)
  expect([await redis.xlen(outbox), await redis.xlen(duties.outbox)]).toEqual([1, 3])

  const taken: OutboxItem[] = []
  const running = store.outbox.consume(async (item) => void taken.push(item))
  await emptied(store)
  await running.stop()
  expect(taken.map((item) => (item.is === 'message' ? item.body : item.is)).toSorted()).toEqual(['changed', 'ended', 'hello', 'revoked'])
  expect(await outboxFigures(redis, prefix)).toEqual({ pending: 0, dead: 0, oldestMs: 0 })
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

test('items of several streams that are done in one turn are noted together, and each is gone', async () => {
  const { store, prefix } = open({ outbox: { parallelism: 8 } })
  const ids = await Promise.all(['a', 'b', 'c', 'd'].map((body) => owe(store, [body, `${body} too`])))
  const gate = new Wake()
  let inHand = 0
  const running = store.outbox.consume(async () => {
    inHand += 1
    await gate.after(10_000)
  })
  await until('all in hand', async () => (inHand === 8 ? true : undefined))
  gate.now()
  await emptied(store)
  await running.stop()
  const { bucketOf } = keyLayout(prefix)
  const pending = await Promise.all(ids.map((id) => redis.xpending(bucketOf(id).outbox, 'rekey')))
  expect(pending.map(([count]) => count)).toEqual(ids.map(() => 0))
})

test('an item that is worked on for longer than the idle time is not taken over', async () => {
  const { store } = open({ outbox: { idleMs: 500 } })
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
  await until('three idle times', () => (Date.now() - started > 1_500 ? true : undefined))
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
    await running.stop()
    await expect.poll(reading).toBe(0)
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

test('a process that is busy with what it owes itself hands out what others owe as well', async () => {
  const { store, prefix } = open()
  const other = redisStore(redis, new Seal([TEST_KEY]), { prefix })
  const taken: string[] = []
  const running = store.outbox.consume(async (item) => void taken.push(item.is === 'message' ? item.body : item.is))
  await owe(store, ['first'])
  await until('the first', () => (taken.length > 0 ? true : undefined))
  for (let count = 0; count < 10; count++) await owe(other, [`theirs ${count}`])
  let ours = 1
  await until('all of theirs', async () => {
    await owe(store, ['ours'])
    ours++
    return taken.filter((body) => body.startsWith('theirs')).length === 10 ? true : undefined
  })
  await emptied(store)
  await running.stop()
  expect(taken).toHaveLength(ours + 10)
})

test('a queue that is longer than one read is read to its end', async () => {
  const { store } = open({ outbox: { parallelism: 4 } })
  const bodies = Array.from({ length: 100 }, (_, number) => `message ${number}`)
  await owe(store, bodies)
  const taken: string[] = []
  const running = store.outbox.consume(async (item) => void taken.push(item.is === 'message' ? item.body : item.is))
  await emptied(store)
  await running.stop()
  expect(taken.toSorted()).toEqual(bodies.toSorted())
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

test('what a process cannot hold it gives back, and all of it is handed out in the end', async () => {
  const outbox = {
    idleMs: 200,
    mostHeld: 3,
    firstBackoffMs: 100,
    maxDeliveries: 50,
    destinationOf: (body: string) => ({ lane: 'email', to: body.split(' ')[0] ?? '' }),
  }
  const { store } = open({ outbox })
  const settled = new Map<string, number>()
  let looks = 0
  const running = store.outbox.consume(async (item) => {
    if (item.is === 'resolve') return void looks++
    settled.set(item.body, item.delivery)
    if (item.body.startsWith('twice') && item.delivery < 2) throw new Error('not yet')
    await new Promise((resolve) => setImmediate(resolve))
  })
  for (let count = 0; count < 40; count++) {
    const id = await owe(store, [`crowd ${count}`, `twice${count} x`])
    const claimed = await store.conversations.claim({ id, leaseMs: 60_000 })
    if (claimed.is === 'claimed') await store.conversations.mark(claimed.claim, 'mark', 100)
  }
  await emptied(store)
  await running.stop()
  expect([settled.size, looks, await store.outbox.dead()]).toEqual([80, 40, []])
  expect([...settled].filter(([body, delivery]) => body.startsWith('twice') && delivery < 2)).toEqual([])
})

test('an item that a process could not hold is counted as often as it was tried, and no oftener', async () => {
  const { store } = open({ outbox: { idleMs: 150, mostHeld: 0, firstBackoffMs: 20, maxDeliveries: 4 } })
  const deliveries: number[] = []
  const running = store.outbox.consume(async ({ delivery }) => {
    deliveries.push(delivery)
    throw new Error('never')
  })
  await owe(store, ['poison'])
  const [letter] = await until('the dead letter', async () => {
    const dead = await store.outbox.dead()
    return dead.length > 0 ? dead : undefined
  })
  await running.stop()
  expect([deliveries, letter?.deliveries, letter?.reason]).toEqual([[1, 2, 3, 4], 4, 'fault'])
})

test('items that wait when a process ends go to the next one at once, and those in hand when they count as idle', async () => {
  const { store } = open({ outbox: { idleMs: 300, parallelism: 1, patienceMs: 10 } })
  await owe(store, ['one', 'two', 'three'])
  let hanging = 0
  const first = store.outbox.consume(() => (hanging++, new Promise(() => undefined)))
  await until('the first item', () => (hanging > 0 ? true : undefined))
  await first.stop()
  const taken: string[] = []
  const second = store.outbox.consume(async (item) => void taken.push(`${item.is === 'message' ? item.body : ''} ${item.delivery}`))
  await emptied(store)
  await second.stop()
  expect(taken.toSorted()).toEqual(['one 2', 'three 1', 'two 1'])
})

test('a dead letter that an earlier release set aside is listed and resent', async () => {
  const { store, prefix } = open()
  const id = await owe(store, ['old'])
  const { outbox, dead } = keyLayout(prefix).bucketOf(id)
  const [entry] = await redis.xrangeBuffer(outbox, '-', '+')
  if (entry === undefined) throw new Error('nothing is owed')
  await redis.xadd(dead, '*', ...entry[1])
  await redis.xdel(outbox, entry[0].toString())
  const [letter] = await store.outbox.dead()
  expect(letter).toMatchObject({ is: 'message', body: 'old', reason: 'fault', deliveries: 1 })
  expect(await store.outbox.resend(letter?.id ?? '')).toBe(true)
  const taken: OutboxItem[] = []
  const running = store.outbox.consume(async (item) => void taken.push(item))
  await emptied(store)
  await running.stop()
  expect(taken).toEqual([{ is: 'message', conversation: id, body: 'old', delivery: 1 }])
})
