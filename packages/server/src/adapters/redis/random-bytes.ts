import { randomFillSync } from 'node:crypto'

const DRAWN_AT_ONCE = 256

/**
 * Random bytes for values that differ and are no secret, drawn many at once: a call to the system's generator costs as much as the sealing of a short text.
 * Each is given once and never written over.
 */
export class RandomBytes {
  #drawn = Buffer.alloc(0)
  #at = 0

  /** @param length of each value. */
  constructor(private readonly length: number) {}

  next(): Buffer {
    if (this.#at === this.#drawn.length) {
      this.#drawn = randomFillSync(Buffer.allocUnsafeSlow(this.length * DRAWN_AT_ONCE))
      this.#at = 0
    }
    return this.#drawn.subarray(this.#at, (this.#at += this.length))
  }
}
