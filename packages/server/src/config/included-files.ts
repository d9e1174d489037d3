import { readFile } from 'node:fs/promises'
import { basename, dirname, resolve, sep } from 'node:path'
import { SourceFile } from '@rekey/core'
import { isFlowFile } from './flow-files.js'
import { shownTogether } from './shown-path.js'

/** Files that are read for the sake of others; more hang together by accident only. */
const MOST_INCLUDED = 200

/** An include as it is written, also in a file that is no YAML at the moment. */
const INCLUDE = /\binclude["']?\s*:\s*["']?(\.{1,2}\/[^"'\s,}]+\.ya?ml)/g

/** Reads one file. @returns undefined when it cannot. */
export type ReadText = (path: string) => Promise<string | undefined>

export interface IncludeOptions {
  /** The configured flows. What lies in that folder includes nothing outside of it, because a server reads nothing else. */
  readonly flows: string
  /** Paths of the files are relative to it. */
  readonly cwd: string
  readonly read?: ReadText
}

/** Files with the fragments that they include, shown in one manner. */
export interface WithIncluded {
  readonly files: readonly SourceFile[]
  /** What was read for their sake. */
  readonly beside: readonly SourceFile[]
}

/**
 * Reads the fragments that some files include, directly or not, so that a file can be checked without all the others. What cannot be read
 * is left out: the compiler says that it is missing.
 */
export async function withIncluded(
  files: readonly SourceFile[],
  { flows, cwd, read = readIfThere }: IncludeOptions,
): Promise<WithIncluded> {
  const given = files.map(({ path, text }) => ({ path: resolve(cwd, path), text }))
  const known = new Set(given.map(({ path }) => path))
  const found: { readonly path: string; readonly text: string }[] = []
  const waiting = [...given]
  for (const { path, text } of waiting) {
    for (const [, include = ''] of text.matchAll(INCLUDE)) {
      const target = resolve(dirname(path), include)
      if (known.has(target) || found.length >= MOST_INCLUDED || !isFlowFile(basename(target))) continue
      if (isIn(flows, path) && !isIn(flows, target)) continue
      known.add(target)
      const included = await read(target)
      if (included === undefined) continue
      const file = { path: target, text: included }
      found.push(file)
      waiting.push(file)
    }
  }
  const shown = shownTogether([...known], cwd)
  const source = ({ path, text }: { readonly path: string; readonly text: string }) => new SourceFile(shown(path), text)
  return { files: given.map(source), beside: found.map(source) }
}

function isIn(folder: string, path: string): boolean {
  return path.startsWith(`${folder}${sep}`)
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}
