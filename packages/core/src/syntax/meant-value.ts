import { parseDuration } from '../step/duration.js'
import { parseRate } from './rate.js'

/** A number with the name of a unit, in the words of people: `5 minutes`, `1h`. */
const WORDS = /^(\d+) *(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)$/i
/** The same as ISO 8601 writes it, with one unit. */
const ISO = /^PT(\d+)([HMS])$|^P(\d+)(D)$/
const RATE = /^(\d+) *(?:\/|per) *(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)$/i

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['yes', 'on', 'true'].map((word) => [word, true] as const),
  ...['no', 'off', 'false'].map((word) => [word, false] as const),
])

/**
 * The duration that was meant by a text which is none.
 * @returns undefined where that is not certain: a bare number may be seconds or minutes.
 */
export function meantDuration(text: string): string | undefined {
  const [, count, unit, days, day] = WORDS.exec(text.trim()) ?? ISO.exec(text.trim()) ?? []
  return withUnit(count ?? days, unit ?? day)
}

/** The rate that was meant by a text which is none: `5 per hour`. */
export function meantRate(text: string): string | undefined {
  const [, count, unit] = RATE.exec(text.trim()) ?? []
  const rate = `${Number(count)}/${unit?.charAt(0).toLowerCase()}`
  return parseRate(rate) && rate
}

/** What YAML 1.1 took for `true` and `false`, and what stands in quotes. */
export function meantBoolean(text: string): boolean | undefined {
  return BOOLEANS.get(text.toLowerCase())
}

/** The whole number that stands in quotes. */
export function meantInteger(text: string): number | undefined {
  return /^(?:0|[1-9]\d{0,8})$/.test(text.trim()) ? Number(text.trim()) : undefined
}

function withUnit(count: string | undefined, unit: string | undefined): string | undefined {
  const duration = `${Number(count)}${unit?.charAt(0).toLowerCase()}`
  return parseDuration(duration) === undefined ? undefined : duration
}
