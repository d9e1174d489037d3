import { durationSeconds, parseDuration } from '../step/duration.js'
import type { Json } from '../step/json.js'
import type { Schema } from '../step/schema.js'

/**
 * Weaker values of a setting: a number at its least (a shorter code, fewer questions), or at its most where more of it is weaker; a life twice
 * as long; a switch thrown; the other words of a list of words; every word of a set, or none of an open one.
 */
export function weaker(
  name: string,
  { type, enum: words, format, longest, secret, minimum, maximum, items }: Schema,
  value: Json,
): readonly Json[] {
  if (secret === true) return []
  if (type === 'boolean') return [value !== true]
  if (words) return words.filter((word) => word !== value)
  if (format === 'duration') return doubled(value, longest)
  if (type === 'integer') {
    if (NEITHER.test(name)) return []
    const least = MORE_IS_WEAKER.test(name) ? maximum : minimum
    return least === undefined || least === value ? [] : [least]
  }
  if (!Array.isArray(value)) return []
  if (items?.enum) return items.enum.length === value.length ? [] : [[...items.enum]]
  return value.length === 0 ? [] : [[]]
}

/** Names of settings of which more is weaker, such as the clock skew that is let pass. */
const MORE_IS_WEAKER = /^(?:max|skew)/

/** Names of settings of which neither more nor less is weaker: how often a step repeats something of its own. */
const NEITHER = /^tries$/

function doubled(value: Json, longest: string | undefined): readonly Json[] {
  const seconds = typeof value === 'string' ? parseDuration(value) : undefined
  const isAllowed = seconds !== undefined && (longest === undefined || seconds * 2 <= durationSeconds(longest))
  return isAllowed ? [`${seconds * 2}s`] : []
}
