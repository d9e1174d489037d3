import { Overloaded } from './overloaded.js'

export interface WorkLimits {
  /** Pieces of work at a time. */
  readonly concurrency: number
  /** Pieces that may wait. */
  readonly maxWaiting: number
  /** What is said when the line is full. */
  readonly busy?: string
}

/** Runs costly work, so many pieces at a time, and keeps a bounded line of waiting ones: first come, first served. */
export class WorkQueue {
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(private readonly limits: WorkLimits) {}

  /** @throws Overloaded at once, with the work not begun, when the line is full. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.limits.concurrency) this.#running += 1
    else await this.#turn()
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      // The place is handed on, not given up: a newcomer must not overtake the line.
      if (next) next()
      else this.#running -= 1
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.limits.maxWaiting) throw new Overloaded(this.limits.busy ?? 'too many passwords are being hashed')
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
