import type { Rate } from '../machine/machine.js'
import { parseDuration } from '../step/duration.js'

/** The form of a rate: a count, a slash, a window. */
export const RATE_PATTERN = '^[1-9][0-9]{0,5}/(?:[1-9][0-9]{0,8})?[smhd]$'

/**
 * Reads a rate as flow files write it: `5/h`, `600/h`, `3/15m`.
 * @returns undefined for anything else.
 */
export function parseRate(text: string): Rate | undefined {
  if (!new RegExp(RATE_PATTERN).test(text)) return undefined
  const [count = '', window = ''] = text.split('/')
  const seconds = parseDuration(/^\d/.test(window) ? window : `1${window}`)
  return seconds === undefined ? undefined : { count: Number(count), seconds }
}
