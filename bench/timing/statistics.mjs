// Can one tell two groups of times apart? The area under the curve (Mann-Whitney): the chance that a time of the one group is longer than one of
// the other. 0.5 is not at all. Its interval comes from drawing whole blocks again, as times within a block have the same noise.

/** Beyond this, on either side of a half, one can be told from the other. SEC-2. */
export const BOUND = 0.52

const DRAWS = 400

/**
 * @param {readonly { known: readonly number[], other: readonly number[] }[]} blocks times measured beside each other.
 * @param {{ comparisons: number, random: () => number }} options how many comparisons are made in all: chance gets no better by making many.
 * @returns {{ auc: number, low: number, high: number, verdict: 'none' | 'leak' | 'undecided' }} with an interval of 95 %; a leak is claimed by a
 *   wider one, of 95 % for all comparisons together.
 */
export function compare(blocks, { comparisons, random }) {
  const ranked = ranksOf(blocks)
  const auc = aucOf(ranked, undefined)
  const draws = Array.from({ length: DRAWS }, () => aucOf(ranked, drawn(blocks.length, random)))
  const mean = draws.reduce((sum, value) => sum + value, 0) / DRAWS
  const deviation = Math.sqrt(draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (DRAWS - 1))
  const within = (level) => ({ low: auc - quantile(level) * deviation, high: auc + quantile(level) * deviation })
  const { low, high } = within(0.05)
  const sure = within(0.05 / comparisons)
  const verdict = sure.low > BOUND || sure.high < 1 - BOUND ? 'leak' : high <= BOUND && low >= 1 - BOUND ? 'none' : 'undecided'
  return { auc, low, high, verdict }
}

export function median(values) {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Random numbers that are the same for the same seed (mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** All times in order, each with its group and block; ties share a number. */
function ranksOf(blocks) {
  const all = blocks.flatMap(({ known, other }, block) => [
    ...known.map((time) => ({ time, block, isOther: false })),
    ...other.map((time) => ({ time, block, isOther: true })),
  ])
  all.sort((a, b) => a.time - b.time)
  return all
}

/** @param weights how often each block counts; once when absent. */
function aucOf(ranked, weights) {
  let below = 0
  let won = 0
  let known = 0
  let other = 0
  for (let at = 0; at < ranked.length;) {
    let knownHere = 0
    let otherHere = 0
    const { time } = ranked[at]
    for (; at < ranked.length && ranked[at].time === time; at += 1) {
      const weight = weights === undefined ? 1 : weights[ranked[at].block]
      if (ranked[at].isOther) otherHere += weight
      else knownHere += weight
    }
    won += otherHere * (below + knownHere / 2)
    below += knownHere
    known += knownHere
    other += otherHere
  }
  return won / (known * other)
}

function drawn(count, random) {
  const weights = new Uint16Array(count)
  for (let draw = 0; draw < count; draw += 1) weights[Math.floor(random() * count)] += 1
  return weights
}

/** Of the normal distribution, for both sides together: 1.96 for 0.05. Source: Abramowitz and Stegun, 26.2.23; good to 0.0005. */
function quantile(level) {
  const t = Math.sqrt(-2 * Math.log(level / 2))
  return t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t)
}
