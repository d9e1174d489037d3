// Starts a server to be timed, with a folder, people and keys of its own; with Redis and PostgreSQL of its own where the store says so.
import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startPostgres } from '../../scripts/postgres-server.mjs'
import { startRedis } from '../../scripts/redis-server.mjs'
import { FLOWS } from './flows.mjs'
import { seed } from './people.mjs'

export const STORES = ['memory and SQLite', 'Redis and PostgreSQL']

const PROGRAM = join(dirname(fileURLToPath(import.meta.url)), 'server-process.mjs')
/** More than a run can use up: what limits do is compared elsewhere. */
const MANY = '10000000/h'

/**
 * @param {{ store: string, plantUs: number, isBare: boolean }} options `isBare`: answers go at once.
 * @returns {Promise<{ url: string, settled(): Promise<void>, stop(): Promise<void> }>} `settled`: until nothing is left to deliver.
 */
export async function startTimed({ store, plantUs, isBare }) {
  const closers = []
  let stopping
  const end = async () => {
    for (const close of closers.splice(0).toReversed()) await close()
  }
  // Whoever stops it a second time waits for the same end.
  const stop = () => (stopping ??= end())
  try {
    return { ...(await start({ store, plantUs, isBare }, closers)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function start({ store, plantUs, isBare }, closers) {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-timing-'))
  closers.push(() => rmSync(folder, { recursive: true, force: true }))
  const parts = store === 'Redis and PostgreSQL' ? await services(closers) : { directory: { file: 'people.db' } }
  writeFileSync(join(folder, 'seed.yaml'), seed())
  mkdirSync(join(folder, 'flows'))
  for (const [name, text] of Object.entries(FLOWS)) writeFileSync(join(folder, 'flows', name), text)
  writeFileSync(join(folder, 'rekey.yaml'), JSON.stringify(config(parts, isBare)))
  const env = { PATH: process.env.PATH, NODE_ENV: 'production', REKEY_BRIGHT_PATTERN_TOKEN: randomBytes(24).toString('base64url') }
  const child = fork(PROGRAM, [join(folder, 'rekey.yaml'), String(plantUs)], {
    env,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  closers.push(async () => {
    child.kill('SIGKILL')
    await ended
  })
  // Read and let go: the log is written as in earnest, and its end kept for the case that the server does not start.
  let said = ''
  child.stderr.on('data', (chunk) => (said = `${said}${chunk}`.slice(-4_000)))
  const next = () =>
    new Promise((resolve, reject) => {
      const fail = (code) => reject(new Error(`the server ended with ${code}\n${said}`))
      child.once('exit', fail)
      child.once('message', (message) => {
        child.off('exit', fail)
        resolve(message)
      })
    })
  const { url } = await next()
  let number = 0
  const settled = async () => {
    child.send((number += 1))
    await next()
  }
  return { url, settled }
}

async function services(closers) {
  const redis = await startRedis()
  closers.push(() => redis.stop())
  const postgres = await startPostgres()
  closers.push(() => postgres.stop())
  return { store: { redis: redis.url }, directory: { postgres: { url: postgres.url } } }
}

function config({ store, directory }, isBare) {
  return {
    port: 0,
    dev: false,
    publicUrl: 'https://id.example.com',
    flows: 'flows',
    ...(store && { store }),
    directory: { ...directory, seed: 'seed.yaml' },
    keys: { signing: [{ id: 'timing', secret: randomBytes(32).toString('base64') }], stable: randomBytes(32).toString('base64') },
    // A hash that is left out must be seen, and thousands of them waited for: a thirtieth of the usual cost, and still longer than all the rest.
    passwords: { hashing: { memoryKiB: 1_024, passes: 1, lanes: 1 } },
    limits: { failures: { principal: MANY }, starts: { address: MANY, store: MANY }, messages: { conversation: 100, destination: MANY } },
    ...(isBare && { http: { answersEveryMs: 0 } }),
    // Answers to guesses are not held back beside this: what lies beneath is looked at.
    dialects: { 'bright-pattern': { minimumMs: 0 } },
  }
}
