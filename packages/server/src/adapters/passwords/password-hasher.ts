import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { hash, parseOptions, verify } from '@node-rs/argon2'
import type { Secret } from '@rekey/core'
import { passwordText } from './password-text.js'
import { WorkQueue } from './work-queue.js'

/** What a hash costs. */
export interface HashCost {
  readonly memoryKiB: number
  readonly passes: number
  readonly lanes: number
}

export interface PasswordHasherOptions {
  /** 19 MiB, two passes, one lane unless given. Source: OWASP Password Storage Cheat Sheet. */
  readonly cost?: HashCost
  /** Hashes at a time; one for each core unless given. */
  readonly concurrency?: number
  /** Hashes that may wait; 256 unless given. */
  readonly maxWaiting?: number
}

/** The cost of hashes that protect real secrets. */
export const DEFAULT_HASH_COST: HashCost = { memoryKiB: 19_456, passes: 2, lanes: 1 }

const SALT_BYTES = 16
const HASH_BYTES = 32

/** Hashes passwords and answers with argon2id, off the event loop. Set and verify see the same form of the text. */
export class PasswordHasher {
  readonly #cost: HashCost
  readonly #queue: WorkQueue
  readonly #nobody: string

  constructor(options: PasswordHasherOptions = {}) {
    this.#cost = options.cost ?? DEFAULT_HASH_COST
    this.#queue = new WorkQueue({ concurrency: options.concurrency ?? availableParallelism(), maxWaiting: options.maxWaiting ?? 256 })
    this.#nobody = randomHash(this.#cost)
  }

  /**
   * @returns the PHC string, with a salt of its own.
   * @throws RangeError when the secret is longer than 256 characters, Overloaded when too many wait; nothing was hashed then.
   */
  async hash(secret: Secret): Promise<string> {
    const text = passwordText(secret.reveal())
    if (text === undefined) throw new RangeError('a password of more than 256 characters is not hashed')
    const { memoryKiB, passes, lanes } = this.#cost
    // argon2id is the library's default algorithm; its enum cannot be imported from a module that is compiled alone.
    const options = { memoryCost: memoryKiB, timeCost: passes, parallelism: lanes, outputLen: HASH_BYTES }
    return this.#queue.run(() => hash(bytes(text), options))
  }

  /**
   * @param hashed undefined when there is nothing to compare with: the same work is done and the answer is no.
   * @returns false without any work when the secret is longer than 256 characters: such a one was never set.
   * @throws Overloaded when too many wait.
   */
  async verify(hashed: string | undefined, secret: Secret): Promise<boolean> {
    const text = passwordText(secret.reveal())
    if (text === undefined) return false
    const same = await this.#queue.run(() => verify(hashed ?? this.#nobody, bytes(text)))
    return same && hashed !== undefined
  }

  /** Whether a hash was made at another cost than today's, so that it should be made again when the secret is next seen. */
  isOutdated(hashed: string): boolean {
    const { memoryCost, timeCost, parallelism } = parseOptions(hashed)
    return memoryCost !== this.#cost.memoryKiB || timeCost !== this.#cost.passes || parallelism !== this.#cost.lanes
  }
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8')
}

/** A well-formed hash of nothing anybody knows, which costs as much to compare with as a real one. */
function randomHash({ memoryKiB, passes, lanes }: HashCost): string {
  const part = (size: number) => randomBytes(size).toString('base64').replace(/=+$/, '')
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${lanes}$${part(SALT_BYTES)}$${part(HASH_BYTES)}`
}
