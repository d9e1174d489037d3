import { afterAll, beforeAll } from 'vitest'
import { storeContract, until } from '@rekey/core/testing'
import type { OpenStore } from '@rekey/core/testing'
import { connectRedis } from '../../../src/adapters/redis/index.js'
import { startRedis } from '../../../../../scripts/redis-server.mjs'
import type { PrivateRedis } from '../../../../../scripts/redis-server.mjs'
import { opensRedisStore } from './open-redis-store.js'

/** A Cluster of one node serves all slots and still refuses what touches two of them. */
let cluster: PrivateRedis | undefined
let open: OpenStore | undefined

beforeAll(async () => {
  cluster = await startRedis({ args: ['--cluster-enabled', 'yes'] })
  const redis = connectRedis(cluster.url, { onError: (error) => process.emitWarning(error) })
  await redis.cluster('ADDSLOTSRANGE', 0, 16_383)
  await until('the cluster', async () => ((await redis.cluster('INFO')).includes('cluster_state:ok') ? true : undefined))
  redis.disconnect()
  open = opensRedisStore(cluster.url, 'rekey:')
})

afterAll(() => cluster?.stop())

storeContract('redis cluster', (wishes) => {
  if (open === undefined) throw new Error('the cluster is not up')
  return open(wishes)
})
