import { parseDuration } from '@rekey/core'
import type { Rate } from '@rekey/core'

/**
 * Reads a rate: `5/h` is five in an hour, `3/15m` three in fifteen minutes.
 * @returns undefined for anything else, and for windows of more than 30 days.
 */
export function parseRate(text: string): Rate | undefined {
  const match = /^([1-9]\d{0,8})\/(\d*)([smhd])$/.exec(text)
  if (!match) return undefined
  const seconds = parseDuration(`${match[2] === '' ? '1' : (match[2] ?? '')}${match[3] ?? ''}`)
  return seconds === undefined || seconds > 30 * 86_400 ? undefined : { count: Number(match[1]), seconds }
}
