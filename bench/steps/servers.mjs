// Starts what is measured: the built server and the floor, each with a Redis of its own or with none.
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startRedis } from '../../scripts/redis-server.mjs'
import { startMeasured } from './measured.mjs'

const { Redis } = createRequire(import.meta.url)('ioredis')
const FLOW = fileURLToPath(new URL('../../flows/forgerock/reset-email.yaml', import.meta.url))
/** All conversations come from one address. Every other budget stands at its default: each conversation is about somebody else. */
const MANY = '10000000/h'

const KEYS = {
  signing: [{ id: 'bench', secret: randomBytes(32).toString('base64') }],
  stable: randomBytes(32).toString('base64'),
}

/** A Redis, and a client that looks into it. */
export async function startStore(closers) {
  const server = await startRedis()
  closers.push(() => server.stop())
  const redis = new Redis(server.url)
  closers.push(() => redis.disconnect())
  return { ...server, redis }
}

/** @param {string | undefined} redisUrl memory when absent. */
export async function startRekey(redisUrl, closers) {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-steps-'))
  closers.push(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'flows'))
  copyFileSync(FLOW, join(folder, 'flows', 'reset-email.yaml'))
  const config = join(folder, 'rekey.yaml')
  writeFileSync(config, JSON.stringify(configOf(redisUrl)))
  const server = await startMeasured('rekey-process.mjs', { config }, { cwd: folder })
  closers.push(() => server.stop())
  return server
}

export async function startFloor(redisUrl, { documents, sizes }, closers) {
  const server = await startMeasured('floor-process.mjs', { redis: redisUrl, documents, sizes })
  closers.push(() => server.stop())
  return server
}

/** What is not named here stands at its default: sealing, audit, log. The directory of the file is opened and never asked. */
function configOf(redisUrl) {
  return {
    port: 0,
    dev: false,
    publicUrl: 'https://id.example.com',
    flows: 'flows',
    ...(redisUrl !== undefined && { store: { redis: redisUrl } }),
    directory: { file: 'people.db' },
    keys: KEYS,
    limits: { starts: { address: MANY, store: MANY } },
  }
}
