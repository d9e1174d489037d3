// Finds the programs of PostgreSQL, or unpacks them without root, and runs private servers: for the tests and the bench. No dependencies.
import { execFile } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { onFreePort, startServer } from './private-server.mjs'
import { findOnPath, unpackDebian, unpackedEnv, unpackedRoot } from './unpack-debian.mjs'

const READY_MS = 20_000
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
  const remove = () => rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  return onFreePort({ port: options.port, taken: /in use/, remove }, (port) =>
    launch(programs, { home, port, args: options.args ?? [], remove }),
  )
}

/**
 * The folder of the programs and the environment they need. Looks at `POSTGRES_BIN`, the PATH, Debian's folders, the unpacked copy, and at
 * last unpacks one.
 * @returns {{ folder: string, env: NodeJS.ProcessEnv }}
 */
function postgresPrograms() {
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
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
    throw new Error(`initdb failed: ${error.stderr ?? error.message}`, { cause: error })
  }
}

async function launch({ folder, env }, { home, port, args, remove }) {
  // Nothing has to outlive the machine here; a killed server still finds what it has committed.
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    shared_buffers: '16MB',
    max_connections: '100',
  }
  const given = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const { pid, stop, kill } = await startServer(
    {
      name: 'PostgreSQL',
      path: join(folder, 'postgres'),
      args: ['-D', join(home, 'data'), '-p', String(port), ...given, ...args],
      options: { env, cwd: home, stdio: ['ignore', 'ignore', 'pipe'], ...NOBODY },
    },
    {
      isUp: (log) => /ready to accept connections/.test(log),
      readyMs: READY_MS,
      remove,
      stopSignal: 'SIGINT',
      // It ends the server's own processes as well, without a word to anybody.
      killSignal: 'SIGQUIT',
    },
  )
  const url = `postgres://rekey:${PASSWORD}@127.0.0.1:${port}/postgres`
  return { url, port, pid, home, stop, kill }
}

/** The programs of the newest version under a folder of versions, as Debian lays them out. */
function newestUnder(folder) {
  const versions = existsSync(folder) ? readdirSync(folder).filter((name) => existsSync(join(folder, name, 'bin', 'postgres'))) : []
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0]
  return newest === undefined ? undefined : join(folder, newest, 'bin')
}
