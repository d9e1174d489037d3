import { randomUUID } from 'node:crypto'
import { Secret } from '@rekey/core'
import type { OutboxItem } from '@rekey/core'
import { storeContract, until } from '@rekey/core/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { ask, startCluster } from '../../../../../scripts/redis-groups.mjs'
import type { ClusterNode, PrivateCluster } from '../../../../../scripts/redis-groups.mjs'
import { startRedis } from '../../../../../scripts/redis-server.mjs'
import { connectRedis, conversationIds, openRedis, redisStore, Seal } from '../../../src/adapters/redis/index.js'
import type { RedisClient } from '../../../src/adapters/redis/index.js'
import { keyLayout } from '../../../src/adapters/redis/keys.js'
import { mastersOf } from '../../../src/adapters/redis/redis-client.js'
import { readNode } from '../../../src/adapters/redis/redis-settings.js'
import { documentedUser } from './documented-user.js'
import type { DocumentedUser } from './documented-user.js'
import { opensStoreOver, TEST_KEY } from './open-redis-store.js'

const warn = (error: Error): void => process.emitWarning(error)
const seal = new Seal([TEST_KEY])

describe('three masters with a replica each', () => {
  /** The contract is kept by a user who may do what the page for operators grants, and no more. */
  const login = { name: `user-${randomUUID()}`, password: randomUUID() }
  let started: PrivateCluster | undefined
  let users: readonly DocumentedUser[] = []
  const cluster = (): PrivateCluster => {
    if (started === undefined) throw new Error('the cluster is not up')
    return started
  }
  beforeAll(async () => {
    started = await startCluster()
    users = await Promise.all([...started.masters, ...started.replicas].map(({ url }) => documentedUser(url, 'rekey:', login)))
  })
  afterAll(async () => {
    const refusals = (await Promise.all(users.map((user) => user.refusals()))).flat()
    await Promise.all(users.map((user) => user.remove()))
    await started?.stop()
    if (refusals.length > 0) throw new Error(`the user of the page was refused: ${refusals.join(', ')}`)
  })

  const connect = (): Promise<RedisClient> =>
    openRedis(
      {
        place: {
          is: 'cluster',
          nodes: cluster()
            .nodes.slice(0, 2)
            .flatMap((node) => readNode(node) ?? []),
        },
        user: login.name,
        password: new Secret(login.password),
        timeoutMs: 2_000,
      },
      { onError: warn },
    )

  storeContract('redis cluster', opensStoreOver(connect, 'rekey:'))

  async function open(prefix: string) {
    const redis = await connect()
    onTestFinished(() => redis.disconnect())
    return { redis, store: redisStore(redis, seal, { prefix, outbox: { idleMs: 300 } }) }
  }

  test('conversations and what they owe are found on every master', async () => {
    const prefix = `rekey:${randomUUID()}:`
    const { redis, store } = await open(prefix)
    const expiresAt = (await store.conversations.now()) + 60_000
    // One for each bucket and more, so that every master holds some.
    const ids = Array.from({ length: 512 }, () => randomUUID())
    await Promise.all(ids.map((id) => store.conversations.create({ id, body: 'body', expiresAt, owed: [id], replies: [], ended: false })))
    const holding = await Promise.all(cluster().masters.map(async ({ port }) => Number(await ask(port, 'DBSIZE'))))
    expect(holding.every((keys) => keys > 0)).toBe(true)
    const found: string[] = []
    for await (const id of conversationIds(redis, prefix)) found.push(id)
    expect(found.toSorted()).toEqual(ids.toSorted())
    expect(await store.outbox.pending()).toBe(ids.length)
    const handed: OutboxItem[] = []
    const consumer = store.outbox.consume(async (item) => void handed.push(item))
    await until('all messages', async () => ((await store.outbox.pending()) === 0 ? true : undefined))
    await consumer.stop()
    expect(handed.map(({ conversation }) => conversation).toSorted()).toEqual(ids.toSorted())
  })

  // Unhandled it would end the process.
  test('an ASKING that fails, for which the client does not wait, is nobody’s fault', async () => {
    const redis = await connect()
    onTestFinished(() => redis.disconnect())
    const [node] = mastersOf(redis)
    if (node === undefined) throw new Error('no master is known')
    await node.time()
    node.disconnect()
    void node.asking()
    await expect(node.time()).rejects.toThrow('Connection is closed')
  })

  test('a conversation goes on while its slot moves to another master, and afterwards', async () => {
    const prefix = `rekey:${randomUUID()}:`
    const { store } = await open(prefix)
    const id = randomUUID()
    const key = keyLayout(prefix).conversation(id)
    const { outbox } = keyLayout(prefix).bucketOf(id)
    const expiresAt = (await store.conversations.now()) + 60_000
    const create = { id, body: '1', expiresAt, owed: ['first'], replies: [], ended: false }
    await store.conversations.create(create)
    /** One turn of a conversation: two scripts, the second of which writes two keys. */
    const turn = async (version: number) => {
      const claimed = await store.conversations.claim({ id, version, leaseMs: 60_000 })
      if (claimed.is !== 'claimed') return claimed.is
      const next = { body: String(version + 1), version: version + 1, expiresAt, owed: ['more'], replies: [], ended: false, release: true }
      return store.conversations.commit(claimed.claim, next)
    }
    const slot = await ask(cluster().masters[0]?.port ?? 0, 'CLUSTER', 'KEYSLOT', key)
    const [from, to] = await movable(cluster(), key)
    const move = (name: string) => ask(from.port, 'MIGRATE', '127.0.0.1', String(to.port), name, '0', '5000')

    await ask(to.port, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', from.id)
    await ask(from.port, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', to.id)
    const others = (await ask(from.port, 'CLUSTER', 'GETKEYSINSLOT', slot, '10000'))
      .split(' ')
      .filter((name) => name !== key && name !== outbox)
    for (const name of others) await move(name)
    expect(await turn(1)).toBe(true)
    // Between the two a command over both keys is refused for now, and given again.
    await move(key)
    const meanwhile = turn(2)
    await move(outbox)
    expect(await meanwhile).toBe(true)
    expect(await turn(3)).toBe(true)
    for (const { port } of [to, from]) await ask(port, 'CLUSTER', 'SETSLOT', slot, 'NODE', to.id)
    expect(await turn(4)).toBe(true)
    expect((await store.conversations.look(id))?.body).toBe('5')
    expect(await ask(to.port, 'EXISTS', key)).toBe('1')
    expect(await store.outbox.pending()).toBe(5)
  })
})

test('a node that holds all slots may be named as one Redis: it counts, and what it owes is handed out', async () => {
  const node = await startRedis({ cluster: true })
  onTestFinished(() => node.stop())
  const redis = connectRedis(node.url, { onError: warn })
  onTestFinished(() => redis.disconnect())
  await redis.cluster('ADDSLOTSRANGE', 0, 16_383)
  await until('the cluster', async () => ((await redis.cluster('INFO')).includes('cluster_state:ok') ? true : undefined))
  const store = redisStore(redis, seal, { outbox: { idleMs: 300 } })
  const budgets = ['address', 'store'].map((key) => ({ key, limit: 5, windowSeconds: 60 }))
  expect([await store.budgets.count(budgets), await store.budgets.count(budgets)]).toEqual([
    [1, 1],
    [2, 2],
  ])
  const expiresAt = (await store.conversations.now()) + 60_000
  const ids = Array.from({ length: 16 }, () => randomUUID())
  for (const id of ids) await store.conversations.create({ id, body: 'body', expiresAt, owed: [id], replies: [], ended: false })
  const handed: OutboxItem[] = []
  const consumer = store.outbox.consume(async (item) => void handed.push(item))
  await until('all messages', async () => ((await store.outbox.pending()) === 0 ? true : undefined))
  await consumer.stop()
  expect(handed.map(({ conversation }) => conversation).toSorted()).toEqual(ids.toSorted())
})

/** The master that holds a key, and another one. */
async function movable({ masters }: PrivateCluster, key: string): Promise<readonly [ClusterNode, ClusterNode]> {
  const held = await Promise.all(
    masters.map(({ port }) =>
      ask(port, 'EXISTS', key).then(
        (answer) => answer === '1',
        () => false,
      ),
    ),
  )
  const from = masters.find((_, at) => held[at])
  const to = masters.find((master) => master !== from)
  if (from === undefined || to === undefined) throw new Error('no master holds the key')
  return [from, to]
}
