/** One thing that a server needs to serve. */
export interface ReadyCheck {
  readonly name: string
  /** False or a throw: it is not there. */
  look(): Promise<boolean>
}

export interface ReadinessOptions {
  readonly checks: readonly ReadyCheck[]
  /** Told when something is missing that was there, and the other way round: the names of all that is missing. */
  readonly onChange: (missing: readonly string[]) => void
  /** Milliseconds for all checks together; 1 000 when absent. What has not answered by then is not there. */
  readonly withinMs?: number
  /** Milliseconds for which an answer is given again; 500 when absent, so that asking costs the store next to nothing. */
  readonly keptMs?: number
}

const WITHIN_MS = 1_000
const KEPT_MS = 500

/** Whether requests should come to this process. */
export class Readiness {
  #retired = false
  #told = ''
  #asked: { readonly at: number; readonly answer: Promise<boolean> } | undefined

  constructor(private readonly options: ReadinessOptions) {}

  /** From now on the answer is no: the process is about to end. */
  retire(): void {
    this.#retired = true
  }

  async isReady(): Promise<boolean> {
    if (this.#retired) return false
    const { keptMs = KEPT_MS } = this.options
    const now = performance.now()
    if (this.#asked === undefined || now - this.#asked.at > keptMs) this.#asked = { at: now, answer: this.#look() }
    return (await this.#asked.answer) && !this.#retired
  }

  async #look(): Promise<boolean> {
    const { checks, withinMs = WITHIN_MS, onChange } = this.options
    let late: NodeJS.Timeout | undefined
    const patience = new Promise<false>((resolve) => {
      late = setTimeout(() => resolve(false), withinMs)
    })
    const found = await Promise.all(
      checks.map(async (check) => ({ name: check.name, well: await Promise.race([patience, lookedAt(check)]) })),
    )
    clearTimeout(late)
    const missing = found.filter(({ well }) => !well).map(({ name }) => name)
    if (missing.join() !== this.#told) onChange(missing)
    this.#told = missing.join()
    return missing.length === 0
  }
}

async function lookedAt(check: ReadyCheck): Promise<boolean> {
  try {
    return await check.look()
  } catch {
    return false
  }
}
