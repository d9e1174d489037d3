import type { Rate } from '../machine/machine.js'

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
] as const

/** Seconds as flow files write them: `90s`, `15m`, `2h`. */
export function showDuration(seconds: number): string {
  const [unit, size] = UNITS.find(([, each]) => seconds % each === 0) ?? (['s', 1] as const)
  return `${seconds / size}${unit}`
}

/** A rate as flow files write it: `5/h`, `20/30m`. */
export function showRate({ count, seconds }: Rate): string {
  return `${count}/${showDuration(seconds).replace(/^1(?=[dhm]$)/, '')}`
}
