/** Numbers that are the same for the same seed, so that a run can be planned again. Source: Marsaglia, Xorshift RNGs (2003), 32 bits. */
export class Random {
  #state = 0x811c9dc5

  /** @param {string} seed */
  constructor(seed) {
    // FNV-1a spreads seeds that are alike; a state of zero would stay zero.
    for (const letter of seed) this.#state = Math.imul(this.#state ^ (letter.codePointAt(0) ?? 0), 0x01000193)
    this.#state ||= 1
    for (let turn = 0; turn < 16; turn++) this.next()
  }

  /** From 0 to below 1. */
  next() {
    this.#state ^= this.#state << 13
    this.#state ^= this.#state >>> 17
    this.#state ^= this.#state << 5
    return (this.#state >>> 0) / 2 ** 32
  }

  /** A whole number, both ends included. @param {number} from @param {number} to */
  between(from, to) {
    return from + Math.floor(this.next() * (to - from + 1))
  }

  /** @param {number} probability */
  chance(probability) {
    return this.next() < probability
  }

  /** @template T @param {readonly T[]} list @returns {T} */
  pick(list) {
    return list[this.between(0, list.length - 1)]
  }

  /** @template T @param {readonly T[]} list @returns {T[]} */
  shuffled(list) {
    const left = [...list]
    return list.map(() => left.splice(this.between(0, left.length - 1), 1)[0])
  }
}
