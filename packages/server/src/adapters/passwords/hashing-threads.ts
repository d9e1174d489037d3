import { fileURLToPath } from 'node:url'
import type { ScryptOptions } from 'node:crypto'
import type { Options as Argon2Options } from '@node-rs/argon2'
import type { HashOptions as BcryptOptions } from '@node-rs/bcrypt'
import { Piscina } from 'piscina'

/** What a thread can be asked beside the text: `hashing-thread.js` has a function of each name. Every answer is found by work that takes milliseconds of CPU. */
interface HashingTasks {
  makeArgon2: { task: { readonly options: Argon2Options }; found: string }
  isArgon2: { task: { readonly stored: string }; found: boolean }
  makeBcrypt: { task: { readonly options: BcryptOptions }; found: string }
  isBcrypt: { task: { readonly stored: string }; found: boolean }
  pbkdf2: { task: Derivation & { readonly iterations: number; readonly digest: string }; found: Uint8Array }
  scrypt: { task: Derivation & { readonly options: ScryptOptions }; found: Uint8Array }
}

interface Derivation {
  readonly salt: Buffer
  /** In bytes. */
  readonly length: number
}

/** As many as can be configured to hash at a time: how many do is decided by the line they wait in. */
const MOST = 64
/** A quarter of a core that others want as well. Elsewhere than on Linux it would be the whole process that steps back. */
const NICE = process.platform === 'linux' ? 5 : 0
const WORK = new URL('../../../hashing-thread.js', import.meta.url)
const encoder = new TextEncoder()

/**
 * Threads that hash. They are not those of Node's pool, which also read files and look names up, and where a core is short the requests go first. Each begins
 * with the first task that finds no other free, stays, and keeps no process alive.
 */
export class HashingThreads {
  /** Why threads were given up. */
  readonly #faults = new WeakMap<Piscina, unknown>()
  #pool: Piscina | undefined
  #nice = NICE

  /** @param work the module with a function for each task. */
  constructor(private readonly work: URL = WORK) {}

  /**
   * Has a thread do it.
   * @param text what is hashed, as UTF-8.
   * @throws what the work itself threw, or why there is no thread.
   */
  async run<Name extends keyof HashingTasks>(
    name: Name,
    text: string,
    task: HashingTasks[Name]['task'],
  ): Promise<HashingTasks[Name]['found']> {
    const first = (this.#pool ??= this.#open())
    try {
      return await this.#runOn(first, name, text, task)
    } catch (fault) {
      if (!this.#faults.has(first)) throw fault
    }
    // The threads have failed, not the work: once more, on new ones.
    const second = (this.#pool ??= this.#open())
    try {
      return await this.#runOn(second, name, text, task)
    } catch (fault) {
      throw this.#faults.get(second) ?? fault
    }
  }

  async #runOn<Name extends keyof HashingTasks>(
    threads: Piscina,
    name: Name,
    text: string,
    task: HashingTasks[Name]['task'],
  ): Promise<HashingTasks[Name]['found']> {
    // Memory of its own, which is given away: a `Buffer` may lie among the secrets of others, and would take them along.
    const bytes = encoder.encode(text)
    const own = 'salt' in task ? { ...task, text: bytes, salt: new Uint8Array(task.salt) } : { ...task, text: bytes }
    let found: Promise<unknown>
    try {
      found = threads.run(own, { name, transferList: [bytes.buffer] })
    } catch (fault) {
      // The system has no thread for us, and the task would stay in the queue.
      this.#giveUp(threads, fault)
      throw fault
    }
    // The pool knows no types of what its threads give back.
    return (await found) as HashingTasks[Name]['found']
  }

  #open(): Piscina {
    const opened = new Piscina({
      filename: fileURLToPath(this.work),
      minThreads: 0,
      maxThreads: MOST,
      idleTimeout: Infinity,
      niceIncrement: this.#nice,
      recordTiming: false,
      env: {},
      execArgv: [],
    })
    // A thread that could not begin, or ended beside its work.
    opened.on('error', (fault: unknown) => this.#giveUp(opened, fault))
    return opened
  }

  /** Whoever waits is told. What comes next finds threads that are as nice as all others: not every system lets them step back. */
  #giveUp(threads: Piscina, fault: unknown): void {
    this.#faults.set(threads, fault)
    if (this.#pool === threads) this.#pool = undefined
    this.#nice = 0
    void threads.destroy()
  }
}

/** Those of this process. */
export const hashingThreads = new HashingThreads()
