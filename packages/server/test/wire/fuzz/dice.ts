/** Chance that can be had again: the same seed throws the same. */
export class Dice {
  #state: number

  constructor(...seeds: readonly number[]) {
    this.#state = seeds.reduce((sum, seed) => mixed(sum ^ (seed >>> 0)), 0x9e3779b9)
  }

  /** A whole number from 0 to one less than so many. */
  below(count: number): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0
    return mixed(this.#state) % count
  }

  /** True in so many of a hundred cases. */
  percent(share: number): boolean {
    return this.below(100) < share
  }

  /** @throws RangeError when there is nothing to pick. */
  pick<T extends NonNullable<unknown>>(from: readonly T[]): T {
    const [picked] = from.slice(this.below(from.length || 1))
    if (picked === undefined) throw new RangeError('there is nothing to pick')
    return picked
  }
}

/** Spreads 32 bits over 32 bits. Source: the finaliser of MurmurHash3, in the public domain. */
function mixed(given: number): number {
  let bits = given ^ (given >>> 16)
  bits = Math.imul(bits, 0x85ebca6b)
  bits ^= bits >>> 13
  bits = Math.imul(bits, 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
