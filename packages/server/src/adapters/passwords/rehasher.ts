import type { Secret } from '@rekey/core'
import { Overloaded } from '../../line/overloaded.js'
import type { PasswordForm } from './password-form.js'

export interface RehasherOptions {
  readonly form: Pick<PasswordForm, 'hash'>
  /** Hashes that may wait to be made again, 16 unless given: each holds a password in memory. */
  readonly maxWaiting?: number
  /** Told of what went wrong; the old hash stays good. */
  readonly report?: (fault: unknown) => void
}

/** A hash that should be made again. */
export interface Outdated {
  readonly hashed: string
  /** What it is the hash of. */
  readonly secret: Secret
  /** Writes the new one, if the old one is still there. */
  readonly replace: (next: string) => Promise<unknown>
}

/**
 * Makes hashes again behind the back of whoever has just logged in, one at a time. Nothing is lost by what is dropped: the next log-in
 * offers it again.
 */
export class Rehasher {
  readonly #waiting: Outdated[] = []
  #working: Promise<void> | undefined
  #isClosed = false

  constructor(private readonly options: RehasherOptions) {}

  /** Takes a hash on, unless it is already taken on, too many wait, or the end has come. */
  offer(outdated: Outdated): void {
    const isKnown = this.#waiting.some(({ hashed }) => hashed === outdated.hashed)
    if (this.#isClosed || isKnown || this.#waiting.length >= (this.options.maxWaiting ?? 16)) return
    this.#waiting.push(outdated)
    this.#working ??= this.#work()
  }

  /** Drops what waits, and ends when the one in hand is done. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#waiting.splice(0)
    await this.#working
  }

  async #work(): Promise<void> {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      await this.#replace(next)
      // One that was dropped meanwhile is not there any more.
      if (this.#waiting[0] === next) this.#waiting.shift()
    }
    this.#working = undefined
  }

  async #replace({ secret, replace }: Outdated): Promise<void> {
    try {
      await replace(await this.options.form.hash(secret))
    } catch (fault) {
      if (!(fault instanceof Overloaded)) this.options.report?.(fault)
    }
  }
}
