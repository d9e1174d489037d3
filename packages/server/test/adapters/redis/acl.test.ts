import { randomUUID } from 'node:crypto'
import { OUTBOX_DEFAULTS, DeliveryFault } from '@rekey/core'
import { until } from '@rekey/core/testing'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { startRedis } from '../../../../../scripts/redis-server.mjs'
import { outboxFigures } from '../../../src/adapters/redis/outbox-figures.js'
import { keyLayout } from '../../../src/adapters/redis/keys.js'
import { connectRedis, conversationIds, redisStore, Seal } from '../../../src/adapters/redis/index.js'
import { wireServer } from '../../wire/server.js'
import { documentedRules, documentedUser } from './documented-user.js'
import { TEST_KEY } from './open-redis-store.js'
import { ALL_WELL, ResetByMail } from './reset-by-mail.js'

/** A Redis of its own with the user of the page. */
async function open() {
  const redis = await startRedis()
  onTestFinished(() => redis.stop())
  const user = await documentedUser(redis.url, 'rekey:')
  onTestFinished(() => user.remove())
  const admin = new Redis(redis.url)
  onTestFinished(() => admin.disconnect())
  return { redis, user, admin }
}

test('the user of the page leads whole conversations, and is refused nothing', async () => {
  const { redis, user } = await open()
  const server = await wireServer({
    redis: { url: redis.url, prefix: 'rekey:' },
    config: { store: { user: user.name, password: '${REDIS_PASSWORD}' } },
    env: { REDIS_PASSWORD: user.password },
  })
  onTestFinished(() => server.close())
  expect(await new ResetByMail(server).whole('Correct-Horse-1')).toEqual(ALL_WELL)
  await server.nextMail('jdoe@example.com', 1)
  expect(await user.refusals()).toEqual([])
})

test('what the user of the page may not do is refused', async () => {
  const { user } = await open()
  const redis = connectRedis(user.url, { onError: (error) => process.emitWarning(error) })
  onTestFinished(() => redis.disconnect())
  await redis.set('rekey:ours', 'x')
  const refused = [
    redis.flushall(),
    redis.flushdb(),
    redis.keys('*'),
    redis.config('GET', '*'),
    redis.acl('LIST'),
    redis.shutdown('NOSAVE'),
    redis.rename('rekey:ours', 'rekey:other'),
    redis.set('somebody:else', 'x'),
    redis.get('somebody:else'),
    redis.subscribe('channel'),
    redis.eval("return redis.call('SET', 'somebody:else', 'x')", 0),
    redis.eval("return redis.call('FLUSHALL')", 0),
    redis.function('LIST'),
  ]
  const results = await Promise.allSettled(refused)
  expect(results.map((one) => (one.status === 'rejected' ? 'refused' : one.value))).toEqual(refused.map(() => 'refused'))
})

test('the user of the page may give no command that is not needed', async () => {
  const { user, admin } = await open()
  const client = connectRedis(user.url, { onError: (error) => process.emitWarning(error) })
  onTestFinished(() => client.disconnect())
  await useAll(client)
  const used = [...(await admin.info('commandstats')).matchAll(/^cmdstat_([a-z|-]+):calls=/gm)].map(([, name]) => name ?? '')
  const granted = documentedRules('server').flatMap((word) => (word.startsWith('+') ? [word.slice(1)] : []))
  const unused = granted.filter((name) => !used.includes(name))
  expect({ unused, refused: await user.refusals() }).toEqual({ unused: [], refused: [] })
})

/** Everything that the adapters ever ask of Redis. */
async function useAll(client: Redis): Promise<void> {
  const settings = { ...OUTBOX_DEFAULTS, idleMs: 200, report: () => undefined }
  const store = redisStore(client, new Seal([TEST_KEY]), { prefix: 'rekey:', outbox: settings })
  const id = randomUUID()
  const expiresAt = (await store.conversations.now()) + 60_000
  const entry = { id, body: 'body', expiresAt, owed: ['message'], replies: [], ended: false }
  await store.conversations.create(entry)
  const claimed = await store.conversations.claim({ id, leaseMs: 60_000 })
  if (claimed.is !== 'claimed') throw new Error('not claimed')
  await store.conversations.renew(claimed.claim, 60_000)
  await store.conversations.mark(claimed.claim, 'mark', 60_000)
  await store.conversations.look(id)
  await store.conversations.release(claimed.claim)
  const budget = { key: 'person', limit: 1, windowSeconds: 60 }
  await store.budgets.count([budget])
  await store.budgets.refund([budget])
  const inRow = { free: 1, waitSeconds: 1, longestSeconds: 1, most: 5 }
  await store.budgets.attempt({ key: 'tries', limit: 5, windowSeconds: 60, inRow, keptSeconds: 60 })
  await store.budgets.attempt({ key: 'tries', limit: 5, windowSeconds: 60, inRow, keptSeconds: 60 })
  await store.budgets.row('tries')
  await store.budgets.succeed('tries', true)
  await store.budgets.clear('tries')
  await store.machines.keep('hash', 'machine', 60)
  await store.machines.extend('hash', 60)
  await store.machines.find('hash')
  const issuedAt = Math.floor(Date.now() / 1_000)
  await store.sessions.revoke(await store.sessions.issue({ principal: 'p', credentialVersion: 'v', issuedAt, expiresAt: issuedAt + 60 }))
  await store.once.claim('value', 60)
  // One that a process has read and left when it died.
  const { outbox } = keyLayout('rekey:').bucketOf(id)
  await client.xgroup('CREATE', outbox, 'rekey', '0')
  await client.xreadgroup('GROUP', 'rekey', 'rekey', 'COUNT', 1, 'STREAMS', outbox, '>')
  const consumer = store.outbox.consume(async (item) => {
    if (item.is === 'message') throw new DeliveryFault('refused', { isFinal: true })
  })
  await until('a dead letter', async () => ((await store.outbox.dead()).length > 0 ? true : undefined))
  await consumer.stop()
  await outboxFigures(client, 'rekey:')
  const [letter] = await store.outbox.dead()
  await store.outbox.resend(letter?.id ?? '')
  await store.outbox.drop('0-1-1')
  for await (const one of conversationIds(client, 'rekey:')) expect(one).toBe(id)
}
