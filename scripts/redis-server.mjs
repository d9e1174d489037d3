// Finds a Redis server program, or unpacks one without root, and runs private instances of it. No dependencies: the test set-up,
// the bench and the process tests all start their Redis here.
import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CACHE = fileURLToPath(new URL('../.cache', import.meta.url))
const PROGRAMS = ['redis-server', 'valkey-server']
const READY_MS = 10_000
const STOP_MS = 5_000
const PORT_TRIES = 3

/**
 * Starts a private Redis on the loopback address, with nothing kept on disk unless `args` say so.
 * @param {{ args?: readonly string[], port?: number, dir?: string }} [options] `args` go to the program and win over our own; `port` asks
 *   for that port instead of a free one; `dir` is used, and kept afterwards, instead of a temporary directory.
 * @returns {Promise<{ url: string, port: number, pid: number, stop(): Promise<void> }>} once it accepts connections.
 * @throws Error with one sentence when there is no program, or with its log when it does not come up.
 */
export async function startRedis(options = {}) {
  const program = redisProgram()
  for (let left = PORT_TRIES; ; left--) {
    const port = options.port ?? (await freePort())
    try {
      return await launch(program, port, options)
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

async function launch(program, port, { args = [], dir }) {
  const home = dir ?? mkdtempSync(join(tmpdir(), 'rekey-redis-'))
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', home]
  const child = spawn(program.path, [...settings, ...args], { env: program.env, stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = new Promise((resolve) => {
    child.once('exit', resolve)
    child.once('error', resolve)
  })
  const removeHome = () => {
    if (dir === undefined) rmSync(home, { recursive: true, force: true })
  }
  // A test run that is broken off must leave no server behind.
  const onParentExit = () => {
    child.kill('SIGKILL')
    removeHome()
  }
  process.once('exit', onParentExit)
  const stop = async () => {
    process.removeListener('exit', onParentExit)
    child.kill('SIGTERM')
    const hard = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await exited
    clearTimeout(hard)
    removeHome()
  }
  try {
    await ready(child)
  } catch (error) {
    await stop()
    throw error
  }
  return { url: `redis://127.0.0.1:${port}`, port, pid: child.pid, stop }
}

function ready(child) {
  return new Promise((resolve, reject) => {
    let log = ''
    const fail = (why) => reject(new Error(`Redis did not start: ${why}\n${log.slice(-2_000)}`))
    const late = setTimeout(() => fail(`not ready after ${READY_MS} ms`), READY_MS)
    const listen = (chunk) => {
      // Output keeps flowing into nothing afterwards, so that the pipe never fills.
      if (log.length < 100_000) log += chunk
      if (!/ready to accept connections/i.test(log)) return
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

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

function findOnPath(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue
    const path = join(folder, name)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // not in this folder
    }
  }
  return undefined
}

/** The copy that an earlier run has unpacked, with the libraries that came with it. */
function unpacked() {
  const root = join(CACHE, 'redis', 'root')
  const path = PROGRAMS.map((name) => join(root, 'usr', 'bin', name)).find((candidate) => existsSync(candidate))
  if (path === undefined) return undefined
  const lib = join(root, 'usr', 'lib')
  const triplets = existsSync(lib) ? readdirSync(lib).filter((name) => name.includes('-linux-')) : []
  const libraries = triplets.map((name) => join(lib, name))
  if (process.env.LD_LIBRARY_PATH) libraries.push(process.env.LD_LIBRARY_PATH)
  return { path, env: { ...process.env, LD_LIBRARY_PATH: libraries.join(delimiter) } }
}

/**
 * Downloads the distribution's package and what it lacks into the cache and unpacks it there: no root, no service is started. apt works in
 * private state folders, so the system's own lists stay as they are.
 * @returns {boolean} false where that cannot be done.
 */
function unpackDebianPackage() {
  if (findOnPath('apt-get') === undefined || findOnPath('dpkg-deb') === undefined) return false
  mkdirSync(CACHE, { recursive: true })
  // Built beside its place and moved there whole: two runs at once must not see half a copy.
  const work = mkdtempSync(join(CACHE, 'redis-unpacking-'))
  try {
    const archives = join(work, 'cache', 'archives')
    mkdirSync(join(work, 'state', 'lists', 'partial'), { recursive: true })
    mkdirSync(join(archives, 'partial'), { recursive: true })
    if (!PROGRAMS.some((name) => download(name, work))) return false
    const root = join(work, 'root')
    mkdirSync(root)
    for (const file of readdirSync(archives)) {
      if (file.endsWith('.deb') && !run('dpkg-deb', ['-x', join(archives, file), root])) return false
    }
    rmSync(join(work, 'cache'), { recursive: true, force: true })
    rmSync(join(work, 'state'), { recursive: true, force: true })
    moveInto(work, join(CACHE, 'redis'))
    return true
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function download(name, work) {
  const privately = {
    'Dir::State': join(work, 'state'),
    'Dir::State::status': '/var/lib/dpkg/status',
    'Dir::Cache': join(work, 'cache'),
    'Debug::NoLocking': '1',
    'APT::Sandbox::User': '',
  }
  const options = Object.entries(privately).flatMap(([key, value]) => ['-o', `${key}=${value}`])
  // A list that cannot be fetched is no reason to stop: the package may well stand in another one.
  run('apt-get', ['-qq', 'update', ...options])
  return run('apt-get', ['-qq', 'install', '--download-only', '--no-install-recommends', '-y', name, ...options])
}

function moveInto(work, place) {
  try {
    renameSync(work, place)
  } catch (error) {
    // Another run was quicker (its copy is as good), or an old broken copy is in the way.
    if (unpacked() !== undefined) return
    if (!existsSync(place)) throw error
    rmSync(place, { recursive: true, force: true })
    renameSync(work, place)
  }
}

function run(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}
