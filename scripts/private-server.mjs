// Runs a server of somebody else's as a process of ours: on a free port, watched until it is up, and never left behind. No dependencies.
import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from './free-port.mjs'

const STOP_MS = 5_000
const PORT_TRIES = 3
const LOOK_MS = 10
const KEPT_LOG = 100_000

/** What is left to do for each running server when this process ends: a test run that is broken off must leave none behind.
 * @type {Set<{ kill: () => void, remove: () => void }>} */
const endings = new Set()

/** One that fails holds up none of the others; folders go last, so that nobody writes into what is being removed. */
function endAll() {
  for (const { kill } of endings) tried(kill)
  for (const { remove } of endings) tried(remove)
}

function tried(act) {
  try {
    act()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  }
}

/**
 * Starts a server on a free port, and on another one when somebody else has taken it between our look and the start.
 * @template T
 * @param {{ port?: number, taken: RegExp, remove: () => void }} wishes `port` is tried alone; `taken` is how the program says that it could not
 *   have its port; `remove` is called when no start succeeds.
 * @param {(port: number) => Promise<T>} start
 * @returns {Promise<T>}
 */
export async function onFreePort({ port, taken, remove }, start) {
  try {
    for (let left = PORT_TRIES; ; left--) {
      try {
        return await start(port ?? (await freePort()))
      } catch (error) {
        if (port !== undefined || left <= 1 || !taken.test(String(error.message))) throw error
      }
    }
  } catch (error) {
    remove()
    throw error
  }
}

/**
 * Starts a program and waits until it is up.
 * @param {{ name: string, path: string, args: readonly string[], options: import('node:child_process').SpawnOptions }} program `name` is for people.
 * @param {{ isUp: (log: string) => boolean | Promise<boolean>, readyMs: number, log?: () => string, remove: () => void,
 *   stopSignal?: NodeJS.Signals, killSignal?: NodeJS.Signals }} manners `isUp` is asked again and again with what the program has written to its
 *   pipes; `log` reads what it writes elsewhere; `remove` takes away what it kept, after `stop` or when this process ends; `killSignal`
 *   ends it at once, with all its own processes.
 * @returns {Promise<{ pid: number, stop: () => Promise<void>, kill: () => Promise<void> }>} `kill` ends it as a broken machine would and keeps its home.
 * @throws Error with its log when it does not come up; what it kept is then still there.
 */
export async function startServer({ name, path, args, options }, manners) {
  const { isUp, readyMs, remove, stopSignal = 'SIGTERM', killSignal = 'SIGKILL' } = manners
  const child = spawn(path, args, options)
  let heard = ''
  for (const pipe of [child.stdout, child.stderr]) {
    pipe?.on('data', (chunk) => {
      // Output keeps flowing into nothing afterwards, so that the pipe never fills.
      if (heard.length < KEPT_LOG) heard += chunk
    })
  }
  /** @type {string | undefined} */
  let ended
  child.once('error', (error) => (ended ??= error.message))
  // All that it wrote has come by then.
  child.once('close', (code) => (ended ??= `it ended with ${code}`))
  const exited = new Promise((resolve) => {
    child.once('exit', resolve)
    child.once('error', resolve)
  })
  const ending = { kill: () => void child.kill(killSignal), remove }
  if (endings.size === 0) process.once('exit', endAll)
  endings.add(ending)
  const end = async (signal) => {
    endings.delete(ending)
    if (endings.size === 0) process.removeListener('exit', endAll)
    child.kill(signal)
    const hard = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await exited
    clearTimeout(hard)
  }
  const failed = (why) => new Error(`${name} did not start: ${why}\n${(manners.log?.() ?? heard).slice(-2_000)}`)
  try {
    for (const until = Date.now() + readyMs; !(await isUp(heard)); await delay(LOOK_MS)) {
      const why = ended ?? (Date.now() > until ? `not ready after ${readyMs} ms` : undefined)
      if (why !== undefined) throw failed(why)
    }
  } catch (error) {
    await end(killSignal)
    throw error
  }
  const stop = async () => {
    await end(stopSignal)
    remove()
  }
  return { pid: child.pid, stop, kill: () => end(killSignal) }
}
