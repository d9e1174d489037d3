/** Values by series, as in `name{label="value"}`. */
export type Series = ReadonlyMap<string, number>

export function readMetrics(text: string): Series {
  return new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
}

/** What has been counted between two readings: counters, and how often something was timed; not the times. */
export function countedBetween(before: Series, after: Series): Readonly<Record<string, number>> {
  const counters = [...after].filter(([name]) => name.startsWith('rekey_') && /_(?:total|count)(?:\{|$)/.test(name))
  return Object.fromEntries(
    counters.map(([name, value]) => [name, value - (before.get(name) ?? 0)] as const).filter(([, more]) => more !== 0),
  )
}
