interface Waiting<T> {
  readonly dueAt: number
  readonly value: T
}

/** Values that wait for their time, in its order; those of one time in the order in which they came. Most come in order, and are put at the end at once. */
export class DueQueue<T> {
  #waiting: Waiting<T>[] = []

  get size(): number {
    return this.#waiting.length
  }

  /** When the first one is due; undefined when there is none. */
  get next(): number | undefined {
    return this.#waiting[0]?.dueAt
  }

  push(dueAt: number, value: T): void {
    const before = this.#waiting.findLastIndex((other) => other.dueAt <= dueAt)
    this.#waiting.splice(before + 1, 0, { dueAt, value })
  }

  /** Takes out a value before its time, if it is there. */
  remove(value: T): void {
    const at = this.#waiting.findLastIndex((other) => other.value === value)
    if (at !== -1) this.#waiting.splice(at, 1)
  }

  /** Takes out all that is due. */
  takeDue(now: number): readonly T[] {
    const [first] = this.#waiting
    if (first === undefined || first.dueAt > now) return []
    const rest = this.#waiting.findIndex(({ dueAt }) => dueAt > now)
    return this.#waiting.splice(0, rest === -1 ? this.#waiting.length : rest).map(({ value }) => value)
  }
}
