import type { Lockout } from '@rekey/core'

/** Failures in a row, one type of step a line. */
export function printLockouts(found: readonly Lockout[]): string {
  if (found.length === 0) return 'nothing has failed since the last success\n'
  return found.map(({ type, ...row }) => `${type.padEnd(20)} ${row.failures} of ${row.most} in a row: ${whatNext(row)}\n`).join('')
}

function whatNext({ failures, most, waitMs }: Omit<Lockout, 'type'>): string {
  if (failures >= most) return 'no answer is right until they are cleared'
  return waitMs === 0 ? 'the next answer is judged' : `answers are judged again in ${span(Math.ceil(waitMs / 1_000))}`
}

function span(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)]
  if (hours > 0) return `${hours}h ${minutes}m`
  return minutes > 0 ? `${minutes}m ${seconds % 60}s` : `${seconds}s`
}
