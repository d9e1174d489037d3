import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { until } from '@rekey/core/testing'
import type { OutboxItem } from '@rekey/core'
import type { Redis } from 'ioredis'
import { connectRedis, redisStore, Seal } from '../../../src/adapters/redis/index.js'
import type { RedisStore } from '../../../src/adapters/redis/index.js'
import { TEST_KEY } from './open-redis-store.js'

const PROGRAM = new URL('./store-process.mjs', import.meta.url).pathname
const prefix = `${randomUUID()}:`
let redis: Redis
let store: RedisStore

beforeAll(() => {
  redis = connectRedis(inject('redisUrl'), { onError: (error) => process.emitWarning(error) })
  store = redisStore(redis, new Seal([TEST_KEY]), { prefix, outbox: { idleMs: 300 } })
})
afterAll(() => redis.disconnect())

async function create(owed: readonly string[]): Promise<string> {
  const id = randomUUID()
  const expiresAt = (await store.conversations.now()) + 60_000
  await store.conversations.create({ id, body: 'body', expiresAt, owed, replies: [], ended: false })
  return id
}

test('of 64 claims in two processes one is taken', async () => {
  const id = await create([])
  const racers = [run('race', id, '32'), run('race', id, '32')]
  for (const racer of racers) expect(await racer.line()).toBe('ready')
  for (const racer of racers) racer.child.stdin.end('go\n')
  const words = (await Promise.all(racers.map((racer) => racer.line()))).flatMap((line) => line.split(' '))
  expect(words.toSorted()).toEqual([...Array.from({ length: 63 }, () => 'busy'), 'claimed'])
  await Promise.all(racers.map((racer) => racer.ended))
})

test('an item in the hand of a killed process goes to another one, and is counted', async () => {
  const id = await create(['owed'])
  const first = run('takeAndHang')
  expect(await first.line()).toBe('took 1')
  first.child.kill('SIGKILL')
  await first.ended
  expect(await store.outbox.pending()).toBe(1)
  const taken: OutboxItem[] = []
  const running = store.outbox.consume(async (item) => void taken.push(item))
  await until('the item', async () => ((await store.outbox.pending()) === 0 ? true : undefined))
  await running.stop()
  expect(taken).toEqual([{ is: 'message', conversation: id, body: 'owed', delivery: 2 }])
})

interface Running {
  readonly child: ChildProcessByStdio<Writable, Readable, null>
  readonly ended: Promise<unknown>
  line(): Promise<string>
}

function run(act: string, ...args: readonly string[]): Running {
  const child = spawn(process.execPath, [PROGRAM, act, inject('redisUrl'), prefix, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    child,
    ended: once(child, 'exit'),
    line: async () => {
      const next = await lines.next()
      return next.done === true ? '' : next.value
    },
  }
}
