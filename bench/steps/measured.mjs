// The far end: starts a process of the bench and asks it.
import { fork } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

/**
 * @param {string} program a file, from this folder, that calls `answer`; it says `ready` with a value when it can be asked.
 * @param {object} given what it is told before, as JSON.
 * @returns {Promise<{ ready: any, pid: number, ask(name: string, value?: unknown): Promise<any>, stop(): Promise<void> }>}
 */
export async function startMeasured(program, given = {}, { cwd, env = {} } = {}) {
  const child = fork(join(here, program), [JSON.stringify(given)], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    cwd,
    // The log is written as in earnest, to where nobody reads it.
    stdio: ['ignore', 'ignore', process.env.REKEY_BENCH_STDERR === undefined ? 'ignore' : 'inherit', 'ipc'],
  })
  const waiting = new Map()
  let number = 0
  let ended = false
  const exited = new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      ended = true
      for (const { reject } of waiting.values()) reject(new Error(`${program} ended with ${code ?? signal}`))
      waiting.clear()
      resolve(undefined)
    })
  })
  const hear = (key) =>
    new Promise((resolve, reject) => (ended ? reject(new Error(`${program} has ended`)) : waiting.set(key, { resolve, reject })))
  const heard = hear('ready')
  child.on('message', ({ ready, number: of, found, fault }) => {
    const key = of ?? 'ready'
    const hearer = waiting.get(key)
    waiting.delete(key)
    if (fault === undefined) hearer?.resolve(of === undefined ? ready : found)
    else hearer?.reject(new Error(fault))
  })
  const stop = async () => {
    child.kill('SIGKILL')
    await exited
  }
  try {
    return {
      ready: await heard,
      pid: child.pid,
      ask(name, value) {
        number += 1
        const answered = hear(number)
        child.send({ number, ask: name, value })
        return answered
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
