/** Of sorted values. */
export function percentile(sorted, part) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

/** The middle, and what the middle half lies between. */
export function spread(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (part) => {
    const place = (sorted.length - 1) * part
    const [low = Number.NaN, high = low] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
    return low + (high - low) * (place - Math.floor(place))
  }
  return { median: at(0.5), low: at(0.25), high: at(0.75), least: at(0), most: at(1) }
}

export function median(values) {
  return spread(values).median
}

/** In a random order. */
export function shuffled(items) {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
