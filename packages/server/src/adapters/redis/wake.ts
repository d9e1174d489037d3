/** A sleep that can be cut short. */
export class Wake {
  readonly #sleepers = new Set<() => void>()

  /** Resolves after `ms` or at the next `now()`. The timer does not keep the process alive. */
  after(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer)
        this.#sleepers.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      timer.unref()
      this.#sleepers.add(wake)
    })
  }

  /** Wakes everybody who sleeps. */
  now(): void {
    for (const wake of this.#sleepers) wake()
  }
}
