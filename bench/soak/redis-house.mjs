import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { redisProgram, startRedis } from '../../scripts/redis-server.mjs'
import { pause, until } from './clock.mjs'
import { freePorts } from '../../scripts/free-port.mjs'

const { Redis } = createRequire(new URL('../../packages/server/package.json', import.meta.url))('ioredis')

export const PREFIX = 'soak:'
const MASTER = 'soak'
const SENTINELS = 3
/** Longer than the Redis is frozen, so that a pause alone promotes nobody. */
const DOWN_AFTER_MS = 5_000
/** What was answered is on the disk: a killed Redis comes back with all of it. */
const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always', '--repl-diskless-sync-delay', '0']

/** A Redis that keeps what it acknowledged, with a replica, and Sentinels that promote the replica when the master is gone. */
export class RedisHouse {
  /** @type {Sentinel[]} */
  #sentinels = []

  /** @param {string} folder */
  static async open(folder) {
    const house = new RedisHouse(folder)
    const [masterPort, replicaPort, ...sentinelPorts] = await freePorts(2 + SENTINELS)
    house.master = await house.#start(masterPort)
    house.replica = await house.#start(replicaPort, ['--replicaof', '127.0.0.1', String(masterPort)])
    await house.#synchronised()
    house.#sentinels = await Promise.all(sentinelPorts.map((port) => Sentinel.start({ folder, port, masterPort })))
    await until('the Sentinels', () => house.#knowEachOther())
    return house
  }

  /** @param {string} folder */
  constructor(folder) {
    this.folder = folder
  }

  /** The key `store` of the servers' configuration. */
  get config() {
    return { sentinel: { name: MASTER, nodes: this.#sentinels.map(({ port }) => `127.0.0.1:${port}`) }, prefix: PREFIX }
  }

  /** The master breaks and is back before anybody is promoted. */
  async restart(pauseMs) {
    const { port } = this.master
    await broken(this.master)
    await pause(pauseMs)
    this.master = await this.#start(port)
    await this.#synchronised()
  }

  /** The master breaks for good, the replica is promoted, and a new replica takes its place. */
  async failover() {
    const { port } = this.master
    await broken(this.master)
    const promoted = this.replica
    await until('a promotion', async () => (await this.#roleOf(promoted)) === 'master')
    this.master = promoted
    this.replica = await this.#start(port, ['--replicaof', '127.0.0.1', String(promoted.port)])
    await this.#synchronised()
  }

  async freeze(ms) {
    const { pid } = this.master
    process.kill(pid, 'SIGSTOP')
    await pause(ms)
    process.kill(pid, 'SIGCONT')
  }

  /** A connection to the master, which the caller closes. */
  connect() {
    return new Redis(this.master.url, { maxRetriesPerRequest: 1 })
  }

  async close() {
    await Promise.all([...this.#sentinels.map((sentinel) => sentinel.stop()), this.master?.stop(), this.replica?.stop()])
  }

  #start(port, more = []) {
    const dir = join(this.folder, String(port))
    mkdirSync(dir, { recursive: true })
    return startRedis({ dir, port, args: [...DURABLE, ...more] })
  }

  /** Waits until the replica has everything. */
  #synchronised() {
    return until('the replica', async () => {
      const info = await asked(this.replica.port, (redis) => redis.info('replication'))
      return /master_link_status:up/.test(info ?? '') && !/master_sync_in_progress:1/.test(info ?? '')
    })
  }

  async #roleOf({ port }) {
    const [role] = (await asked(port, (redis) => redis.role())) ?? []
    return role
  }

  async #knowEachOther() {
    const known = await Promise.all(
      this.#sentinels.map(({ port }) => asked(port, (redis) => redis.call('SENTINEL', 'CKQUORUM', MASTER).catch(() => undefined))),
    )
    return known.every((said) => String(said).startsWith(`OK ${SENTINELS}`))
  }
}

/** A program that watches the master, and promotes the replica when most of its kind agree that it is gone. */
class Sentinel {
  static async start({ folder, port, masterPort }) {
    const config = join(folder, `sentinel-${port}.conf`)
    const lines = [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder}`,
      `sentinel monitor ${MASTER} 127.0.0.1 ${masterPort} 2`,
      `sentinel down-after-milliseconds ${MASTER} ${DOWN_AFTER_MS}`,
      `sentinel failover-timeout ${MASTER} 10000`,
      `sentinel parallel-syncs ${MASTER} 1`,
    ]
    writeFileSync(config, `${lines.join('\n')}\n`)
    const { path, env } = redisProgram()
    const child = spawn(path, [config, '--sentinel'], { env, stdio: 'ignore' })
    const onParentExit = () => child.kill('SIGKILL')
    process.once('exit', onParentExit)
    const ended = once(child, 'exit')
    await until('a Sentinel', () => asked(port, (redis) => redis.ping()))
    return new Sentinel(port, async () => {
      process.removeListener('exit', onParentExit)
      child.kill('SIGKILL')
      await ended
    })
  }

  constructor(port, stop) {
    this.port = port
    this.stop = stop
  }
}

/** Ends a Redis without a word. */
async function broken(redis) {
  process.kill(redis.pid, 'SIGKILL')
  await redis.stop()
}

/** @template T @param {number} port @param {(redis: import('ioredis').Redis) => Promise<T>} question @returns {Promise<T | undefined>} undefined when nobody answers. */
async function asked(port, question) {
  const redis = new Redis(port, '127.0.0.1', { lazyConnect: true, retryStrategy: () => null, commandTimeout: 1_000, connectTimeout: 1_000 })
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    return await question(redis)
  } catch {
    return undefined
  } finally {
    redis.disconnect()
  }
}
