import { randomUUID } from 'node:crypto'
import { Cluster } from 'ioredis'
import { describe, test, vi } from 'vitest'
import type { TestContext } from 'vitest'
import { ask, startSentinels } from '../../../../scripts/redis-groups.mjs'
import { openRedis } from '../../src/adapters/redis/index.js'
import { readNode } from '../../src/adapters/redis/redis-settings.js'
import { documentedRules } from '../adapters/redis/documented-user.js'
import { caughtUp } from './caught-up.js'
import { flowOf, NOTICE } from './flows.js'
import { FIRST_PASSWORD, openHouse, PATIENCE_MS, SLOW } from './house.js'
import { Visitor } from './visitor.js'

const AWAY = '503 Service unavailable'
const NEW_PASSWORD = 'Correct-Horse-1'
const WAIT = { timeout: PATIENCE_MS, interval: 100 }

/** Until it went through the request was told that the store is away, and nothing else. */
const CHANGED_ONCE = { heard: ['resetStage end'], inForce: [NEW_PASSWORD], changes: 1, notices: 1 }

const flows = { 'reset.yaml': flowOf('reset', ['userQuery', 'emailValidation', 'reset']) }

describe.concurrent('a Redis with Sentinels', SLOW, () => {
  test('carries conversations over a change of masters: the old one stays up, and takes no writes', async (context) => {
    const { expect } = context
    const { group, sentinel, goOn } = await midway(context)
    await ask(sentinel.port, 'SENTINEL', 'FAILOVER', group.name)
    expect(await goOn()).toEqual(CHANGED_ONCE)
  })

  test('carries conversations over the death of the master', async (context) => {
    const { expect } = context
    const { group, goOn } = await midway(context)
    process.kill(group.master.pid, 'SIGKILL')
    expect(await goOn()).toEqual(CHANGED_ONCE)
  })

  // The client would give up for good: it did, when a Sentinel spoke while it was looking for the master by itself.
  test('a connection that is told of a new master while it looks for it comes back', async ({ expect, onTestFinished }) => {
    const group = await startSentinels()
    onTestFinished(() => group.stop())
    const nodes = group.nodes.flatMap((node) => readNode(node) ?? [])
    const place = { is: 'sentinel', nodes, name: group.name, database: 1 } as const
    const redis = await openRedis({ place, timeoutMs: 2_000 }, { onError: () => undefined })
    if (redis instanceof Cluster) throw new Error('that is a Cluster')
    onTestFinished(() => redis.disconnect())
    expect(await redis.ping()).toBe('PONG')
    const ended = new Promise((resolve) => redis.once('end', resolve))
    redis.once('connecting', () => redis.disconnect(true))
    redis.disconnect(true)
    await ended
    await vi.waitFor(async () => expect(await redis.ping()).toBe('PONG'), WAIT)
  })
})

/** A conversation that has come to the new password, all of it on both servers. */
async function midway(context: TestContext) {
  const { expect, onTestFinished } = context
  const group = await startSentinels()
  onTestFinished(() => group.stop())
  const [sentinel] = group.sentinels
  if (sentinel === undefined) throw new Error('there is no Sentinel')
  const { nodes, name } = group
  // The Sentinels let the user of the page do what the server needs of them, and the server is that user.
  const login = { user: 'rekey-sentinel', password: randomUUID() }
  for (const { port } of group.sentinels)
    await ask(port, 'ACL', 'SETUSER', login.user, 'on', `>${login.password}`, ...documentedRules('sentinel'))
  const store = { sentinel: { nodes: nodes.slice(0, 2), name, ...login } }
  const house = await openHouse({ flows, people: ['jdoe'], store }, onTestFinished)
  const server = await house.start({ leaseMs: 1_500, outbox: { idleMs: 500 } })
  const jdoe = new Visitor(house, 'jdoe')
  expect(await jdoe.search(server)).toBe('emailValidation validateCode')
  expect(await jdoe.enterCode(server)).toBe('resetStage initial')
  await vi.waitFor(async () => expect(await house.outbox.pending()).toBe(0), WAIT)
  await caughtUp(group.master.port, group.replica.port)
  return {
    group,
    sentinel,
    /** Sends the same request to the new master until it goes through. @returns all that it heard, and what came of it. */
    goOn: async () => {
      await vi.waitFor(async () => expect(await group.masterPort()).toBe(group.replica.port), WAIT)
      const heard = new Set<string>()
      await vi.waitFor(async () => {
        const said = await jdoe.says(server, { password: NEW_PASSWORD })
        heard.add(said)
        expect(said).toBe('resetStage end')
      }, WAIT)
      await vi.waitFor(async () => expect(await house.outbox.pending()).toBe(0), WAIT)
      return {
        heard: [...heard].filter((said) => said !== AWAY),
        inForce: await house.inForce('jdoe', [FIRST_PASSWORD, NEW_PASSWORD]),
        changes: await house.changes('jdoe'),
        notices: house.mails('jdoe', NOTICE).length,
      }
    },
  }
}
