import { Worker } from 'node:worker_threads'

/** Lets time pass. */
export interface Clock {
  /** Ends so many milliseconds from now; at least one. */
  readonly wakeIn: (ms: number) => Promise<void>
}

/** Moments that can be waited for at once; more are left to Node's timers. */
const MOST = 65_536

/**
 * A clock of some tens of microseconds. Node's timers end whole milliseconds after the event loop came round last: what was done before shows in
 * the moment. Here a thread of its own sleeps until the moment and wakes this one.
 */
class ThreadClock implements Clock {
  readonly #shared: Shared = {
    signals: new Int32Array(new SharedArrayBuffer(12)),
    moments: new Float64Array(new SharedArrayBuffer(8 * MOST)),
    due: new Int32Array(new SharedArrayBuffer(4 * MOST)),
  }
  readonly #waiting: ((() => void) | undefined)[] = Array.from({ length: MOST })
  #asked = 0
  #come = 0

  constructor() {
    // Neither what is preloaded into this process nor its environment, which holds secrets, is any business of the other thread.
    new Worker(`(${keepTime.toString()})()`, { eval: true, workerData: this.#shared, execArgv: [], env: {} }).unref()
    this.#listen()
  }

  readonly wakeIn = (ms: number): Promise<void> => {
    const { signals, moments } = this.#shared
    const place = (this.#asked >>> 0) % MOST
    if (this.#waiting[place] !== undefined) return new Promise((resolve) => void setTimeout(resolve, ms))
    moments[place] = Number(process.hrtime.bigint()) / 1e6 + Math.max(1, ms)
    this.#asked = (this.#asked + 1) | 0
    Atomics.store(signals, 0, this.#asked)
    if (Atomics.load(signals, 2) === 1) Atomics.notify(signals, 0)
    return new Promise((resolve) => (this.#waiting[place] = resolve))
  }

  #listen(): void {
    for (;;) {
      const { async: isAsync, value } = Atomics.waitAsync(this.#shared.signals, 1, this.#come)
      if (isAsync) return void value.then(() => this.#listen())
      this.#wake()
    }
  }

  #wake(): void {
    const { signals, due } = this.#shared
    const come = Atomics.load(signals, 1)
    for (; this.#come !== come; this.#come = (this.#come + 1) | 0) {
      const place = due[(this.#come >>> 0) % MOST] ?? 0
      const wake = this.#waiting[place]
      this.#waiting[place] = undefined
      wake?.()
    }
  }
}

/** What the two threads share. */
interface Shared {
  /** How many moments were asked for, how many have come, and 1 while the other thread sleeps until one is asked for. */
  readonly signals: Int32Array<SharedArrayBuffer>
  /** Milliseconds of the monotonic clock, by place. */
  readonly moments: Float64Array<SharedArrayBuffer>
  /** Places of those that have come, in order. */
  readonly due: Int32Array<SharedArrayBuffer>
}

/** The whole program of the other thread; its text is what is run, and it sees nothing of this file. */
function keepTime(): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the constructor above hands over
  const { signals, moments, due } = process.getBuiltinModule('node:worker_threads').workerData as Shared
  const places: number[] = []
  const momentOf = (place: number | undefined): number => moments[place ?? 0] ?? 0
  let [asked, come] = [0, 0]
  for (;;) {
    for (; asked !== Atomics.load(signals, 0); asked = (asked + 1) | 0) {
      const place = (asked >>> 0) % moments.length
      const at = places.findLastIndex((other) => momentOf(other) <= momentOf(place))
      places.splice(at + 1, 0, place)
    }
    if (places.length === 0) {
      Atomics.store(signals, 2, 1)
      Atomics.wait(signals, 0, asked)
      Atomics.store(signals, 2, 0)
      continue
    }
    const ms = momentOf(places[0]) - Number(process.hrtime.bigint()) / 1e6
    // What is asked for meanwhile is a millisecond away or more: nobody has to wake us for it.
    if (ms > 0) Atomics.wait(signals, 0, asked, Math.min(ms, 1))
    else {
      due[(come >>> 0) % due.length] = places.shift() ?? 0
      come = (come + 1) | 0
      Atomics.store(signals, 1, come)
      Atomics.notify(signals, 1)
    }
  }
}

let clock: Clock | undefined

/** The clock of this process. Its thread starts with the first call, and keeps no process running. */
export function threadClock(): Clock {
  return (clock ??= new ThreadClock())
}
