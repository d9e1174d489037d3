// Finds the programs of PostgreSQL, or unpacks them without root, and runs private servers: for the tests and the bench. No dependencies.
import { execFile, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { findOnPath, unpackDebian, unpackedEnv, unpackedRoot } from './unpack-debian.mjs'

const READY_MS = 20_000
const STOP_MS = 5_000
const PORT_TRIES = 3
const PASSWORD = 'only-for-tests'

/** PostgreSQL refuses to run as root; nobody is on every machine. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

/**
 * Starts a private PostgreSQL on the loopback address, with the super-user and the database `rekey`.
 * @param {{ args?: readonly string[], port?: number, home?: string }} [options] `args` go to the program; `port` asks for that port instead of
 *   a free one; `home` is the home of an earlier server, which is started again with what it holds.
 * @returns {Promise<{ url: string, port: number, pid: number, home: string, stop(): Promise<void>, kill(): Promise<void> }>} once it accepts
 *   connections. `kill` ends it as a broken machine would and keeps its home; `stop` removes it.
 * @throws Error with one sentence when there is no program, or with its log when it does not come up.
 */
export async function startPostgres(options = {}) {
  const programs = postgresPrograms()
  const home = options.home ?? (await makeHome(programs))
  try {
    for (let left = PORT_TRIES; ; left--) {
      const port = options.port ?? (await freePort())
      try {
        return await launch(programs, home, port, options.args ?? [])
      } catch (error) {
        // Somebody else may have taken the free port between our look and the start.
        if (options.port !== undefined || left <= 1 || !String(error.message).includes('in use')) throw error
      }
    }
  } catch (error) {
    rmSync(home, { recursive: true, force: true })
    throw error
  }
}

/**
 * The folder of the programs and the environment they need. Looks at `POSTGRES_BIN`, the PATH, Debian's folders, the unpacked copy, and at
 * last unpacks one.
 * @returns {{ folder: string, env: NodeJS.ProcessEnv }}
 */
export function postgresPrograms() {
  if (process.env.POSTGRES_BIN) return { folder: process.env.POSTGRES_BIN, env: process.env }
  const initdb = findOnPath('initdb')
  if (initdb !== undefined && findOnPath('postgres') !== undefined) return { folder: dirname(initdb), env: process.env }
  const installed = newestUnder('/usr/lib/postgresql')
  if (installed !== undefined) return { folder: installed, env: process.env }
  const unpacked = () => newestUnder(join(unpackedRoot('postgres'), 'usr', 'lib', 'postgresql'))
  const folder = unpacked() ?? (unpackDebian('postgres', 'postgresql', () => unpacked() !== undefined) ? unpacked() : undefined)
  if (folder !== undefined) return { folder, env: unpackedEnv('postgres') }
  throw new Error(
    'The tests of the directory in PostgreSQL need its programs: install them (`apt-get install postgresql`, `dnf install postgresql-server`, `apk add postgresql`, `brew install postgresql`) or name their folder in POSTGRES_BIN.',
  )
}

/** Makes a home with an empty database cluster in it. */
async function makeHome({ folder, env }) {
  const home = mkdtempSync(join(tmpdir(), 'rekey-postgres-'))
  const passwordFile = join(home, 'password')
  try {
    writeFileSync(passwordFile, PASSWORD, { mode: 0o600 })
    mkdirSync(join(home, 'data'), { mode: 0o700 })
    if ('uid' in NOBODY) for (const path of [home, passwordFile, join(home, 'data')]) chownSync(path, NOBODY.uid, NOBODY.gid)
    const settings = ['--username=rekey', '--encoding=UTF8', '--locale=C', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--no-sync']
    await promisify(execFile)(join(folder, 'initdb'), [...settings, '-D', join(home, 'data')], { env, cwd: home, ...NOBODY })
    return home
  } catch (error) {
    rmSync(home, { recursive: true, force: true })
    throw new Error(`initdb failed: ${error.stderr ?? error.message}`, { cause: error })
  }
}

async function launch({ folder, env }, home, port, args) {
  // Nothing has to outlive the machine here; a killed server still finds what it has committed.
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    shared_buffers: '16MB',
    max_connections: '100',
  }
  const given = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(join(folder, 'postgres'), ['-D', join(home, 'data'), '-p', String(port), ...given, ...args], {
    env,
    cwd: home,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...NOBODY,
  })
  const exited = new Promise((resolve) => {
    child.once('exit', resolve)
    child.once('error', resolve)
  })
  // A test run that is broken off must leave no server behind. SIGQUIT ends the server's own processes as well, without a word to anybody.
  const onParentExit = () => {
    child.kill('SIGQUIT')
    rmSync(home, { recursive: true, force: true })
  }
  process.once('exit', onParentExit)
  const end = async (signal) => {
    process.removeListener('exit', onParentExit)
    child.kill(signal)
    const hard = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await exited
    clearTimeout(hard)
  }
  const stop = async () => {
    await end('SIGINT')
    rmSync(home, { recursive: true, force: true })
  }
  try {
    await ready(child)
  } catch (error) {
    await end('SIGQUIT')
    throw error
  }
  const url = `postgres://rekey:${PASSWORD}@127.0.0.1:${port}/postgres`
  return { url, port, pid: child.pid, home, stop, kill: () => end('SIGQUIT') }
}

function ready(child) {
  return new Promise((resolve, reject) => {
    let log = ''
    const fail = (why) => reject(new Error(`PostgreSQL did not start: ${why}\n${log.slice(-2_000)}`))
    const late = setTimeout(() => fail(`not ready after ${READY_MS} ms`), READY_MS)
    child.stderr.on('data', (chunk) => {
      // Output keeps flowing into nothing afterwards, so that the pipe never fills.
      if (log.length < 100_000) log += chunk
      if (!/ready to accept connections/.test(log)) return
      clearTimeout(late)
      resolve(undefined)
    })
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

/** The programs of the newest version under a folder of versions, as Debian lays them out. */
function newestUnder(folder) {
  const versions = existsSync(folder) ? readdirSync(folder).filter((name) => existsSync(join(folder, name, 'bin', 'postgres'))) : []
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0]
  return newest === undefined ? undefined : join(folder, newest, 'bin')
}
