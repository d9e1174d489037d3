import { fileURLToPath } from 'node:url'
import type { ScryptOptions } from 'node:crypto'
import type { Options as Argon2Options } from '@node-rs/argon2'
import type { HashOptions as BcryptOptions } from '@node-rs/bcrypt'
import { Piscina } from 'piscina'

/** What a thread can be asked: `hashing-thread.js` has a function of each name. Every answer is found by work that takes milliseconds of CPU. */
interface HashingTasks {
  makeArgon2: { task: { readonly text: Uint8Array; readonly options: Argon2Options }; found: string }
  isArgon2: { task: { readonly text: Uint8Array; readonly stored: string }; found: boolean }
  makeBcrypt: { task: { readonly text: Uint8Array; readonly options: BcryptOptions }; found: string }
  isBcrypt: { task: { readonly text: Uint8Array; readonly stored: string }; found: boolean }
  pbkdf2: { task: Derivation & { readonly iterations: number; readonly digest: string }; found: Uint8Array }
  scrypt: { task: Derivation & { readonly options: ScryptOptions }; found: Uint8Array }
}

interface Derivation {
  readonly text: string
  readonly salt: Uint8Array
  /** In bytes. */
  readonly length: number
}

/** As many as can be configured to hash at a time: how many do is decided by the line they wait in. */
const MOST = 64
/** Ten is half the way down to a thread that only runs where nobody else wants to. Elsewhere than on Linux it would be the whole process that steps back. */
const NICE = process.platform === 'linux' ? 10 : 0

/**
 * The threads of this process that hash. They are not those of Node's pool, which also read files and look names up, and where a core is short the requests go
 * first. Each begins with the first task that finds no other free, stays, and keeps no process alive.
 */
const threads = new Piscina({
  filename: fileURLToPath(new URL('../../../hashing-thread.js', import.meta.url)),
  minThreads: 0,
  maxThreads: MOST,
  idleTimeout: Infinity,
  niceIncrement: NICE,
  recordTiming: false,
  env: {},
  execArgv: [],
})

/** Has a thread do it. @throws Error what the work itself threw. */
export async function onHashingThread<Name extends keyof HashingTasks>(
  name: Name,
  task: HashingTasks[Name]['task'],
): Promise<HashingTasks[Name]['found']> {
  // The pool knows no types of what its threads give back.
  return (await threads.run(task, { name })) as HashingTasks[Name]['found']
}
