// Finds a Redis server program, or unpacks one without root, and runs private instances of it. No dependencies: the test set-up,
// the bench and the process tests all start their Redis here.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findOnPath, unpackDebian, unpackedEnv, unpackedRoot } from './unpack-debian.mjs'

const PROGRAMS = ['redis-server', 'valkey-server']
const READY_MS = 10_000
const STOP_MS = 5_000
const PORT_TRIES = 3
const ACCEPTS = /ready to accept connections/i

/**
 * Starts a private Redis on the loopback address, with nothing kept on disk unless `args` say so.
 * @param {{ args?: readonly string[], port?: number, dir?: string, file?: string, ready?: RegExp, cluster?: boolean,
 *   tls?: readonly string[] }} [options] `args` go to the program and win
 *   over our own; `port` asks for that port instead of a free one; `dir` is used, and kept afterwards, instead of a temporary directory; `file`
 *   is the text of a configuration file that the program may write; `ready` is what it says when it is up; a `cluster` node has a free port for its bus as well;
 *   with `tls`, which are further arguments, TLS is all that the port takes.
 * @returns {Promise<{ url: string, port: number, pid: number, stop(): Promise<void> }>} once it accepts connections.
 * @throws Error with one sentence when there is no program, or with its log when it does not come up.
 */
export async function startRedis(options = {}) {
  const program = redisProgram()
  for (let left = PORT_TRIES; ; left--) {
    const port = options.port ?? (await freePort())
    const bus = options.cluster ? ['--cluster-enabled', 'yes', '--cluster-port', String(await freePort())] : []
    const tls = options.tls ? ['--port', '0', '--tls-port', String(port), ...options.tls] : []
    try {
      return await launch(program, port, { ...options, args: [...bus, ...tls, ...(options.args ?? [])] })
    } catch (error) {
      // Somebody else may have taken the free port between our look and the start.
      if (options.port !== undefined || left <= 1 || !String(error.message).includes('in use')) throw error
    }
  }
}

/**
 * The program and the environment it needs. Looks at `REDIS_SERVER`, the PATH, the unpacked copy, and at last unpacks one.
 * @returns {{ path: string, env: NodeJS.ProcessEnv }}
 */
export function redisProgram() {
  if (process.env.REDIS_SERVER) return { path: process.env.REDIS_SERVER, env: process.env }
  const onPath = PROGRAMS.map(findOnPath).find((path) => path !== undefined)
  if (onPath !== undefined) return { path: onPath, env: process.env }
  const found = unpacked() ?? (unpackDebianPackage() ? unpacked() : undefined)
  if (found !== undefined) return found
  throw new Error(
    'The tests need a Redis server: install one (`apt-get install redis-server`, `dnf install redis`, `apk add redis`, `brew install redis`) or name it in REDIS_SERVER.',
  )
}

/** What is left to do for each running server when this process ends: a test run that is broken off must leave none behind. */
const endings = new Set()

function endAll() {
  for (const end of endings) end()
}

async function launch(program, port, { args = [], dir, file, ready: accepts = ACCEPTS }) {
  const home = dir ?? mkdtempSync(join(tmpdir(), 'rekey-redis-'))
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', home]
  const written = file === undefined ? [] : [join(home, 'redis.conf')]
  for (const path of written) writeFileSync(path, file)
  const child = spawn(program.path, [...written, ...settings, ...args], { env: program.env, stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = new Promise((resolve) => {
    child.once('exit', resolve)
    child.once('error', resolve)
  })
  const removeHome = () => {
    if (dir === undefined) rmSync(home, { recursive: true, force: true })
  }
  const onParentExit = () => {
    child.kill('SIGKILL')
    removeHome()
  }
  if (endings.size === 0) process.once('exit', endAll)
  endings.add(onParentExit)
  const stop = async () => {
    endings.delete(onParentExit)
    if (endings.size === 0) process.removeListener('exit', endAll)
    child.kill('SIGTERM')
    const hard = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await exited
    clearTimeout(hard)
    removeHome()
  }
  try {
    await ready(child, accepts)
  } catch (error) {
    await stop()
    throw error
  }
  return { url: `redis://127.0.0.1:${port}`, port, pid: child.pid, stop }
}

function ready(child, accepts) {
  return new Promise((resolve, reject) => {
    let log = ''
    const fail = (why) => reject(new Error(`Redis did not start: ${why}\n${log.slice(-2_000)}`))
    const late = setTimeout(() => fail(`not ready after ${READY_MS} ms`), READY_MS)
    const listen = (chunk) => {
      // Output keeps flowing into nothing afterwards, so that the pipe never fills.
      if (log.length < 100_000) log += chunk
      if (!accepts.test(log)) return
      clearTimeout(late)
      resolve(undefined)
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.once('error', (error) => {
      clearTimeout(late)
      fail(error.message)
    })
    child.once('exit', (code) => {
      clearTimeout(late)
      fail(`it ended with ${code}`)
    })
  })
}

/** @returns {Promise<number>} a TCP port of the loopback address that nobody listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

/** The copy that an earlier run has unpacked, with the libraries that came with it. */
function unpacked() {
  const folder = join(unpackedRoot('redis'), 'usr', 'bin')
  const path = PROGRAMS.map((name) => join(folder, name)).find((candidate) => existsSync(candidate))
  return path === undefined ? undefined : { path, env: unpackedEnv('redis') }
}

function unpackDebianPackage() {
  return PROGRAMS.some((name) => unpackDebian('redis', name, () => unpacked() !== undefined))
}
