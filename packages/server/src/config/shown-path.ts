import { relative } from 'node:path'

/** A path as it is shown to people: relative where it lies below the working directory. */
export function shownPath(full: string, cwd: string): string {
  const below = relative(cwd, full)
  return below === '' || below.startsWith('..') ? full : below
}
