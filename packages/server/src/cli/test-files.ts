import { readFile, readdir, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { SourceFile } from '@rekey/core'
import { shownPath } from '../config/shown-path.js'

const TEST_FILE = /\.test\.ya?ml$/

/** True for a path that is read as a file of tests. */
export function isTestFile(path: string): boolean {
  return TEST_FILE.test(path)
}

/** Tests, with the folder of the flows that they are about. */
export interface FoundTests {
  readonly flows: string
  /** The folders that were named: a flow in one of them that has no test is not covered. */
  readonly whole: readonly string[]
  readonly tests: readonly SourceFile[]
}

/**
 * Finds files of tests: those named, and those in the folders named. Their flows are the configured ones where the tests lie among them,
 * else those of the folder in which they stand.
 * @throws the system's error when something cannot be read.
 */
export async function findTests(
  paths: readonly string[],
  { flows, cwd }: { readonly flows: string; readonly cwd: string },
): Promise<readonly FoundTests[]> {
  const found = new Map<string, SourceFile[]>()
  const whole: string[] = []
  for (const path of paths) {
    const named = resolve(cwd, path)
    const isFolder = (await stat(named)).isDirectory()
    if (isFolder) whole.push(named)
    const files = isFolder ? await testsBelow(named) : [named]
    for (const file of files) {
      const beside = isBelow(file, flows) ? flows : isFolder ? named : dirname(file)
      const source = new SourceFile(shownPath(file, cwd), await readFile(file, 'utf8'))
      found.set(beside, [...(found.get(beside) ?? []), source])
    }
  }
  return [...found].map(([folder, tests]) => ({ flows: folder, tests, whole }))
}

async function testsBelow(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true })
  return names
    .filter((name) => isTestFile(name) && !/(?:^|[/\\])\./.test(name))
    .toSorted()
    .map((name) => join(folder, name))
}

/** Whether a file lies in a folder or below it. Both are absolute. */
export function isBelow(file: string, folder: string): boolean {
  const path = relative(folder, file)
  return path !== '' && !path.startsWith('..') && resolve(folder, path) === file
}
