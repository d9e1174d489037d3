const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/**
 * Reads a duration as flow files write it: `30s`, `15m`, `2h`, `1d`.
 * @returns whole seconds, at least one and at most 365 days; undefined for anything else.
 */
export function parseDuration(text: string): number | undefined {
  const match = /^([1-9]\d{0,8})([smhd])$/.exec(text)
  if (!match) return undefined
  const seconds = Number(match[1]) * (UNIT_SECONDS[match[2] ?? ''] ?? Number.NaN)
  return seconds <= 365 * 86_400 ? seconds : undefined
}

/**
 * Seconds of a duration that a schema has already checked (`format: 'duration'`).
 * @throws RangeError when it is none.
 */
export function durationSeconds(text: string): number {
  const seconds = parseDuration(text)
  if (seconds === undefined) throw new RangeError(`not a duration: ${text}`)
  return seconds
}
