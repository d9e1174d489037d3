import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { until } from '@rekey/core/testing'
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import type { Redis } from 'ioredis'
import { connectRedis, redisStore, Seal } from '../../src/adapters/redis/index.js'
import { mailServer, parsed } from '../adapters/mail/smtp/mail-server.js'
import { TEST_KEY } from '../adapters/redis/open-redis-store.js'

const PROGRAM = new URL('./sender-process.mjs', import.meta.url).pathname
const MAILS = 120

let redis: Redis
beforeAll(() => {
  redis = connectRedis(inject('redisUrl'), { onError: (error) => process.emitWarning(error) })
})
afterAll(() => redis.disconnect())

/** Owes many mails, and has them sent by processes that the test ends. */
async function openPost() {
  const prefix = `${randomUUID()}:`
  const { conversations, outbox } = redisStore(redis, new Seal([TEST_KEY]), { prefix })
  // Slow enough that a process is ended in the middle of sending.
  const server = await mailServer({ beforeTaking: (take) => void setTimeout(take, 15) })
  onTestFinished(() => server.close())
  const expiresAt = (await conversations.now()) + 600_000
  const addresses = Array.from({ length: MAILS }, (_, number) => `person${number}@example.com`)
  await Promise.all(
    addresses.map((to) => conversations.create({ id: randomUUID(), body: 'body', expiresAt, owed: [to], replies: [], ended: false })),
  )
  const ids = async () => Promise.all(server.mails.map(async (mail) => (await parsed(mail)).messageId ?? ''))
  return {
    server,
    outbox,
    start: () => start(prefix, server.port),
    emptied: () => until('an empty outbox', async () => ((await outbox.pending()) === 0 ? true : undefined)),
    ids,
    expected: addresses.map((to) => `<${to}>`).toSorted(),
  }
}

async function start(prefix: string, port: number) {
  const child = spawn(process.execPath, [PROGRAM, inject('redisUrl'), prefix, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  expect(await lines.next()).toMatchObject({ value: 'ready' })
  return {
    async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<unknown> {
      child.kill(signal)
      const [code, by] = (await ended) as [number | null, string | null]
      return by ?? code
    },
  }
}

test('processes that are asked to end while they send lose nothing and send nothing twice', async () => {
  const post = await openPost()
  for (const share of [20, 60]) {
    const sender = await post.start()
    await until('some mails', () => (post.server.mails.length >= share ? true : undefined))
    expect(await sender.end('SIGTERM')).toBe(0)
    expect(post.server.mails.length + (await post.outbox.pending())).toBe(MAILS)
  }
  const last = await post.start()
  await post.emptied()
  expect(await last.end('SIGTERM')).toBe(0)
  expect((await post.ids()).toSorted()).toEqual(post.expected)
})

test('SEC-80 processes that are killed while they send lose nothing; what went out twice has the same Message-ID', async () => {
  const post = await openPost()
  for (const share of [20, 60]) {
    const sender = await post.start()
    await until('some mails', () => (post.server.mails.length >= share ? true : undefined))
    expect(await sender.end('SIGKILL')).toBe('SIGKILL')
    expect(await post.outbox.pending()).toBeGreaterThan(0)
  }
  const last = await post.start()
  await post.emptied()
  await last.end('SIGTERM')
  const ids = await post.ids()
  expect([...new Set(ids)].toSorted()).toEqual(post.expected)
  // At most what two processes had in hand.
  expect(ids.length - MAILS).toBeLessThanOrEqual(2 * 8)
})
