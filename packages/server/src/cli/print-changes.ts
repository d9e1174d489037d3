import type { Changed } from './repair.js'
import { printable } from './repair.js'

/**
 * The lines that repairs change, before and after: the name of the file, then each run of lines with `-` and `+`. The lines that a file has
 * in common before and behind a run are left out.
 */
export function printChanges({ before, after }: Changed): string {
  const runs = changedRuns(before.text.split('\n'), after.text.split('\n'))
  const lines = runs.flatMap(({ at, gone, come }) => [
    `@@ line ${at} @@`,
    ...gone.map((line) => `- ${printable(line)}`),
    ...come.map((line) => `+ ${printable(line)}`),
  ])
  return [printable(before.path), ...lines].map((line) => `${line.trimEnd()}\n`).join('')
}

interface Run {
  /** Line before the change, from 1. */
  readonly at: number
  readonly gone: readonly string[]
  readonly come: readonly string[]
}

/** How far a line is looked for when lines were added or deleted: repairs are small. */
const REACH = 8

/** Lines are matched in order, each with the nearest equal one. */
function changedRuns(before: readonly string[], after: readonly string[]): readonly Run[] {
  const runs: Run[] = []
  let [left, right] = [0, 0]
  while (left < before.length || right < after.length) {
    if (left < before.length && before[left] === after[right]) {
      left += 1
      right += 1
      continue
    }
    const [skipLeft, skipRight] = nextCommon(before, after, left, right)
    runs.push({ at: left + 1, gone: before.slice(left, left + skipLeft), come: after.slice(right, right + skipRight) })
    left += skipLeft
    right += skipRight
  }
  return runs
}

/** How many lines of each side pass before both have a line in common again. */
function nextCommon(before: readonly string[], after: readonly string[], left: number, right: number): readonly [number, number] {
  for (let sum = 1; sum <= REACH * 2; sum++) {
    for (let skipLeft = 0; skipLeft <= sum; skipLeft++) {
      const skipRight = sum - skipLeft
      const line = before[left + skipLeft]
      if (line !== undefined && line.trim() !== '' && line === after[right + skipRight]) return [skipLeft, skipRight]
    }
  }
  return [before.length - left, after.length - right]
}
