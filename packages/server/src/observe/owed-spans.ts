import { createHash } from 'node:crypto'

/** Bodies that are remembered: those of the last seconds of a busy process. */
const MOST_BODIES = 2_000

/** Remembers who owed a body of the outbox, by a digest of it: a body holds addresses, and waits elsewhere. */
export class OwedSpans<T> {
  readonly #owners = new Map<string, T>()

  remember(body: string, owner: T): void {
    const key = digestOf(body)
    this.#owners.delete(key)
    this.#owners.set(key, owner)
    const [oldest] = this.#owners.keys()
    if (oldest !== undefined && this.#owners.size > MOST_BODIES) this.#owners.delete(oldest)
  }

  /** The owner stays known, as a delivery may be tried again. */
  ownerOf(body: string): T | undefined {
    return this.#owners.get(digestOf(body))
  }
}

function digestOf(body: string): string {
  return createHash('sha256').update(body).digest('base64')
}
