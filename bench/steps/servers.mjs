// Starts what is measured: the built server and the floor, each with a Redis of its own or with none.
import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startRedis } from '../../scripts/redis-server.mjs'
import { startMeasured } from './measured.mjs'
import { CALLERS_SECRET } from './wires/bright-pattern.mjs'

const { Redis } = createRequire(import.meta.url)('ioredis')
const ROOT = new URL('../../', import.meta.url).href
/** All conversations come from one address. Every other budget stands at its default: each conversation is about somebody else. */
const MANY = '10000000/h'
const ENV = { REKEY_BRIGHT_PATTERN_TOKEN: CALLERS_SECRET }

/** Every server of a run has the same: any process serves any conversation. */
export const KEYS = {
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

/**
 * @param {object} wishes `redis`: memory when absent; `flows`: of those that ship; `texts`: further flow files, by name; `files`: others, beside its configuration; `config`: what is configured beside;
 *   `program`: the process, `given`: what it is told; `root`: of another revision, whose server and flows are taken, as a URL.
 */
export async function startRekey(
  { redis, flows = [], texts = {}, files = {}, config = {}, program = 'rekey-process.mjs', given = {}, root = ROOT },
  closers,
) {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-steps-'))
  closers.push(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'flows'))
  for (const path of flows) copyFileSync(fileURLToPath(new URL(`flows/${path}`, root)), join(folder, 'flows', path.replace('/', '-')))
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, 'flows', name), text)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const file = join(folder, 'rekey.yaml')
  writeFileSync(file, JSON.stringify({ ...configOf(redis), ...config }))
  const server = await startMeasured(program, { config: file, root, ...given }, { cwd: folder, env: ENV })
  closers.push(() => server.stop())
  return server
}

export async function startFloor({ wire, redis, secret, seen: { documents, sizes } }, closers) {
  const server = await startMeasured('floor-process.mjs', { wire: wire.name, redis, documents, sizes, secret })
  closers.push(() => server.stop())
  return server
}

/** What is not named here stands at its default: sealing, audit, log. The directory of the file is opened and never asked. */
function configOf(redis) {
  return {
    port: 0,
    dev: false,
    publicUrl: 'https://id.example.com',
    flows: 'flows',
    ...(redis !== undefined && { store: { redis } }),
    directory: { file: 'people.db' },
    keys: KEYS,
    limits: { starts: { address: MANY, store: MANY } },
    // Its answers are held back by default.
    dialects: { 'bright-pattern': { minimumMs: 0 } },
  }
}
