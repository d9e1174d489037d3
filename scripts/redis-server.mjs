// Finds a Redis server program, or unpacks one without root, and runs private instances of it. No dependencies: the test set-up,
// the bench and the process tests all start their Redis here.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.mjs'
import { onFreePort, startServer } from './private-server.mjs'
import { findOnPath, unpackDebian, unpackedEnv, unpackedRoot } from './unpack-debian.mjs'

const PROGRAMS = ['redis-server', 'valkey-server']
const READY_MS = 10_000
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
export async function startRedis({ args = [], port: wanted, dir, file, ready = ACCEPTS, cluster = false, tls } = {}) {
  const program = redisProgram()
  const home = dir ?? mkdtempSync(join(tmpdir(), 'rekey-redis-'))
  const remove = () => {
    if (dir === undefined) rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
  return onFreePort({ port: wanted, taken: /in use/, remove }, async (port) => {
    const bus = cluster ? ['--cluster-enabled', 'yes', '--cluster-port', String(await freePort())] : []
    const tlsArgs = tls ? ['--port', '0', '--tls-port', String(port), ...tls] : []
    return launch(program, home, port, { args: [...bus, ...tlsArgs, ...args], file, isUp: (log) => ready.test(log), remove })
  })
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

async function launch(program, home, port, { args, file, isUp, remove }) {
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', home]
  const written = file === undefined ? [] : [join(home, 'redis.conf')]
  for (const path of written) writeFileSync(path, file)
  const { pid, stop } = await startServer(
    {
      name: 'Redis',
      path: program.path,
      args: [...written, ...settings, ...args],
      options: { env: program.env, stdio: ['ignore', 'pipe', 'pipe'] },
    },
    { isUp, readyMs: READY_MS, remove },
  )
  return { url: `redis://127.0.0.1:${port}`, port, pid, stop }
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
