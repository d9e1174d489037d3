import cluster, { type Worker } from 'node:cluster'
import { setTimeout as pause } from 'node:timers/promises'
import { isJsonObject } from '@rekey/core'
import { EXIT, type Io } from '../io.js'

/** A process that died is replaced after this long, and after twice as long each time that the next one dies young. */
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 10_000
/** A process that lived so long did not die of how it was started. */
const OLD_MS = 60_000

/** What a process says of itself once it listens. */
const REPORT = 'report'
/** What it is told to end. By a signal it would end at once where its whole group got one before, as from a terminal or a supervisor. */
const END = 'end'
/** Its place among the processes, from 0 on. */
const PLACE = 'REKEY_PROCESS'

/** The place of this process among those that serve one port; 0 where it is the only one. */
export function placeOf(env: Readonly<Record<string, string | undefined>>): number {
  return cluster.isWorker ? Number(env[PLACE] ?? 0) : 0
}

/** Tells the process that started this one that it listens. @returns false where nobody started it: then it speaks for itself. */
export function tellParent(report: string): boolean {
  return cluster.isWorker && process.send?.({ [REPORT]: report }) !== undefined
}

/** Resolves when the process that started this one asks it to end; never where nobody started it. */
export function untilParentEnds(): Promise<void> {
  return new Promise((resolve) => {
    if (cluster.isWorker) process.on('message', (message: unknown) => void (isJsonObject(message) && message[END] === true && resolve()))
  })
}

/** Lets go of the process that started this one; while they are connected neither ends by itself. */
export function leaveParent(): void {
  cluster.worker?.disconnect()
}

/**
 * Serves one port with several processes, each of them as `serve` is alone, and replaces those that die. The first one starts alone: what
 * keeps it from starting is said once, and what is made at start is made before the others look.
 * @param argv what this program was called with.
 */
export async function serveProcesses(io: Io, count: number, argv: readonly string[] = process.argv.slice(2)): Promise<number> {
  const stopped = io.untilStopped()
  cluster.setupPrimary({ args: [...argv] })
  const house = new House(io)
  const first = await house.fill(0)
  if (first === undefined) return EXIT.faults
  io.out(first)
  for (let place = 1; place < count; place += 1) void house.fill(place)
  io.out(`  processes    ${count}\n`)
  await stopped
  await house.close()
  return EXIT.good
}

/** The places of the processes, and who has them. */
class House {
  readonly #workers = new Map<number, Worker>()
  readonly #ended = new Map<Worker, Promise<void>>()
  readonly #listening = new WeakSet<Worker>()
  #closing = false

  constructor(private readonly io: Io) {}

  /**
   * Keeps a place filled from now on.
   * @returns what the first process to have it says of itself; undefined when that one ends before it listens.
   */
  async fill(place: number, pauseMs = FIRST_PAUSE_MS): Promise<string | undefined> {
    if (this.#closing) return undefined
    const begun = performance.now()
    const worker = cluster.fork({ [PLACE]: String(place) })
    this.#workers.set(place, worker)
    const exited = new Promise<string>((resolve) => {
      worker.once('exit', (code: number | null, signal: string | null) => resolve(signal ?? `exit code ${code}`))
    })
    this.#ended.set(
      worker,
      exited.then(() => undefined),
    )
    const report = await Promise.race([reportOf(worker), exited.then(() => undefined)])
    if (report !== undefined) this.#listening.add(worker)
    // Of the first one it is said by itself why it does not start; what was once well is tried again.
    if (report === undefined && place === 0 && this.#workers.size === 1) return undefined
    void exited.then((how) => this.#replace(place, how, performance.now() - begun < OLD_MS ? pauseMs : FIRST_PAUSE_MS))
    return report
  }

  /** Asks all to end and waits until they have. */
  async close(): Promise<void> {
    this.#closing = true
    for (const worker of this.#workers.values()) {
      // One that does not listen yet may miss a word. One that ends just now misses either.
      if (this.#listening.has(worker) && worker.isConnected()) worker.send({ [END]: true }, () => undefined)
      else worker.process.kill('SIGTERM')
    }
    for (const worker of this.#workers.values()) await this.#ended.get(worker)
  }

  async #replace(place: number, how: string, pauseMs: number): Promise<void> {
    if (this.#closing) return
    this.io.err(`rekey: process ${place} ended (${how}); another one takes its place\n`)
    await pause(pauseMs, undefined, { ref: false })
    await this.fill(place, Math.min(LONGEST_PAUSE_MS, pauseMs * 2))
  }
}

function reportOf(worker: Worker): Promise<string> {
  return new Promise((resolve) => {
    worker.on('message', (message: unknown) => {
      if (isJsonObject(message) && typeof message[REPORT] === 'string') resolve(message[REPORT])
    })
  })
}
