import { relative } from 'node:path'

/** A path as it is shown to people: relative where it lies below the working directory. */
export function shownPath(full: string, cwd: string): string {
  const below = relative(cwd, full)
  return below === '' || below.startsWith('..') ? full : below
}

/**
 * How files that name each other are shown: all relative where all lie below the working directory, else all in full. A compiler that follows
 * a path from one to another finds it then, wherever somebody stands.
 */
export function shownTogether(paths: readonly string[], cwd: string): (full: string) => string {
  return paths.every((path) => shownPath(path, cwd) !== path) ? (full) => shownPath(full, cwd) : (full) => full
}
